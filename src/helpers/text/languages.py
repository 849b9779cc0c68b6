"""Language detection: Chinese, English or other, by script and frequent words.

Enough to send a message to the right instrument; not a language identifier.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Ints
from helpers.text.columns import (
    Texts,
    build_class_table,
    code_points,
    count_matches,
    to_text_array,
)
from helpers.text.normalising import strip_to_words

LANGUAGES = ("zh", "en", "other", "none")

HAN, LATIN, ACCENTED, FOREIGN = 1, 2, 3, 4
_SCRIPTS = build_class_table(
    {
        HAN: [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)],
        LATIN: [(0x41, 0x5A), (0x61, 0x7A)],
        ACCENTED: [(0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F), (0x1E00, 0x1EFF)],
        FOREIGN: [
            (0x370, 0x1CFF),  # Greek, Cyrillic, Hebrew, Arabic, Indic, Thai, …
            (0x3040, 0x30FF),  # kana
            (0x3130, 0x318F),  # Hangul letters
            (0xA000, 0xD7FF),  # Yi to Hangul syllables
            (0xFB1D, 0xFDFF),  # Hebrew and Arabic forms
            (0xFE70, 0xFEFC),
            (0xFF66, 0xFFDC),  # half-width kana and Hangul
        ],
    }
)
_ENGLISH = (
    r"(?i)\b(?:the|and|is|are|was|to|of|in|it|that|this|you|we|they|for|on|with|not"
    r"|have|has|be|what|how|just|can|my|your|if|do|at|but|from|so|would|there|i'm)\b"
)
_NOT_ENGLISH = (
    r"(?i)\b(?:que|de|la|el|los|las|por|para|una|es|en|está|del|como|con|pero|muy|hola"
    r"|não|uma|você|isso|um|os|mas|obrigado|le|les|des|est|pas|je|vous|une|dans|et|pour"
    r"|der|und|ist|nicht|ich|ein|das|mit|auf|wir|zu|il|che|non|sono|per|di"
    r"|se|som|det|och|att|jag|nie|na|jest|się|bir|ve|bu|için|yang|dan|ini|itu|ada)\b"
)


def detect_language(texts: Texts) -> pa.Array:
    """Detect the language of each message: ``zh``, ``en``, ``other`` or ``none``.

    A Chinese character weighs as much as a Latin word. A message is Chinese if
    Chinese characters are at least as many as Latin words and letters of other
    scripts (kana among them) are fewer than a tenth of them; English if its letters
    are Latin and other languages' small words and accents don't outweigh English
    ones; none if it has no letter besides links, mentions and stickers.

    >>> messages = ["这个 API 不错", "what is this", "¿qué es esto?", "😂 1", None]
    >>> detect_language(messages).to_pylist()
    ['zh', 'en', 'other', 'none', None]
    """
    return detect_language_of_words(strip_to_words(to_text_array(texts)))


def detect_language_of_words(words: pa.Array) -> pa.Array:
    """Detect the language of texts already stripped of links and emoji.

    >>> detect_language_of_words(pa.array(["群里很热闹", None])).to_pylist()
    ['zh', None]
    """
    labels = pa.array(LANGUAGES, pa.string()).take(pa.array(_classify_words(words)))
    return pc.if_else(words.is_valid(), labels, pa.scalar(None, pa.string()))


def _classify_words(words: pa.Array) -> Ints:
    column = code_points(words)
    script = _SCRIPTS[column.points]
    roman = (script == LATIN) | (script == ACCENTED)
    first = roman.copy()
    first[1:] &= ~roman[:-1]
    opening = column.starts[:-1][np.diff(column.starts) > 0]
    first[opening] = roman[opening]
    han, latin_words = column.totals(script == HAN), column.totals(first)
    foreign, accents = (
        column.totals(script == FOREIGN),
        column.totals(script == ACCENTED),
    )
    chinese = (han > 0) & (han >= latin_words) & (10 * foreign < han)
    roman_text = (latin_words > han) & (foreign <= latin_words)
    english = roman_text.copy()  # whose small words are asked, and nobody else's
    candidates = words.filter(pa.array(roman_text))
    others = accents[roman_text] + count_matches(candidates, _NOT_ENGLISH)
    english[roman_text] = others <= count_matches(candidates, _ENGLISH)
    silent = han + latin_words + foreign == 0
    return np.select([silent, chinese, english], [3, 0, 1], 2)
