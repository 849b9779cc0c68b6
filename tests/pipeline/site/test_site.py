"""The built site: its numbers, bounds, addresses, and a walk over its pages."""

import html
import json
import re
import shutil
from dataclasses import replace
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy.special import logit

from helpers import citation, paths
from helpers.claims.pool import pool
from helpers.claims.register import read_register
from helpers.claims.source_descriptions import read_declaration
from helpers.claims.store import read_answers
from helpers.claims.words import format_number
from helpers.errors import ShequnError
from helpers.figures.saving import describe_table
from helpers.figures.svg import SavedFigure, finish_svg
from helpers.forecast import predict_silence
from pipeline.site.answers import format_headline
from pipeline.site.build import make_site
from pipeline.site.cards import format_tags
from pipeline.site.charts import cite_part
from pipeline.site.follow_up import chart_forty
from pipeline.site.language import Reader, of_hundred
from pipeline.site.sources import list_sources
from tests.subjects import find_faults
from tests.typography import find_slips

KINDS_OF_PAGE = (
    "index", "answers", "claims/s0-three-month-death", "claims/more", "your-group",
    "chapters/99_demo", "practices", "wechat", "whose-claims", "data", "how", "cite",
    "glossary", "export", "search",
)  # fmt: skip
TAGS = re.compile(r"<[^>]+>")
ENTRY = re.compile(r"@misc\{.*?^\}", re.DOTALL | re.MULTILINE)
LOADED = re.compile(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="(https?:)?//')


def _read_numbers(text):
    return re.findall(r"\d+(?:\.\d+)?", text)


def test_a_site_that_cannot_be_written_is_a_sentence(tmp_path):
    """In a checkout that may be read only, it was an unexpected error."""
    (tmp_path / "build").touch()
    with pytest.raises(ShequnError, match="could not be written"):
        make_site(tmp_path / "build")


@pytest.mark.parametrize("page", ["index.html", "zh/index.html"])
def test_home_prints_the_numbers_of_the_tables(site, read_page, page):
    """Pooled again from the files, each number of the first chart is on the page."""
    table = pd.read_csv(paths.PROCESSED / "life_tables" / "group_life_tables.csv")
    direct = read_answers().estimates.query(
        "claim == 's0-three-month-death' and reading == 'silent' and role == 'direct'"
    )
    sources = direct["study"].str.split(":").str[0].unique()
    spoke = table[table["population"].eq("ever spoke") & table["source"].isin(sources)]
    split = direct.loc[direct["study"].str.contains(":"), "study"].str.split(":").str[0]
    spoke = spoke[spoke["part"].ne("all").eq(spoke["source"].isin(split))]
    text = _read_numbers(read_page(site / page))
    for reading in ("silent for good", "ever paused 60 days"):
        rows = spoke[spoke["reading"].eq(reading) & spoke["age_days"].eq(105)]
        errors = (logit(rows["share_high"]) - logit(rows["share_low"])) / 3.92
        found = pool(rows["share"].to_numpy(), errors.to_numpy(), "logit")
        assert of_hundred(found.mean) in text
    chats = pd.read_csv(paths.PROCESSED / "life_tables" / "follow_up.csv")
    gone = chats.query("days == 34 and groups >= 50")["gone"]
    assert {*map(of_hundred, gone.agg(["min", "max"]))} <= {*text}


def test_parts_of_forty_groups_add_up():
    """Who spoke again in earnest was drawn again among those who spoke."""
    drawn = chart_forty((0.3, 0.7), "t", "n", Reader("en")).data
    assert drawn["groups"].tolist() == [12, 16, 12]


@pytest.mark.parametrize("folder", ["", "zh/"])
def test_claims_say_what_the_table_of_answers_says(site, folder):
    """Mean, interval and word of each claim are equal on both pages."""
    table = (site / folder / "answers.html").read_text("utf-8")
    for row in re.findall(r'<tr id="s\d-.*?</tr>', table, re.DOTALL):
        href = re.search(r'href="(claims/[^"]+)"', row)[1]
        file, _, anchor = href.partition("#")
        page = (site / folder / file).read_text("utf-8")
        page = page[page.index(f'id="{anchor}"') if anchor else 0 :]
        found = re.search(r'<span class="nowrap">([^<]+)<', row)[1]
        word = re.search(r'data-word="([^"]+)"', row[row.index("<td") :])[1]
        total = page[page.index('<tr class="total">') :]
        assert found in total[: total.index("</tr>")], href
        assert f'data-word="{word}"' in page[: page.index("<figure")], href


@pytest.mark.parametrize("folder", ["", "zh/"])
def test_home_and_practices_say_what_numbers_are_of(
    site, read_page, list_texts, folder
):
    """Subject, denominator and n by the register; no cause without a row."""
    home = re.split(r"(?<=[.。])\s+|(?<=。)", read_page(site / folder / "index.html"))
    texts = list_texts(site / folder / "practices.html")
    told = [each for text in texts for each in re.split(r"(?<=[.。])", text)]
    faults = {each: find_faults(each, home=True) for each in home}
    faults |= {each: find_faults(each) for each in told}
    assert {each: found for each, found in faults.items() if found} == {}


def test_chinese_pages_are_set_as_chinese(site, list_texts):
    """倍 for ×, full-width brackets and commas, no blank after a full stop."""
    pages = sorted((site / "zh").rglob("*.html"))
    slips = {
        f"{page.name}: {slip}"
        for page in pages
        for text in list_texts(page)
        for slip in find_slips(text)
    }
    assert sorted(slips) == []


def test_home_is_short_enough_to_be_read(site, read_page):
    """At most 450 words; the old one had 1,616."""
    text = read_page(site / "index.html")
    assert len(re.findall(r"[\w“(][^\s]*", text)) <= 450  # no dots between links
    chinese = read_page(site / "zh" / "index.html")
    assert len(re.findall(r"[\u4e00-\u9fff]", chinese)) <= 900  # two letters a word


def test_data_counts_the_claims_of_a_sources_parts():
    """Three sources of several networks stood there as used in no claim."""
    rows = list_sources(read_answers().estimates, Reader("en"))
    unused = [row["study"] for row in rows if not row["claims"]]
    assert not [name for name in unused if read_declaration(name).carries]


@pytest.mark.parametrize("folder", ["", "zh/"])
def test_answers_print_the_stored_numbers(site, folder):
    """Every measured claim has a row with its mean and word; every other is listed."""
    page = (site / folder / "answers.html").read_text("utf-8")
    for claim, rows in read_answers().answers.groupby("claim"):
        first = rows.iloc[0]
        start = page.index(f'id="{claim}"')
        if first["word"] == "not measured":
            continue
        row = page[start : page.index("</tr>", start)]
        assert f'data-word="{first["word"]}"' in row
        assert format_number(first["mean"], read_answers().get(claim).form) in row
    assert len(re.findall(r'id="s\d-', page)) == len(read_register())


def test_site_keeps_its_bounds_and_asks_no_other_host(site):
    """Pages, size, and nothing that a browser would fetch from elsewhere."""
    pages = [*site.rglob("*.html")]
    assert len(pages) <= 130 + 2  # a chapter of the test's own, in two languages
    assert sum(file.stat().st_size for file in site.rglob("*") if file.is_file()) < 26e6
    assert (site / "index.html").stat().st_size < 600e3
    assert [page.name for page in pages if LOADED.search(page.read_text("utf-8"))] == []
    assert [page for page in pages if "http-equiv" in page.read_text("utf-8")] == []


def test_every_link_and_anchor_lives(site):
    """Each address within the site is a file, and its anchor an id on that page."""
    pages = [*site.rglob("*.html")]
    texts = {page: page.read_text("utf-8") for page in pages}
    ids = {page: {*re.findall(r'\bid="([^"]+)"', text)} for page, text in texts.items()}
    dead = []
    for page, text in texts.items():
        for href in re.findall(r'\bhref="([^"]+)"', text):
            path, _, anchor = unquote(html.unescape(href)).partition("#")
            if re.match(r"[a-z]+:|//", href):
                continue
            target = (page.parent / path.split("?")[0]).resolve() if path else page
            known = not anchor or anchor in ids.get(target, {anchor})
            if not (target.is_file() and known):
                dead.append((page.name, href))
    assert dead == []


def _list_bibtex(site):
    for page in site.rglob("*.html"):
        text = TAGS.sub("", page.read_text("utf-8"))
        yield from (html.unescape(e) for e in ENTRY.findall(text))


def test_bibtex_can_be_read_and_has_no_empty_key(site):
    """A bare % comments out a line; `url = {}` was printed as an address."""
    entries = list(_list_bibtex(site))
    assert len(entries) > 100
    for entry in entries:
        assert entry.count("{") == entry.count("}")
        assert re.search(r"(?<!\\)%", entry) is None
        assert "{}" not in entry
        assert re.search(r"[.。],?\}\},?$", entry.splitlines()[1]) is None
    bibtex = pytest.importorskip(
        "pybtex.database", reason="packages older than test.txt"
    )
    for entry in entries:
        (read,) = bibtex.parse_string(entry, "bibtex").entries.values()
        assert all(read.fields.values())


def test_an_address_fills_all_places(monkeypatch):
    """`url` and `doi` in CITATION.cff reach citations, pictures, tables and tags."""
    own = replace(
        citation.read_project(), url="https://x.org/s", doi="10.5281/zenodo.1"
    )
    for name in ("helpers.figures.svg", "helpers.figures.saving", "pipeline.site.cards",
                 "pipeline.site.charts", "pipeline.site.sources"):  # fmt: skip
        monkeypatch.setattr(f"{name}.read_project", lambda: own)
    page = "claims/a.html"
    cited = cite_part("k", "T", Reader("en"), page)
    assert cited.count("https://x.org/s/claims/a.html") == 3
    assert cited.count("10.5281/zenodo.1") == 3
    saved = SavedFigure("n", "T", "", "", '<svg viewBox="0 0 9 9"></svg>', "", b"")
    assert "https://x.org/s/claims/a.html" in finish_svg(saved, page)
    assert "https://x.org/s/claims/a.html" in describe_table(saved, page)
    assert "https://x.org/s/cards/a.png" in format_tags("T", "", page, "cards/a.png")


@pytest.mark.parametrize("name", ["home-pauses", "s0-three-month-death", "demo"])
@pytest.mark.parametrize("folder", ["", "zh/"])
def test_picture_and_table_name_the_project(site, folder, name):
    """A shared picture bore no name: neither in the image nor in its metadata."""
    project = citation.read_project()
    figures = site / folder / "figures"
    drawn = site / "figures" if name == "demo" else figures  # once, in English
    with Image.open(drawn / f"{name}.png") as picture:
        about = picture.info
        foot = np.asarray(picture.convert("L"))[-33:]
    assert project.version in about["Software"]
    assert about["Title"]
    assert foot.min() < 130  # the line at the foot
    described = json.loads((figures / f"{name}.csv-metadata.json").read_text("utf-8"))
    assert project.version in described["dc:publisher"]
    if name != "demo":
        assert "freeCodeCamp" in about["Source"]
        assert about["Source"] == "; ".join(described["dc:source"])


def _read_size(picture):
    with Image.open(picture) as opened:
        return opened.size


def test_each_page_has_a_card(site):
    """Its metadata name the project; without an address, no tag asks for a picture."""
    for page in [*site.glob("*.html"), *site.glob("zh/claims/*.html")]:
        text = page.read_text("utf-8")
        if page.stem in {"search", "genindex", "404"}:
            continue
        assert "og:image" not in text
        folder = site / "zh" if page.parent.parent.name == "zh" else site
        card = folder / "cards" / page.relative_to(folder).with_suffix(".png")
        with Image.open(card) as picture:
            assert picture.size == (1200, 630)
            assert "Shequn Evidence" in picture.info["Author"]
        assert re.search(r'property="og:description" content=".{20}', text), page


def test_what_is_shared_of_a_claim_is_its_answer(site):
    """The card of a refuted claim showed the claim in its largest type, no verdict."""
    answer = read_answers().get("s0-three-month-death")
    told = "In chats, working groups: very unlikely (19 of 100)"
    assert format_headline(answer, Reader("en")) == told
    page = (site / "claims" / "s0-three-month-death.html").read_text("utf-8")
    text = html.unescape(page)
    title = re.search(r"<title>(.*?) —", text)[1]
    assert title.startswith("Most groups die in little more than three months?")
    assert title.endswith(f" {told}")


def test_search_for_wechat_finds_what_is_known_of_it(site):
    """The ranking knows the pages on WeChat, and they exist."""
    script = (site / "_static" / "scorer.js").read_text("utf-8")
    pages = json.loads(re.search(r"ABOUT_WECHAT = (\[.*?\]);", script)[1])
    assert "wechat" in pages
    assert len(pages) > 5
    assert [page for page in pages if not (site / f"{page}.html").is_file()] == []


def test_chapter_is_translated_with_its_figure(site):
    """Headings and text by the catalogue; the figure has its files and an anchor."""
    page = (site / "zh" / "chapters" / "99_demo.html").read_text("utf-8")
    assert "数据" in page
    assert '<figure class="chart" id="demo">' in page
    assert 'href="../../figures/demo.png"' in page  # in English, and said so
    for file in ("figures/demo.png", "zh/figures/demo.svg", "zh/figures/demo.csv"):
        assert (site / file).is_file()


def test_no_mark_of_emphasis_is_left_on_a_page(site, read_page):
    """Two stars beside a Chinese full stop were printed instead of bold letters."""
    pages = [
        *site.glob("*.html"),
        *site.glob("zh/*.html"),
        *site.glob("**/claims/*.html"),
    ]
    assert [page for page in pages if re.search(r"\*\*\w", read_page(page))] == []


def test_version_and_date_are_the_same_everywhere(site):
    """CITATION.cff, the package and each page's foot name one release."""
    from helpers import __version__

    project = citation.read_project()
    assert project.version == __version__
    assert f"{project.version} · {project.date}" in (site / "cite.html").read_text(
        "utf-8"
    )


# every page at one width, and at the other its edition in the other language; axe,
# which takes seconds a page, looks at each kind of page once
every = pytest.mark.parametrize(
    "step", [2, pytest.param(1, marks=pytest.mark.long)], ids=["half", "all"]
)


# a line of code as long as chapters' lines may be
CUT_OFF = """() => {
  const code = document.querySelector(".cell_input pre");
  code.textContent = "x".repeat(72);
  return code.scrollWidth > code.clientWidth;
}"""


@pytest.mark.browser
@every
def test_pages_in_a_browser(site, step):
    """No page has a fault that axe finds or asks another host; keys work."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    axe, faults, asked = Axe(), {}, []
    pages = [f"{folder}{name}" for name in KINDS_OF_PAGE for folder in ("", "zh/")]
    pages += ["404", "404"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_find_browser())
        for nth, (width, scheme) in enumerate(((1280, "light"), (390, "dark"))):
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme
            )
            page = context.new_page()
            page.on("request", lambda request: asked.append(request.url))
            for kind, name in enumerate(pages[nth % step :: step]):
                page.goto((site / f"{name}.html").as_uri())
                looks = step == 1 or (kind + nth) % 2 == 0
                found = axe.run(page).response["violations"] if looks else ()
                wide = page.evaluate("document.documentElement.scrollWidth") > width
                cut = name.startswith("chapters/") and page.evaluate(CUT_OFF)
                ids = [each["id"] for each in found] + ["too wide"] * wide
                ids += ["code cut off"] * (cut and width >= 1280)
                if ids:
                    faults[name, width] = ids
        _use_keys(page, site)
        browser.close()
    assert faults == {}
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


SCRIPTS = paths.ROOT / "tests" / "data"
MISPLACED = (SCRIPTS / "misplaced.js").read_text("utf-8")
OVERLAPPING = (SCRIPTS / "overlapping.js").read_text("utf-8")


@pytest.mark.browser
@every
def test_headings_stand_over_their_columns_on_a_phone(site, step):
    """At 390 px 146 of 173 tables had headings over the wrong column."""
    kinds = [site / f"{name}.html" for name in KINDS_OF_PAGE]
    assert _evaluate(MISPLACED, 390, kinds if step > 1 else site.rglob("*.html")) == {}


@pytest.mark.browser
@every
def test_no_text_lies_on_another_in_a_chart(site, step, tmp_path):
    """Captions lay on axis titles; files with any font, and pages at both widths."""
    charts = sorted(site.rglob("figures/*.svg"))[:: 2 * step - 1]
    sheet = tmp_path / "charts.html"  # one page: to open each file takes longer
    sheet.write_text("\n".join(one.read_text("utf-8") for one in charts), "utf-8")
    assert _evaluate(OVERLAPPING, 1280, [sheet]) == {}
    pages = [site / folder / f"{name}.html" for folder in ("", "zh/")
             for name in ("index", "your-group", "claims/more")]  # fmt: skip
    for width in (390, 1280):
        assert _evaluate(OVERLAPPING, width, pages) == {}


def _evaluate(script, width, files):
    """Return what a script finds on pages of a width, by page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_find_browser())
        page = browser.new_page(viewport={"width": width, "height": 900})
        found = {}
        for file in files:
            page.goto(file.as_uri())
            if wrong := page.evaluate(script):
                found["/".join(file.parts[-3:])] = wrong
        browser.close()
    return found


