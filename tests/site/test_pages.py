"""What a reader's browser meets on every kind of page."""

import re
from html import unescape
from urllib.parse import unquote, urldefrag

import pytest
from axe_playwright_python.sync_playwright import Axe

from helpers.claims import read_register
from helpers.site.search import SearchBoth

pytestmark = [pytest.mark.browser, pytest.mark.notebook]
KINDS = (
    "index.html",
    "01_first.html",
    "02_second.html",
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
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
HARD = {"serious", "critical"}


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
        tab.on("requestfailed", lambda request: trouble.append(request.url))
        tab.on("request", lambda r: local(r.url) or trouble.append(r.url))
        tab.goto((made / "site" / page).as_uri() + query)
        tab.wait_for_load_state("networkidle")
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert not trouble


def local(url):
    """Tell whether an address stays on this machine."""
    return url.startswith(("file:", "data:", "blob:"))


@pytest.mark.parametrize("page", KINDS)
def test_no_page_complains_or_leaves_the_machine(visit, page):
    """No error on the console, no failed request, no request to a host."""
    assert visit(page).title()


@pytest.mark.parametrize("page", KINDS)
def test_no_page_scrolls_sideways_on_a_phone(visit, page):
    """Tables and figures scroll inside themselves at 375 px."""
    tab = visit(page, width=375)
    assert tab.evaluate("document.documentElement.scrollWidth") == 375


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", KINDS)
def test_no_page_shuts_anyone_out(visit, page, scheme):
    """axe-core finds nothing serious or critical, in light and in dark."""
    options = {"preload": False}  # axe would fetch our styles, which a file may not
    tab = visit(page, scheme=scheme)
    found = Axe().run(tab, options=options).response["violations"]
    assert not [v["id"] + v["nodes"][0]["html"] for v in found if v["impact"] in HARD]


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
            if anchor and target in ids:
                assert unescape(anchor) in ids[target], f"{page.name}: {link}"


@pytest.mark.parametrize("page", ["search.html", "zh/search.html"])
@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("沉默", "How long"),
        ("消息数", "How long"),
        ("lurker", "How long"),
        ("沉", "How long"),
        ("裂变", "词汇表"),
        ("默沉", None),
        ("zebra", None),
    ],
)
def test_search_finds_chinese_and_english_words(visit, page, query, finds):
    """Words are found from a file in either language, and others are not."""
    tab = visit(page, query=f"?q={query}")
    tab.wait_for_function("document.querySelector('.search-summary')?.innerText")
    tab.wait_for_timeout(300)
    found = " ".join(tab.locator("ul.search a").all_inner_texts())
    assert (finds in found) if finds else not found


def test_the_browser_splits_words_as_the_index_does(visit):
    """Each piece of a query is a piece that the index holds."""
    text = "消息数 of 2 lurkers，沉默 WeChat群 a_b"
    pieces = visit("search.html").evaluate("text => splitQuery(text)", text)
    assert {"消息", "息数", "沉默", "群", "lurkers", "WeChat", "a_b"} <= set(pieces)
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
    """Return how many claims the scoreboard shows, counted and said."""
    rows = tab.locator("#scoreboard tbody tr:visible").count()
    assert int(tab.locator("output [data-count]").inner_text()) == rows
    return rows


def choose(tab, name, label):
    """Choose in a list by keyboard alone."""
    tab.locator(f"#board-filter [name={name}]").focus()
    tab.keyboard.type(label)
    tab.keyboard.press("Enter")


@pytest.mark.parametrize(("page", "word"), [("", "SUPPORTED"), ("zh/", "支持")])
def test_filters_work_by_keyboard(visit, board, page, word):
    """A verdict is chosen by key, a corpus narrows it, and all come back."""
    tab = visit(f"{page}index.html")
    assert shown(tab) == len(board.answers)
    tab.locator("[name=verdict]").focus()
    options = tab.locator("[name=verdict] option").all_inner_texts()
    for _ in range(options.index(word)):
        tab.keyboard.press("ArrowDown")
    here = [one for one in board.answers if one.word == "SUPPORTED"]
    assert shown(tab) == len(here) > 0
    assert "verdict=SUPPORTED" in tab.url
    tab.locator("#board-filter [type=reset]").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_function("document.querySelector('[name=verdict]').value === ''")
    tab.wait_for_timeout(50)
    assert shown(tab) == len(board.answers)


def test_words_and_addresses_filter(visit):
    """Words are looked for in both languages; an address carries the choice."""
    tab = visit("index.html")
    tab.locator("[name=text]").fill("三个多月")
    assert shown(tab) == sum("三个多月" in one.zh for one in read_register().values())
    tab = visit("index.html", query="#corpus=0&verdict=SUPPORTED")
    assert shown(tab) == 1
    row = tab.locator("#scoreboard tbody tr:visible a").first
    assert "s1-cognitive-surplus" in row.get_attribute("href")


def test_rows_are_sorted_by_keyboard(visit, board):
    """The head of a column sorts up, then down, and says so."""
    tab = visit("index.html")
    tab.locator("[data-sort=theme] button").focus()
    for order in ("ascending", "descending"):
        tab.keyboard.press("Enter")
        themes = tab.locator("#scoreboard tbody tr").evaluate_all(
            "rows => rows.map(row => row.dataset.theme)"
        )
        assert themes == sorted(themes, reverse=order == "descending")
        assert tab.locator(f"[data-sort=theme][aria-sort={order}]").count() == 1
    assert len(themes) == len(board.answers)


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
    """A claim's page leads to itself in Chinese and back; others to the first page."""
    tab = visit("claims/s1-cognitive-surplus.html")
    tab.locator(".language-switch:visible").click()
    assert tab.url.endswith("/zh/claims/s1-cognitive-surplus.html")
    assert tab.evaluate("document.documentElement.lang") == "zh-CN"
    tab.locator(".language-switch:visible").click()
    assert tab.url.endswith("site/claims/s1-cognitive-surplus.html")
    tab = visit("01_first.html", width=375)
    tab.locator(".language-switch:visible").click()
    assert tab.url.endswith("/zh/index.html")


@pytest.mark.parametrize(
    "page", ["zh/index.html", "zh/glossary.html", "zh/search.html"]
)
def test_what_surrounds_a_chinese_page_is_chinese(visit, page):
    """Head, side bar headings and labels have no English words but names and keys."""
    tab = visit(page)
    words = tab.evaluate(
        """() => [...document.querySelectorAll(
            ".bd-header, .site-contents .caption, .page-toc, h1, h2, label, summary")]
            .map(node => node.innerText).concat([...document.querySelectorAll(
            "[aria-label], [title], [placeholder]")].flatMap(node =>
            ["aria-label", "title", "placeholder"].map(a => node.getAttribute(a))))
            .join(" ")"""
    )
    known = {"Ctrl", "K", "English", "Search", "PDF", "S", "cn", "colearning"}
    found = set(re.findall(r"[A-Za-z]+", words)) - known
    assert not found


def test_the_scoreboard_can_be_read_without_scripts(browser, made):
    """All rows are there, open on demand; controls that would do nothing are not."""
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((made / "site" / "index.html").as_uri())
    assert not tab.locator("#board-filter").is_visible()
    row = tab.locator("#scoreboard tbody tr", has_text="SUPPORTED").first
    row.locator("summary").click()
    assert row.get_by_text("cn_colearning").first.is_visible()
    context.close()
