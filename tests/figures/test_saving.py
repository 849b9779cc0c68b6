"""What `save` writes, and what it refuses."""

import json
import subprocess
import sys
from xml.etree.ElementTree import parse

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.image import imread
from pybtex.database import parse_string

from helpers import figures
from helpers.errors import MissingSourceError
from helpers.figures.citation import read_project
from helpers.figures.saving import ALL, EDITIONS, EVERY
from helpers.figures.svg import complete_svg
from helpers.files import compute_checksum, write_text

WORDS = {"title": "多数沉默了", "caption": "What is measured.", "alt": "A line falls."}
SVG = "{http://www.w3.org/2000/svg}"
PICTURES = {"svg", "png"}
SCRIPT = """
import sys
from pathlib import Path
import matplotlib.pyplot as plt
import pandas as pd
from helpers import figures
figure = figures.create_figure("one", 40, title="沉默。Most fell silent", foot="n = 12")
with figures.apply_style():
    axes = figure.subplots()
    axes.plot([0, 1], [1, -0.5])
    axes.fill_between([0, 1], [1, 0], alpha=.2, hatch="//")
figures.save_figure(figures.Drawn(figure, "t", "c", "a"), "line", claims=["s0"],
             data=pd.DataFrame({"x": [0, 1]}), studies=[Path(sys.argv[1])],
             folder=Path(sys.argv[2]))
"""


def save(figure, study, folder, figure_id="line", **changed):
    """Save with words and data that any figure could have."""
    said = figures.Drawn(figure, **{**WORDS, **changed})
    data = pd.DataFrame({"x": [0.1]})
    about = {"claims": ["s0"], "studies": [study], "folder": folder}
    return figures.save_figure(said, figure_id, data=data, **about)


def checksums(folder):
    """Return the checksum of each file of a folder."""
    return {file.name: compute_checksum(file) for file in sorted(folder.iterdir())}


def test_saving_twice_gives_the_same_bytes(drawn, study, tmp_path):
    """Each kind of figure is the same file the second time, provenance included."""
    save(drawn, study, tmp_path / "first")
    save(drawn, study, tmp_path / "second")
    assert checksums(tmp_path / "first") == checksums(tmp_path / "second")


def test_svg_carries_no_weight_that_nobody_sees():
    """Indents, turns by no degrees and a millionth of a point were a tenth of it."""
    svg = (
        '<style type="text/css"></style><svg >\n   <text x="1.234567" y="2.5"'
        ' transform="rotate(-0 1.234567 2.5)">a</text>\n   <g/></svg>'
    )
    body = complete_svg(svg, "t", "a").partition("</desc>")[2]
    assert body == '\n<text x="1.23" y="2.5">a</text>\n<g/></svg>'


def test_svg_clip_ids_do_not_depend_on_rounding():
    """Two layouts that differ by less than is written are the same picture."""
    svg = (
        '<style type="text/css"></style><svg ><a clip="url(#{0})"/><b id="{0}"/></svg>'
    )
    one, other = (complete_svg(svg.format(f"p{n:010x}"), "t", "a") for n in (7, 2**39))
    assert one == other
    assert one.count("clip0") == 2


def test_a_fresh_process_gives_the_same_bytes(study, tmp_path):
    """No byte depends on hash seeds, clocks or what was drawn before."""
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(study), str(tmp_path / seed)],
            env={
                "PYTHONHASHSEED": seed,
                "SOURCE_DATE_EPOCH": seed * 6,
                "PATH": "",
                EVERY: "1",
            },
            check=True,
        )
    files = checksums(tmp_path / "1")
    assert {n.removeprefix("line.") for n in files} > PICTURES
    # the JSON holds the code's checksum, which moves while someone edits the code
    assert {n for n, c in files.items() if checksums(tmp_path / "2")[n] != c} <= {
        "line.json"
    }


def test_notebook_cell_saves_only_the_displayed_picture(
    drawn, study, tmp_path, monkeypatch
):
    """It is the picture that pages have, byte for byte; they miss the others."""
    every = save(drawn, study, tmp_path / "pages")
    monkeypatch.setenv(EVERY, "")
    one = save(drawn, study, tmp_path / "cell")
    assert one.file("png").read_bytes() == every.file("png").read_bytes()
    assert one._repr_mimebundle_() == every._repr_mimebundle_()
    assert [file.name for file in one.folder.iterdir()] == ["line.png"]
    monkeypatch.setenv(EVERY, EDITIONS)
    edition = save(drawn, study, tmp_path / "edition")
    assert edition.file("png").read_bytes() == every.file("png").read_bytes()
    assert not edition.file("svg").exists()


