"""What a reader's browser meets on every kind of page."""

import gzip
import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from helpers.files import compute_checksum
from helpers.site.search import SearchBoth
from helpers.synthesis.decision import Answer

pytestmark = [pytest.mark.browser, pytest.mark.notebook]
KINDS = (
    "index.html",
    "claims.html",
    "zh/claims.html",
    "chapters.html",
    "data.html",
    "zh/data.html",
    "trust.html",
    "zh/trust.html",
    "cite.html",
    "your-own-groups.html",
    "01_first.html",
    "02_second.html",
    "zh/01_first.html",
    "zh/index.html",
    "claims/s1-cognitive-surplus.html",
    "zh/claims/s1-cognitive-surplus.html",
    "zh/claims/s3-headache-ranking.html",
    "figures/forest.html",
    "zh/figures/forest.html",
    "figures.html",
    "zh/figures.html",
    "data-cn-colearning.html",
    "glossary.html",
    "zh/glossary.html",
    "methods.html",
    "numbers.html",
    "code/lifetimes.html",
    "architecture.html",
    "decisions.html",
    "search.html",
    "zh/search.html",
)
# a Chinese page is laid out as its English one is, decisions are as architecture is,
# and what is too wide is so on a phone first
PHONE = 375
LIKE_ANOTHER = ("decisions.html",)  # of the marks of architecture.html, 34 times
WITH_BARS = ("index.html", "claims.html", "01_first.html", "data-cn-colearning.html")
VIEWS = [
    *((page, PHONE) for page in KINDS),
    *((page, 1280) for page in KINDS if not page.startswith(("zh/", "decisions"))),
]
TYPED = {
    "10-30": "s0-size-10-30-best",
    "10–30": "s0-size-10-30-best",
    "ten to thirty": "s0-size-10-30-best",
    "十到三十人": "s0-size-10-30-best",
    "nine in ten fail": "s1-over-90-fail",
    "unsuccessful 90%": "s1-over-90-fail",
    "九成 失败": "s1-over-90-fail",
    "most die in three months": "s0-three-month-death",
    "三个月": "s0-three-month-death",
    "are lurkers still engaged": "s0-lurkers-still-identify",
    "潜水": "s0-lurkers-still-identify",
    "quiet": "s0-lurkers-still-identify",
}
QUESTIONS = {
    "s1-over-90-fail": "nine in ten fail?",
    "s0-three-month-death": "do most die in three months?",
    "s0-lurkers-still-identify": "are lurkers still engaged?",
    "s0-size-10-30-best": "is 10–30 best?",
}
SCREENS = {1280: 1200, 390: 1266}  # pixels: a screen and a half
LEFT = "net::ERR_ABORTED"  # what was still on its way when we went elsewhere
# axe would fetch our styles, which a file may not, and list all that is well
ALL_RULES = {"preload": False, "resultTypes": ["violations"]}
COLOURS = {"runOnly": ["color-contrast"]}
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@pytest.fixture
def visit(browser, made):
    """Return a function that opens a page of the site, watched for trouble."""
    contexts, trouble = [], []

    def opened(page, *, width=1280, scheme="light", query=""):
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, color_scheme=scheme)
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: trouble.append(f"{page}: {error}"))
        tab.on("console", lambda m: m.type == "error" and trouble.append(m.text))
        tab.on("requestfailed", lambda r: r.failure != LEFT and trouble.append(r.url))
        tab.on("request", lambda r: local(r.url) or trouble.append(r.url))
        tab.goto((made / "site" / page).as_uri() + query)
        tab.wait_for_load_state("networkidle")
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert not trouble


def follow(tab, link):
    """Click a link and wait for the page that it leads to."""
    with tab.expect_navigation(wait_until="networkidle"):
        link.click()


def loaded(picture):
    """Scroll to a picture, which may load only then, and wait for it."""
    picture.scroll_into_view_if_needed()
    picture.evaluate("it => it.decode()")
    return picture


def local(url):
    """Tell whether an address stays on this machine."""
    return url.startswith(("file:", "data:", "blob:"))


@pytest.mark.parametrize("width", [768, 390])
@pytest.mark.parametrize("page", ["01_first.html", "zh/01_first.html"])
def test_no_part_of_a_chapter_is_wider_than_its_screen(visit, page, width):
    """Code and tables scroll inside themselves, figures shrink; all are there."""
    tab = visit(page, width=width)
    for kind in ("div.cell_input", "div.scrolling", "div.shequn-table", "figure"):
        parts = [part for part in tab.locator(kind).all() if part.is_visible()]
        assert parts, kind
        for box in (part.bounding_box() for part in parts):
            assert 0 <= box["x"] <= box["x"] + box["width"] <= width, kind


