"""What authors wrote stays; what stands beside it goes, counted by reason."""

import csv
import hashlib

import pytest

from helpers import paths
from helpers.articles import pages, read_article, write_counts
from helpers.errors import BrokenFileError, MissingSourceError

SHARED = paths.ROOT.parent / "shared" / "articles"
TABLE = paths.PROCESSED / "articles" / "counts.csv"
# article: words that must stay, words that must go, start of the SHA-256 of what stays
REAL = {
    "000": (
        ("343个", "10-30", "狂热"),
        ("老刑警", "著作权", "更多精彩", "推荐阅读"),
        "e3691b93a081834b",
    ),
    "001": (
        ("90%", "认知盈余", "顶层设计"),
        ("微号推", "热门标签", "吴京", "要评论"),
        "f38f7407ac100df2",
    ),
    "002": (
        ("小程序", "庞然大物", "心联网"),
        ("滨河市", "精选的", "最后编辑"),
        "22042a4d43a0e246",
    ),
    "003": (
        ("方生方死", "培训型", "归属感"),
        ("做个广告", "打赏", "微信号:"),
        "b8f1172487739861",
    ),
    "004": (
        ("王阳明", "中间节点", "高冷"),
        ("张志新", "简书App", "公主"),
        "40bd92bcdebac9b8",
    ),
}


@pytest.fixture
def page(tmp_path):
    """Save a page and return its path."""

    def save(text, encoding="utf-8"):
        path = tmp_path / "page.txt"
        path.write_bytes(text.encode(encoding))
        return path

    return save


def test_each_reason_is_counted(page):
    """Furniture is cut by its reason, and nothing else is."""
    article = read_article(
        page(
            "当前位置: 首页\n题目\n导语：转一篇\n\n一、正文\n讲社群和社群。\n"
            "图片发自网站\n二、正文\n更多精彩在后面\n最后编辑于\n©著作权\n一个故事\n另一个故事"
        )
    )
    assert article.paragraphs == ("题目", "一、正文", "讲社群和社群。", "二、正文")
    assert {reason: n for reason, n in article.cut.items() if n} == {
        "navigation": 2,
        "editorial": 1,
        "promotion": 1,
        "stories": 4,
    }
    assert article.source_paragraphs == 12
    assert not article.truncated


def test_page_without_surrounding_boilerplate_is_kept_whole(page):
    """Nothing is cut where nothing is recognised, and the missing end is stated."""
    article = read_article(page("\ufeff题目\r\n\r\n　正文关注社群。　\r\n"))
    assert article.paragraphs == ("题目", "正文关注社群。")
    assert sum(article.cut.values()) == 0
    assert article.truncated


def test_tags_of_an_annotated_page(page):
    """An annotated page comes out simplified, its tag cloud cut, its loss counted."""
    body = "運(yùn)營(yíng)" * 20 + "是真?zhèn)€好"
    article = read_article(page(f"題目\n{body}\n0\n熱門標(biāo)簽\n社群\n網(wǎng)紅"))
    assert article.paragraphs == ("题目", "运营" * 20 + "是真□好")
    assert (article.cut["tags"], article.cut["navigation"]) == (3, 1)
    assert (article.unrecovered, article.truncated) == (1, True)


def test_readings_in_an_unannotated_page_are_kept(page):
    """Readings and variants of a page that is no annotated one are left alone."""
    assert read_article(page("重(chóng)新\n乾坤")).paragraphs == ("重(chóng)新", "乾坤")


@pytest.mark.parametrize(("text", "encoding"), [("", "utf-8"), ("社群", "gbk")])
def test_a_broken_page_is_named(page, text, encoding):
    """An empty or re-encoded page says so, with its name."""
    with pytest.raises(BrokenFileError, match=r"page\.txt"):
        read_article(page(text, encoding))


def test_a_missing_page_is_named(tmp_path):
    """A page that is not there says so."""
    with pytest.raises(MissingSourceError, match=r"none\.txt"):
        read_article(tmp_path / "none.txt")


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here")
@pytest.mark.parametrize("number", REAL)
def test_real_articles_keep_their_words_and_lose_page_boilerplate(number):
    """Each article keeps its own words and loses those of the page around it."""
    stay, go, digest = REAL[number]
    [path] = SHARED.glob(f"{number}_*.txt")
    page, _ = pages._read_page(path)
    text = "\n".join(read_article(path).paragraphs)
    assert [word for word in (*stay, *go) if word not in page] == []
    assert [word for word in stay if word not in text] == []
    assert [word for word in go if word in text] == []
    assert hashlib.sha256(text.encode()).hexdigest().startswith(digest)


def test_counts_have_one_sorted_row_per_page(tmp_path):
    """Pages are counted one a line, and the counts add up."""
    for name in ("b", "a"):
        (tmp_path / f"{name}.txt").write_text(
            "题目\n正文\n最后编辑于", encoding="utf-8"
        )
    write_counts(tmp_path, tmp_path / "out" / "counts.csv")
    lines = (tmp_path / "out" / "counts.csv").read_text("utf-8").splitlines()
    assert lines[1:] == [f"{n},3,2,4,0,0,0,0,0,0,0,0,1,0,false" for n in "ab"]


def test_an_empty_folder_is_named(tmp_path):
    """A folder without pages is an error, not an empty table."""
    with pytest.raises(MissingSourceError, match="no article"):
        write_counts(tmp_path, tmp_path / "counts.csv")


def test_committed_counts_of_kept_and_cut_paragraphs_add_up():
    """Source paragraphs are kept and cut ones; one page is truncated, and says so."""
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        cut = sum(int(n) for name, n in row.items() if name.startswith("cut_"))
        assert int(row["source_paragraphs"]) == int(row["kept_paragraphs"]) + cut
    assert len(rows) == 5
    assert [row["article"][:3] for row in rows if row["truncated"] == "true"] == ["001"]


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here")
def test_recounting_pages_reproduces_the_committed_counts(tmp_path):
    """Counting again writes the committed bytes."""
    write_counts(SHARED, tmp_path / "counts.csv")
    assert (tmp_path / "counts.csv").read_bytes() == TABLE.read_bytes()