def test_stale_pictures_of_an_older_drawing_are_removed(
    drawn, study, tmp_path, monkeypatch
):
    """Where only the cell's picture is new, pages have to be drawn for again."""
    saved = save(drawn, study, tmp_path / "f")
    monkeypatch.setenv(EVERY, "")
    save(drawn, study, tmp_path / "f")
    assert not saved.file("json").exists()


def test_provenance_names_claims_studies_and_code(drawn, study, tmp_path):
    """The JSON beside a figure says what made it, with checksums that hold."""
    saved = save(drawn, study, tmp_path / "f")
    facts = json.loads(saved.file("json").read_text(encoding="utf-8"))
    assert facts["claims"] == ["s0"]
    assert facts["studies"][0]["checksum"] == compute_checksum(study / "manifest.json")
    assert facts["files"]["svg"] == compute_checksum(saved.file("svg"))
    assert len(facts["code"]["sha256"]) == 64


def test_letters_of_a_picture_are_text_with_a_title(
    drawn, study, tmp_path, monkeypatch
):
    """An SVG can be searched and read aloud, and brings the face it is set in."""
    monkeypatch.setenv(EVERY, ALL)
    saved = save(drawn, study, tmp_path / "f")
    for ending in ("svg", "dark.svg"):
        root = parse(saved.file(ending)).getroot()  # noqa: S314 - our own
        assert root.find(f"{SVG}title").text == WORDS["title"]
        assert root.find(f"{SVG}desc").text == WORDS["alt"]
        assert "font/woff" in root.find(f".//{SVG}style").text
        assert len(root.findall(f".//{SVG}text")) > 3


def test_pdf_embeds_its_font_as_truetype(drawn, study, tmp_path, monkeypatch):
    """Printers' checkers refuse Type 3; the PDF knows its title and its author."""
    monkeypatch.setenv(EVERY, ALL)
    pdf = save(drawn, study, tmp_path / "f").file("pdf").read_bytes()
    assert b"/CIDFontType2" in pdf
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    assert b"/Title" in pdf
    assert b"/Author" in pdf


def test_transparent_picture_has_no_background(drawn, study, tmp_path, monkeypatch):
    """Slides of any colour take it; the other stands on white."""
    pages = save(drawn, study, tmp_path / "pages")
    assert not pages.file("clear.png").exists()  # no page shows it
    monkeypatch.setenv(EVERY, ALL)
    saved = save(drawn, study, tmp_path / "f")
    assert imread(saved.file("clear.png"))[0, 0, 3] == 0
    assert imread(saved.file("png"))[0, 0].tolist() == [1, 1, 1, 1]


def test_citation_takes_two_lines_however_many_sources(drawn, study, tmp_path):
    """However many sources are drawn, a few are named and BibTeX has them all."""
    many = []
    for name in "abcde":
        many.append(tmp_path / name)
        many[-1].mkdir()
        facts = json.loads((study / "manifest.json").read_text("utf-8"))
        write_text(many[-1] / "manifest.json", json.dumps(facts | {"study": name}))
    told = figures.Drawn(drawn, **WORDS)
    data = pd.DataFrame({"x": [0.1]})
    about = {"claims": [], "studies": many, "folder": tmp_path / "f"}
    saved = figures.save_figure(told, "line", data=data, **about)
    assert saved.citation.count("\n") == 2
    assert "and 2 more" in saved.citation
    assert (
        len(parse_string(saved.file("bib").read_text("utf-8"), "bibtex").entries) == 6
    )


def test_the_provider_is_cited_before_us(drawn, study, tmp_path):
    """Both citations name the source of the data first."""
    saved = save(drawn, study, tmp_path / "f")
    assert saved.citation.index("Demo & co") < saved.citation.index("Shequn Evidence")
    entries = saved.file("bib").read_text(encoding="utf-8")
    assert entries.index("@misc{demo") < entries.index("@misc{shequn-line")
    assert r"Demo \& co" in entries
    assert r"a\_b" in entries