@pytest.mark.parametrize(("page", "width"), VIEWS)
def test_no_page_complains_scrolls_sideways_or_shuts_anyone_out(visit, page, width):
    """Nothing is asked of a host or wider than the screen; axe-core finds nothing.

    Dark, a page differs by its colours alone; wide, by side and top bars, which one
    page of each kind shows. Folds are opened. What is wide scrolls inside itself.
    """
    tab = visit(page, width=width)
    assert tab.title()
    tab.evaluate("document.querySelectorAll('main details').forEach(d => d.open = 1)")
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    if page in LIKE_ANOTHER or (width > PHONE and page not in WITH_BARS):
        return
    tab.evaluate(AXE_SCRIPT)
    for scheme, rules in (("light", ALL_RULES), ("dark", ALL_RULES | COLOURS)):
        tab.emulate_media(color_scheme=scheme)
        tab.locator(f"html[data-theme={scheme}]").wait_for()
        found = tab.evaluate("rules => axe.run(rules)", rules)["violations"]
        assert not [v["id"] + v["nodes"][0]["html"] for v in found]


def test_every_link_and_anchor_leads_somewhere(made):
    """No link inside the site is broken, anchors included."""
    site = made / "site"
    pages = set(site.rglob("*.html")) - set((site / "_static").rglob("*.html"))
    texts = {page: COMMENT.sub("", page.read_text("utf-8")) for page in sorted(pages)}
    ids = {
        page: set(re.findall(r'\bid="([^"]+)"', text)) for page, text in texts.items()
    }
    for page, text in texts.items():
        for link in re.findall(r'(?:href|src)="([^"]+)"', text):
            file, anchor = urldefrag(unquote(link.partition("?")[0]))
            if "://" in link or link.startswith("data:"):
                continue
            target = (page.parent / file).resolve() if file else page
            assert target.is_file(), f"{page.name}: {link}"
            if anchor and "=" not in anchor and target in ids:  # a filter, by script
                assert unescape(anchor) in ids[target], f"{page.name}: {link}"


@pytest.mark.parametrize(
    ("page", "query", "finds"),
    [
        ("search.html", "沉默", "群能活多久"),
        ("search.html", "消息数", "群能活多久"),
        ("search.html", "lurker", "How long"),
        ("search.html", "默沉", None),
        ("zh/search.html", "沉", "群能活多久"),
        ("zh/search.html", "裂变", "词汇表"),
        ("zh/search.html", "lurker", "How long"),
        ("zh/search.html", "zebra", None),
    ],
)
def test_search_finds_chinese_and_english_words(visit, page, query, finds):
    """Words are found from a file in either language, and others are not."""
    tab = visit(page, query=f"?q={query}")
    tab.wait_for_function("document.querySelector('.search-summary')?.innerText")
    found = " ".join(tab.locator("ul.search a").all_inner_texts())
    assert (finds in found) if finds else not found


@pytest.mark.parametrize(
    ("page", "typed", "name"),
    [
        ("", "10-30", "s0-size-10-30-best"),
        ("", "90%25", "s1-over-90-fail"),
        ("zh/", "三个月", "s0-three-month-death"),
        ("", "owner", "s0-owner-alone-fails"),
    ],
)
def test_a_search_finds_the_claim_first_and_says_what_it_is(visit, page, typed, name):
    """Numbers are words; other claims' pages do not match by what all of them say."""
    tab = visit(f"{page}search.html", query=f"?q={typed}")
    tab.wait_for_function("document.querySelector('.search-summary')?.innerText")
    first = tab.locator("ul.search li").first
    assert f"claims/{name}.html" in first.locator("a").get_attribute("href")
    assert ("说法 · " if page else "Claim · ") in first.inner_text()
    assert tab.locator("ul.search a[href*='claims/s']").count() < 60


@pytest.mark.parametrize(("page", "own"), [("", "01"), ("zh/", "zh/01")])
def test_what_a_search_finds_in_its_own_language_comes_first(visit, page, own):
    """The figure's words are on both pages of a chapter."""
    tab = visit(f"{page}search.html", query="?q=Zulip")
    tab.wait_for_function("document.querySelector('.search-summary')?.innerText")
    found = tab.locator("ul.search a").evaluate_all("all => all.map(one => one.href)")
    chapters = [one for one in found if "01_first" in one]
    assert f"/site/{own}" in chapters[0]
    assert len(chapters) == 2
    assert all(Path(unquote(urlsplit(one).path)).is_file() for one in found)


