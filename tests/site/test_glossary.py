"""The technical words of the pages are in the glossary, in both languages."""

import pytest

from helpers.claims.evaluation.sentences import word_said
from helpers.site.languages import LANGUAGES, entries

TECHNICAL = {
    "en": """interval threshold stand-in simulation estimate estimator source share
        ratio median odds correlat elasticity doubling register checksum roster lurker
        core resampling network batch cohort adjusted tone hand|label advertisement
        content landmark censor hazard|ratio survival|curve null|hypothesis alternative
        pooled|mean standard|deviation E-value false|discovery cumulative|incidence
        Kaplan–Meier SnowNLP VADER newcomer seed splitting mild centralis explicit""",
    "zh": """区间 界线 替代指标 模拟 估计 来源 占比 比值 中位数 机会比 相关 弹性
        每翻一倍 登记表 校验和 名册 潜水者 核心 重抽样 网络 批次 聚类 年代 调整 语气
        裂变 标注 广告 内容 观察起点 风险比 存活 零假设 备择假设 合并均值 标准差 删失
        在险 错误发现率 累积发生率 名存实亡 迷茫 群主 种子用户 普通
        集中程度 明确的回复""",
}
ANSWERS = (
    "SUPPORTED", "CONTRADICTED", "TOO_SMALL", "INCONCLUSIVE", "FRAGILE", "UNTESTABLE",
    "UNFALSIFIABLE", "MIXED", "HALF",
)  # fmt: skip


def told(language):
    """Return the glossary as it is read in one language."""
    return " ".join(" ".join(one[language]) for one in entries("glossary").values())


@pytest.mark.parametrize(
    ("language", "word"),
    [
        (language, word.replace("|", " "))
        for language, words in TECHNICAL.items()
        for word in words.split()
    ],
)
def test_a_technical_word_is_explained(language, word):
    """Whoever meets it on a page can look it up."""
    assert word.casefold() in told(language).casefold()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", ANSWERS)
def test_each_answer_heads_an_entry(language, answer):
    """The word of an answer is a term of its own."""
    heads = [one[language][0] for one in entries("glossary").values()]
    assert word_said(answer, language) in heads
