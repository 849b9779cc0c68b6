"""What messages say, read without keeping it: normalising, language, advertisements."""

from helpers.text.languages import language
from helpers.text.normalising import normalise

__all__ = ["language", "normalise"]