def test_the_browser_splits_words_as_the_index_does(visit):
    """Each piece of a query is a piece that the index holds."""
    text = "消息数 of 2 lurkers，沉默 WeChat群 a_b"
    pieces = visit("search.html").evaluate("text => splitQuery(text)", text)
    assert {"消息", "息数", "沉默", "群", "lurkers", "WeChat", "a_b", "n2"} <= set(
        pieces
    )
    assert set(pieces) <= set(SearchBoth({}).split(text))


def test_without_scripts_everything_can_be_read(browser, made):
    """A page needs no script: figure, table and answer are there without."""
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((made / "site" / "01_first.html").as_uri())
    assert tab.locator("figure img").is_visible()
    assert tab.locator("table").first.is_visible()
    tab.locator("details summary").first.click()
    assert tab.get_by_text("import pandas").is_visible()
    context.close()


def shown(tab):
    """Return the claims that are shown, as many as the page says."""
    rows = tab.locator(".claims .row:visible").evaluate_all(
        "rows => rows.map(row => row.dataset.claim)"
    )
    return set(rows)


@pytest.mark.parametrize(("page", "answer"), [("", "Undecided"), ("zh/", "还说不准")])
def test_an_answer_is_chosen_by_keyboard(visit, board, page, answer):
    """All that have it are shown, the address says so by name, and all come back."""
    tab = visit(f"{page}claims.html")
    before = shown(tab)
    tab.locator("[name=answer]").focus()
    options = tab.locator("[name=answer] option").all_inner_texts()
    for _ in range(options.index(answer)):
        tab.keyboard.press("ArrowDown")
    tab.wait_for_function("location.hash.includes('answer=undecided')")
    undecided = Answer.UNDECIDED
    here = {o.claim for o in board.answers if o.conclusion.answer is undecided}
    assert shown(tab) == here
    assert here
    tab.locator("#claims-filter [type=reset]").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_function("location.hash === ''")  # the last that a reset does
    assert shown(tab) == before


def test_url_keeps_selected_filters_by_name(visit):
    """A source and a tab are known by their names, not by their places."""
    tab = visit("claims.html", query="#source=cn_colearning&answer=undecided")
    assert shown(tab) == {"s0-lurkers-are-many", "s1-cognitive-surplus"}
    tab = visit("claims.html", query="#show=never")
    assert "s3-headache-ranking" in shown(tab)
    assert "s1-cognitive-surplus" not in shown(tab)
    tab.locator("[data-tab=tested]").click()
    tab.locator("[data-tab=tested][aria-current]").wait_for()
    assert "s1-cognitive-surplus" in shown(tab)


def test_a_search_folds_dashes_numerals_and_synonyms(visit):
    """What people type finds the claim in either language."""
    tab = visit("claims.html")
    for typed, found in TYPED.items():
        tab.locator("[name=text]").fill(typed)
        assert found in shown(tab), typed
        assert len(shown(tab)) < 30, typed


def test_a_search_reads_the_answers_too(visit):
    """Nearly every answer has words that its claim lacks."""
    tab = visit("claims.html")
    row = tab.locator("#tested .row").first
    claim, answer = row.get_attribute("data-claim"), row.locator(".sentence")
    tab.locator("[name=text]").fill(answer.inner_text())
    assert shown(tab) == {claim}


@pytest.mark.parametrize("typed", ["ads", "广告"])
def test_a_search_for_ads_does_not_find_spreads(visit, typed):
    """Words match whole words: neither "spreads" nor "reads" is about ads."""
    tab = visit("claims.html")
    tab.locator("[name=text]").fill(typed)
    assert "s1-ad-flood-is-death" in shown(tab)
    assert "s0-lurkers-still-identify" not in shown(tab)
    assert len(shown(tab)) < 10


def test_a_search_for_what_no_claim_says_finds_nothing(visit):
    """Folding doesn't make everything alike."""
    tab = visit("claims.html")
    tab.locator("[name=text]").fill("zebra")
    assert shown(tab) == set()
    assert tab.locator("output [data-count]").inner_text() == "0"


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh", 390)])
def test_the_four_questions_are_answered_on_a_screen_and_a_half(
    visit, board, name, language, width
):
    """The front page answers with word, sentence and chart, and leads on."""
    one = board.answer(name).conclusion
    tab = visit(f"{'zh/' * (language == 'zh')}index.html", width=width)
    there = tab.locator(f"[data-claim='{name}']")
    assert there.locator(".sentence").inner_text() == one.bottom_line(language)
    assert there.locator(".answer-word").inner_text() == one.word(language)
    box = there.bounding_box()
    assert box["y"] + box["height"] < SCREENS[width]
    follow(tab, there.locator("a[href*='claims/']").first)
    assert tab.url.endswith(f"claims/{name}.html")
    assert tab.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [1280, 390])