def _use_keys(page, site):
    """Use the switch, the field and the filter by keyboard."""
    page.goto((site / "index.html").as_uri())
    page.get_by_label("all three").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("g.dimmed").count() > 0
    page.get_by_label("age in days", exact=True).fill("40")
    page.get_by_label("days since the last message", exact=True).fill("2")
    page.get_by_label("writers in the last 28 days", exact=True).fill("12")
    page.get_by_label("messages in the last 28 days", exact=True).fill("20")
    told = page.locator("form.own output").inner_text()
    assert told == predict_silence(40, 2, 20, 12).describe()
    assert page.locator("circle.own-group").count() > 0
    with page.expect_download() as download:
        page.get_by_role("button", name="save as a picture").click()
    assert _read_size(download.value.path())[0] > 500
    page.get_by_label("writers in the last 28 days", exact=True).fill("30")
    assert "each message has a writer" in page.locator("form.own output").inner_text()
    assert page.locator("circle.own-group").count() == 0
    page.goto((site / "answers.html").as_uri())
    page.get_by_label("word").select_option("open")
    assert page.locator('tr[data-word="very likely"]:visible').count() == 0
    assert "word=open" in page.url
    page.reload()
    assert page.locator('tr[data-word="very likely"]:visible').count() == 0


@pytest.mark.browser
def test_a_chinese_page_gives_a_chinese_picture(site):
    """33 of 96 pictures on Chinese pages were in English."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_find_browser())
        page = browser.new_page()
        page.goto((site / "zh" / "chapters" / "99_demo.html").as_uri())
        with page.expect_download() as download:
            page.get_by_role("link", name="PNG", exact=True).click()
        assert download.value.suggested_filename.endswith("demo.png")
        assert _read_size(download.value.path())[0] > 600
        browser.close()


def _find_browser():
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium is installed")
    return found
