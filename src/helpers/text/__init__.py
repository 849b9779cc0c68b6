"""What messages say, read without keeping it.

Normalising, language, advertisements, content and masking, a column at a time.
"""

from helpers.text.advertisements import advertisements
from helpers.text.contents import content_item, link, question
from helpers.text.languages import language
from helpers.text.normalising import normalise
from helpers.text.redaction import redact

__all__ = [
    "advertisements",
    "content_item",
    "language",
    "link",
    "normalise",
    "question",
    "redact",
]