def test_every_row_of_a_plot_fits_the_screen(visit, board, width):
    """No row of a figure lies outside of its screen."""
    tab = visit("claims/s1-cognitive-surplus.html", width=width)
    rows = tab.locator(".evidence tbody tr:not(.group)")
    speaking = board.answer("s1-cognitive-surplus").speaking
    assert rows.count() >= len(speaking) > 0
    for row in rows.all():
        for part in ("th", ".track", ".value"):
            box = row.locator(part).first.bounding_box()
            assert box["width"] > 0
            assert 0 <= box["x"] <= box["x"] + box["width"] <= width


@pytest.mark.parametrize(
    ("page", "picture"),
    [("01_first.html", "figure img"), ("figures/forest.html", "figure.whole img")],
)
def test_a_figure_is_seen_whole_on_a_phone(visit, page, picture):
    """Nothing of it lies beyond the edge; it opens large."""
    drawn = visit(page, width=375).locator(picture).first
    box = drawn.bounding_box()
    assert 0 <= box["x"] < box["x"] + box["width"] <= 375
    assert drawn.locator("xpath=ancestor::a").get_attribute("href").endswith(".svg")


@pytest.mark.parametrize(
    "place", ["01_first.html figure img", "figures/forest.html figure.whole img"]
)
@pytest.mark.parametrize(
    ("width", "scheme", "variant"),
    [
        (1280, "light", "forest.svg"),
        (1280, "dark", "forest.svg"),
        (390, "light", "forest.narrow.svg"),
        (390, "dark", "forest.narrow.svg"),
    ],
)
def test_each_screen_has_a_picture_of_its_own(visit, width, scheme, variant, place):
    """What is shown was drawn for that width; on dark pages its paper is dark, too."""
    page, _, where = place.partition(" ")
    drawn = loaded(visit(page, width=width, scheme=scheme).locator(where).first)
    assert drawn.evaluate("it => it.currentSrc").endswith(f"/{variant}")
    assert drawn.evaluate("it => it.complete && it.naturalWidth > 0")
    inverted = drawn.evaluate("it => getComputedStyle(it).filter").startswith("invert")
    assert inverted == (scheme == "dark")


@pytest.mark.parametrize("page", ["index.html", "zh/index.html"])
def test_the_front_page_is_light(visit, page):
    """All that it loads, zipped: less than 400 KB, letters of one's own machine aside.

    What lies beyond the screen may wait, so it is not counted unless it is loaded.
    """
    tab, loaded = visit(page), set()
    tab.on("request", lambda request: loaded.add(urlsplit(request.url)))
    tab.reload(wait_until="networkidle")
    files = {Path(unquote(one.path)) for one in loaded if one.scheme == "file"}
    weights = [
        len(gzip.compress(it.read_bytes())) for it in files if it.suffix != ".woff"
    ]
    assert len(weights) > 5
    assert sum(weights) < 400_000


@pytest.mark.parametrize("page", ["figures.html", "zh/figures.html"])
def test_the_gallery_has_small_pictures_of_its_own(visit, made, page):
    """Each is a picture of at most 60 KB that leads to its figure, and is not bent."""
    small = visit(page).locator(".gallery a img")
    assert small.count() == 1
    address = loaded(small.first).evaluate("it => it.currentSrc")
    assert address.endswith(
        "/forest.zh.thumb.png" if "zh" in page else "forest.thumb.png"
    )
    assert (
        made / "site" / "figures" / address.rpartition("/")[2]
    ).stat().st_size < 60_000
    ratio = "it => it.naturalWidth / it.naturalHeight - it.width / it.height"
    assert abs(small.first.evaluate(ratio)) < 0.05


def test_tables_of_notebooks_can_be_read_in_the_dark(visit):
    """Text and ground of a cell's table differ as the page's do."""
    tab = visit("01_first.html", scheme="dark")
    cell = "document.querySelector('.cell_output .text_html')"
    ground = tab.evaluate(f"getComputedStyle({cell}).backgroundColor")
    assert ground == "rgba(0, 0, 0, 0)"


