"""Search index for English and Chinese text, without a dictionary.

Sphinx's own Chinese search needs a segmenter and ships without its stemmer. Here a
run of Chinese characters is indexed as its pairs and its single characters; a query
asks for all pairs of its runs, or for the character if it's alone.
"""

from __future__ import annotations

import re
from functools import cache

from sphinx.search.en import SearchEnglish

HAN = r"\u3005\u3007\u3400-\u9fff\uf900-\ufaff"
RUN = re.compile(rf"[{HAN}]+|[^\W{HAN}]+")


class SearchBoth(SearchEnglish):
    """Index of English words by stem and Chinese text by character pairs."""

    lang = "shequn"
    js_splitter_code = rf"""
var splitQuery = (query) =>
  (query.match(/[{HAN}]+|(?:(?![{HAN}])[\p{{L}}\p{{N}}_])+/gu) || []).flatMap((run) =>
    /[{HAN}]/.test(run) && run.length > 1
      ? Array.from(run.slice(1), (_, i) => run.slice(i, i + 2))
      : [run],
  );
"""

    def split(self, input: str) -> list[str]:  # noqa: A002 - Sphinx's own signature
        """Split a text into search terms.

        >>> SearchBoth({}).split("消息数 of lurkers")
        ['消息', '息数', '消', '息', '数', 'of', 'lurkers']
        """
        words: list[str] = []
        for run in RUN.findall(input):
            if re.match(f"[{HAN}]", run):
                words += [run[i : i + 2] for i in range(len(run) - 1)]
                words += run
            else:
                words.append(run)
        return words

    @cache  # noqa: B019 - one of them a build; pages share most of their words
    def stem(self, word: str) -> str:
        """Return the stem of a word, cached.

        >>> SearchBoth({}).stem("lurkers")
        'lurker'
        """
        return super().stem(word)
