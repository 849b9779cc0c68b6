"""Analysis of message text, without storing text.

Normalising, language, advertisements, content and masking, a column at a time.
"""

from helpers.text.advertisements import Advertisements, classify_advertisements
from helpers.text.contents import (
    has_link,
    is_content_item,
    is_question,
)
from helpers.text.duplicates import find_near_duplicates, is_copied_across_groups
from helpers.text.languages import detect_language
from helpers.text.normalising import normalise_texts
from helpers.text.redaction import redact_texts

__all__ = [
    "Advertisements",
    "classify_advertisements",
    "detect_language",
    "find_near_duplicates",
    "has_link",
    "is_content_item",
    "is_copied_across_groups",
    "is_question",
    "normalise_texts",
    "redact_texts",
]