def test_the_top_bar_leads_everywhere(visit):
    """Each part is one click from any page, and says where one is."""
    tab = visit("claims/s1-cognitive-surplus.html", width=390)
    links = tab.locator(".site-nav a:visible")
    assert links.count() == 7
    for place in range(6):
        follow(tab, tab.locator(".site-nav a").nth(place))
        assert tab.locator(".site-nav [aria-current]").count() == 1


def test_side_bars_list_chapters_and_data_only(visit):
    """A chapter lists the chapters, a source the sources, a claim nothing."""
    seen = {
        page: visit(page).locator(".site-contents a:visible").count()
        for page in ("01_first.html", "data-cn-colearning.html", "claims.html")
    }
    assert seen == {"01_first.html": 2, "data-cn-colearning.html": 1, "claims.html": 0}


@pytest.mark.parametrize(("name", "ending"), [("plain", "txt"), ("bibtex", "bib")])
def test_copy_buttons_give_the_exact_citation(visit, made, name, ending):
    """What is copied is the file's text, the providers of the data first."""
    tab = visit("figures/forest.html")
    tab.evaluate(
        "navigator.clipboard.writeText = async text => { window.copied = text; }"
    )
    tab.locator(f"[data-copy=cite-{name}]").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_function("window.copied")
    text = (made / "site" / "figures" / f"forest.{ending}").read_text("utf-8")
    assert tab.evaluate("window.copied") == text.strip()
    assert text.startswith(("Data: ", "@misc{cn_colearning,"))


def test_every_page_can_be_had_in_the_other_language(visit):
    """A page leads to itself in Chinese and back, or to the list it belongs to."""
    tab = visit("claims/s1-cognitive-surplus.html")
    follow(tab, tab.locator(".language-switch:visible"))
    assert tab.url.endswith("/zh/claims/s1-cognitive-surplus.html")
    assert tab.evaluate("document.documentElement.lang") == "zh-CN"
    follow(tab, tab.locator(".language-switch:visible"))
    assert tab.url.endswith("site/claims/s1-cognitive-surplus.html")
    tab = visit("01_first.html", width=375)
    follow(tab, tab.locator(".language-switch:visible"))
    assert tab.url.endswith("/zh/01_first.html")
    tab = visit("02_second.html", width=375)  # it was not put into Chinese
    follow(tab, tab.locator(".language-switch:visible"))
    assert tab.url.endswith("/zh/chapters.html")


@pytest.mark.parametrize(
    "page",
    [
        "zh/index.html",
        "zh/claims.html",
        "zh/glossary.html",
        "zh/search.html",
        "zh/trust.html",
    ],
)
def test_navigation_of_a_chinese_page_is_chinese(visit, page):
    """Head, side bar headings and labels have no English words but names and keys."""
    tab = visit(page)
    words = tab.evaluate(
        """() => [...document.querySelectorAll(
            ".bd-header, .site-contents .caption, h1, h2, h3, label, summary, .answer")]
            .map(node => node.innerText).concat([...document.querySelectorAll(
            "[aria-label], [title], [placeholder]")].flatMap(node =>
            ["aria-label", "title", "placeholder"].map(a => node.getAttribute(a))))
            .join(" ")"""
    )
    known = {"Ctrl", "K", "English", "Search", "PDF", "S", "cn", "colearning"}
    found = set(re.findall(r"[A-Za-z]+", words)) - known
    assert not found


def test_a_chinese_chapter_is_chinese(visit):
    """Question, sentence and figure are; English code and its tables stay."""
    tab = visit("zh/01_first.html", width=390)
    assert tab.locator("h1").inner_text().startswith("群能活多久")
    assert "个群里有" in tab.locator("article").inner_text()
    assert "% are dead" not in tab.locator("article").inner_text()
    tab.get_by_text(".ipynb").click(trial=True)
    assert tab.locator("a.right-next").get_attribute("href") == "../02_second.html"


def test_all_claims_can_be_read_without_scripts(browser, made, board):
    """All rows are there; a form that would do nothing is not."""
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((made / "site" / "claims.html").as_uri())
    assert not tab.locator("#claims-filter").is_visible()
    assert shown(tab) == {answer.claim for answer in board.answers}
    context.close()


def test_checksums_of_a_figure_are_those_of_its_files(made):
    """The commit is added to citations when the site is built, after they are saved."""
    folder = made / "site" / "figures"
    facts = json.loads((folder / "forest.json").read_text("utf-8"))
    files = {ending: folder / f"forest.{ending}" for ending in facts["files"]}
    assert facts["files"] == {e: compute_checksum(f) for e, f in files.items()}
    assert "bib" in files
