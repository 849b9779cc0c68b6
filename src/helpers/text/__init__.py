"""What messages say, read without keeping it.

Normalising, language, advertisements, content and masking, a column at a time.
"""

from helpers.text.advertisements import Advertisements, advertisements
from helpers.text.contents import (
    content_item,
    link,
    prompt,
    question,
)
from helpers.text.duplicates import copied_across_groups, near_duplicates
from helpers.text.languages import language
from helpers.text.normalising import normalise
from helpers.text.redaction import redact

__all__ = [
    "Advertisements",
    "advertisements",
    "content_item",
    "copied_across_groups",
    "language",
    "link",
    "near_duplicates",
    "normalise",
    "prompt",
    "question",
    "redact",
]
