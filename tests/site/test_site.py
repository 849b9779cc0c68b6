"""The built site: its numbers, bounds, addresses, and a walk over its pages."""

import re
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest
from scipy.special import logit

from helpers import citation, paths
from helpers.claims import read_answers, read_register
from helpers.claims.pool import pool
from helpers.claims.words import format_number
from helpers.figures import MIME, save_figure
from helpers.site.build import FAMOUS, MOVED, make_site
from helpers.site.language import Reader, of_hundred
from helpers.site.sources import list_sources

KINDS_OF_PAGE = (
    "index", "answers", "claims/s0-three-month-death", "chapters/01_demo", "your-group",
    "data", "how", "cite", "export", "search",
)  # fmt: skip
SKIPPED = {"svg", "script", "details", "form", "fieldset"}
LOADED = re.compile(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="(https?:)?//')


@pytest.fixture(scope="session")
def site(make_once):
    """Return the folder of a site with one chapter of its own."""
    return make_once("one-chapter", _make_site) / "site"


def _make_site(folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHEQUN_FIGURES", str(folder / "figures"))
        _, ax = plt.subplots()
        ax.plot([1, 2], [1, 2])
        saved = save_figure(ax, "demo", "Of 7 groups 3 grew", pd.DataFrame({"x": [1]}))
    data, _ = saved._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data)
    cells = [
        nbformat.v4.new_markdown_cell("# Data\n\nAll *answers*."),
        nbformat.v4.new_code_cell("1 + 1", outputs=[output]),
    ]
    (folder / "notebooks").mkdir()
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells), folder / "notebooks" / "01_demo.ipynb"
    )
    assert MIME in data
    make_site(folder, folder / "notebooks")


class _Text(HTMLParser):
    """The visible words of a page's article."""

    def __init__(self):
        super().__init__()
        self.parts, self.hidden, self.inside = [], 0, False

    def handle_starttag(self, tag, _):
        self.inside |= tag == "article"
        self.hidden += tag in SKIPPED

    def handle_endtag(self, tag):
        self.hidden -= tag in SKIPPED
        self.inside &= tag != "article"

    def handle_data(self, data):
        if self.inside and not self.hidden:
            self.parts.append(data)


def _read_text(page):
    parser = _Text()
    parser.feed(page.read_text("utf-8"))
    return " ".join("".join(parser.parts).split())


@pytest.mark.parametrize("page", ["index.html", "zh/index.html"])
def test_home_prints_the_numbers_of_the_tables(site, page):
    """Pooled again from the files, each number of the first chart is on the page."""
    table = pd.read_csv(paths.PROCESSED / "life_tables" / "group_life_tables.csv")
    answers = read_answers()
    direct = answers.estimates.query(
        "claim == 's0-three-month-death' and reading == 'silent' and role == 'direct'"
    )
    sources = direct["study"].str.split(":").str[0].unique()
    spoke = table[table["population"].eq("ever spoke") & table["source"].isin(sources)]
    parts = spoke[spoke["part"].ne("all")]["source"].unique()
    spoke = spoke[spoke["part"].ne("all") | ~spoke["source"].isin(parts)]
    text = _read_text(site / page)
    for reading in ("silent for good", "ever paused 60 days"):
        rows = spoke[spoke["reading"].eq(reading) & spoke["age_days"].eq(105)]
        errors = (logit(rows["share_high"]) - logit(rows["share_low"])) / 3.92
        found = pool(rows["share"].to_numpy(), errors.to_numpy(), "logit")
        assert of_hundred(found.mean) in re.findall(r"\d+", text)
    stored = answers.answers.set_index("claim")["mean"]["s0-three-month-death"].iloc[0]
    assert of_hundred(stored) in re.findall(r"\d+", text)
    words = read_answers().answers.drop_duplicates("claim")["word"]
    likely = words.isin(["very likely", "probably"]).sum()
    assert str(likely) in re.findall(r"\d+", text)


TOLD = (  # claims whose numbers stand in the text of home
    "s0-three-month-death",
    "s0-size-10-30-best",
    "s0-lurkers-are-many",
)


def _pool_cells():
    """The heat map's cells of 100, pooled again from the table's chats."""
    table = pd.read_csv(paths.PROCESSED / "life_tables" / "writers_and_survival.csv")
    chats = table[table["kind"].eq("chat")].dropna(subset=["talking", "talking_low"])
    ends = chats[["talking_low", "talking_high"]].clip(0.002, 0.998)
    spread = (logit(ends["talking_high"]) - logit(ends["talking_low"])) / 3.92
    chats = chats.assign(error=spread.clip(lower=0.05))
    for _, rows in chats.groupby(["writers_from", "age_from"]):
        shares = rows["talking"].clip(0.002, 0.998).to_numpy()
        yield of_hundred(pool(shares, rows["error"].to_numpy(), "logit").mean)