def test_bibtex_parses_and_has_year_and_address(drawn, study, tmp_path):
    """BibTeX parses; ours has the year of the release, data their address."""
    facts = json.loads((study / "manifest.json").read_text(encoding="utf-8"))
    facts |= {"source": "https://example.org/a_b and more"}
    facts["observability"] = {"window_us": [0, 1_500_000_000_000_000]}
    write_text(study / "manifest.json", json.dumps(facts))
    text = save(drawn, study, tmp_path / "f").file("bib").read_text("utf-8")
    entries = parse_string(text, "bibtex").entries
    assert entries["demo"].fields["url"] == "https://example.org/a_b"
    assert entries["demo"].fields["year"] == "2017"
    ours = next(name for name in entries if name.startswith("shequn-"))
    assert entries[ours].fields["year"] == read_project().year


def test_character_missing_from_the_font_is_an_error(study, tmp_path):
    """What our face lacks is never drawn as a box."""
    figure = figures.create_figure("one", 30, title="沉默 😀")
    with pytest.raises(figures.MissingGlyphError, match="glyph for 😀"):
        save(figure, study, tmp_path / "f")
    assert not (tmp_path / "f").exists()


@pytest.mark.parametrize(
    ("size", "place", "said"), [(6.9, 0.1, "too small"), (7, 0.95, "runs .* off")]
)
def test_text_that_cannot_be_read_is_an_error(study, tmp_path, size, place, said):
    """Text under 7 pt or over the edge stops the save."""
    figure = figures.create_figure("one", 30, title="t")
    with figures.apply_style():
        figure.text(place, 0.5, "many words over the edge", fontsize=size)
    with pytest.raises(figures.FigureError, match=said):
        save(figure, study, tmp_path / "f")


def test_a_figure_of_another_width_is_refused(study, tmp_path):
    """A figure that would be scaled in print has no known text size."""
    figure = figures.create_figure("one", 30, title="t")
    figure.set_figwidth(5)
    with pytest.raises(figures.FigureError, match="neither one nor two columns"):
        save(figure, study, tmp_path / "f")


@pytest.mark.parametrize("figure_id", ["Fig", "a--b", "a_b", "-a", "a/b", "", "群"])
def test_ids_that_break_links_are_refused(study, tmp_path, figure_id):
    """Ids are words of a–z and 0–9 joined by single hyphens."""
    with pytest.raises(figures.FigureError, match="is not a valid figure id"):
        save(figures.create_figure("one", 30, title="t"), study, tmp_path, figure_id)


@pytest.mark.parametrize("word", ["title", "caption", "alt"])
def test_a_figure_without_words_is_refused(study, tmp_path, word):
    """A picture without alternative text is nothing to a blind reader."""
    figure = figures.create_figure("one", 30, title="t")
    with pytest.raises(figures.FigureError, match=f"no {word}"):
        save(figure, study, tmp_path / "f", **{word: " "})


def test_a_study_without_manifest_is_refused(tmp_path):
    """A figure whose data has no provenance is not saved."""
    with pytest.raises(MissingSourceError, match=r"no manifest\.json"):
        save(figures.create_figure("one", 30, title="t"), tmp_path, tmp_path / "f")


def test_notebook_output_has_alt_text_and_no_local_path(drawn, study, tmp_path):
    """A cell shows the picture with alternative text; nothing names this machine."""
    saved = save(drawn, study, tmp_path / "f")
    data, metadata = saved._repr_mimebundle_()
    assert metadata["image/png"]["alt"] == data["text/plain"] == WORDS["alt"]
    assert json.loads(data["application/vnd.shequn.figure"])["id"] == "line"
    assert str(tmp_path) not in str(data)


def test_black_marks_are_light_in_dark_mode(study, tmp_path, monkeypatch):
    """What is filled without a colour of its own takes the picture's, text too."""
    monkeypatch.setenv(EVERY, ALL)
    with figures.apply_style():
        figure, axes = plt.subplots()
        axes.scatter([0, 1], [1, 0], color="black")
    save(figure, study, tmp_path)
    light, dark = (
        (tmp_path / f"line.{ending}").read_text("utf-8")
        for ending in ("svg", "dark.svg")
    )
    assert "svg{fill:#000000}" in light
    assert "svg{fill:#ffffff}" in dark
    assert "#000000" not in dark
