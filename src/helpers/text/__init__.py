"""Analysis of message text, without storing text.

Normalising, language, advertisements, content and masking, a column at a time.
"""

from helpers.text.advertisements import Advertisements, classify_advertisements
from helpers.text.contents import has_link, is_content_item, is_question
from helpers.text.languages import detect_language
from helpers.text.normalising import normalise_texts
from helpers.text.redaction import redact_texts

__all__ = [
    "Advertisements",
    "classify_advertisements",
    "detect_language",
    "has_link",
    "is_content_item",
    "is_question",
    "normalise_texts",
    "redact_texts",
]