def test_every_number_of_home_is_in_the_tables(site):
    """A number typed into the page, or left behind by the tables, is found."""
    stored = read_answers()
    told = stored.answers[stored.answers["claim"].isin(TOLD)]
    told = told[told["reading"].eq(told.groupby("claim")["reading"].transform("first"))]
    own = stored.estimates["claim"].eq("s0-lurkers-still-identify")
    own |= stored.estimates["study"].eq("qiu-2016")
    values = [*told[["mean", "low", "high"]].to_numpy().ravel()]
    values += [
        *stored.estimates[own & ~stored.estimates["reading"].str.contains("~")][
            "estimate"
        ]
    ]
    known = {of_hundred(x) for x in values if 0 <= x <= 1}
    known |= {format_number(x, "ratio") for x in values if 0 < x < 100}
    words = stored.answers.drop_duplicates("claim")["word"].value_counts()
    likely, unlikely = ("very likely", "probably"), ("very unlikely", "probably not")
    depends = ("depends on the kind", "depends on what counts")
    sums = [sum(words.get(one, 0) for one in s) for s in (likely, unlikely, depends)]
    known |= {str(n) for n in (*sums, words["open"], words.drop("not measured").sum())}
    tables = paths.PROCESSED / "life_tables"
    again = pd.read_csv(tables / "spoken_again.csv")
    again = again[again["rule"].eq("silent for") & again["silent_from"].eq(7)]
    again = again["again_60"].dropna()
    known |= {of_hundred(x) for x in again} | set(_pool_cells())
    main = stored.answers[stored.answers["claim"].eq("s0-three-month-death")].iloc[0]
    known |= {"100", "105", "95", str(int(main["n_sources"]))}
    text = _read_text(site / "index.html")
    first = text.index("By day 105")
    chart = text[first : text.index("Technical chats")]  # tested above, pooled anew
    assert sum(number.isdigit() for number in known) < 70  # a number may be missing
    numbers = re.findall(r"\d+(?:\.\d+)?", text.replace(chart, ""))
    assert [number for number in numbers if number not in known] == []


def test_home_is_short_enough_to_be_read(site):
    """At most 400 words and 25 numbers; the old one had 1,616 and 218."""
    text = _read_text(site / "index.html")
    assert len(re.findall(r"[\w“(][^\s]*", text)) <= 400  # no dots between links
    prose = re.sub(r"[Oo]f 100\b|day 105|95%", "", text)
    assert len(re.findall(r"\d[\d,.]*(?:–\d+)?", prose)) <= 25


def test_data_counts_the_claims_of_a_sources_parts():
    """Three sources of several networks stood there as used in no claim."""
    rows = list_sources(read_answers().estimates, Reader("en"))
    assert [row["study"] for row in rows if not row["claims"]] == []


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
        assert format_number(first["mean"], first["of"]) in row
    assert len(re.findall(r'id="s\d-', page)) == len(read_register())


def test_site_keeps_its_bounds_and_asks_no_other_host(site):
    """Pages, size, and nothing that a browser would fetch from elsewhere."""
    pages = [
        page
        for page in site.rglob("*.html")
        if "http-equiv" not in page.read_text("utf-8")
    ]
    assert len(pages) <= 120 - 22  # eleven more chapters in two languages
    assert sum(file.stat().st_size for file in site.rglob("*") if file.is_file()) < 25e6
    assert (site / "index.html").stat().st_size < 600e3
    assert [page.name for page in pages if LOADED.search(page.read_text("utf-8"))] == []


def test_old_addresses_lead_on(site):
    """The four famous claims and former parts are where they were, or say where."""
    for language in ("", "zh/"):
        for old in [*(f"claims/{claim}" for claim in FAMOUS), *MOVED]:
            assert (site / f"{language}{old}.html").is_file()


def test_chapter_is_translated_with_its_figure(site):
    """Headings and text by the catalogue; the figure has its files and an anchor."""
    page = (site / "zh" / "chapters" / "01_demo.html").read_text("utf-8")
    assert "数据" in page
    assert '<figure class="chart" id="demo">' in page
    for ending in ("png", "svg", "csv"):
        assert (site / "zh" / "figures" / f"demo.{ending}").is_file()


def test_version_and_date_are_the_same_everywhere(site):
    """CITATION.cff, the package and each page's foot name one release."""
    from helpers import __version__

    project = citation.read_project()
    assert project.version == __version__
    assert f"{project.version} · {project.date}" in (site / "cite.html").read_text(
        "utf-8"
    )


@pytest.mark.browser
def test_pages_in_a_browser(site):
    """No page has a fault that axe finds or asks another host; keys work."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    axe, faults, asked = Axe(), {}, []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_find_browser())
        for width, scheme in ((1280, "light"), (390, "dark")):
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme
            )
            page = context.new_page()
            page.on("request", lambda request: asked.append(request.url))
            for folder in ("", "zh/"):
                for name in KINDS_OF_PAGE:
                    page.goto((site / f"{folder}{name}.html").as_uri())
                    found = axe.run(page).response["violations"]
                    wide = page.evaluate("document.documentElement.scrollWidth") > width
                    ids = [each["id"] for each in found] + ["too wide"] * wide
                    if ids:
                        faults[folder + name, width] = ids
        _use_keys(page, site)
        browser.close()
    assert faults == {}
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def _use_keys(page, site):
    """Use the switch, the field and the filter by keyboard."""
    page.goto((site / "index.html").as_uri())
    page.get_by_label("all three").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("g.dimmed").count() > 0
    page.get_by_label("writers in the last 28 days").fill("12")
    page.get_by_label("age in days").fill("40")
    assert re.match(
        r"Of 100 groups like this, \d+", page.locator("output").first.inner_text()
    )
    page.goto((site / "answers.html").as_uri())
    page.get_by_label("word").select_option("open")
    assert page.locator('tr[data-word="very likely"]:visible').count() == 0


def _find_browser():
    import shutil

    found = shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium is installed")
    return found
