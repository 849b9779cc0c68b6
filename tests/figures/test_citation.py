"""Entries of data sources: BibTeX that can be cited."""

import re

import pytest
from pybtex.database import parse_string

from helpers import paths
from helpers.figures.citation import (
    Source,
    format_bibtex,
    format_citation,
    name_authors,
)
from helpers.site.claim_citations import cite_source
from helpers.site.languages import LANGUAGES, Words

STUDIES = sorted(path.name for path in paths.list_study_folders())


def read(name):
    """Return a data source by name."""
    return Source.read(paths.PROCESSED / name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STUDIES)
def test_entry_of_each_source_can_be_cited(name, language):
    """Without author, title, year and place a reader cannot name the provider."""
    text = cite_source(name, Words(language))
    assert text.count("{") == text.count("}")
    entry = parse_string(text, "bibtex").entries[
        name if language == "en" else f"{name}-zh"
    ]
    fields = entry.fields
    assert entry.persons["author"]
    assert fields["title"]
    assert fields["year"].isdigit()
    assert fields["note"]
    assert "url" in fields or "repositories" in fields["howpublished"]
    assert fields.get("url") != fields.get("howpublished")


@pytest.mark.parametrize("name", STUDIES)
def test_organisations_are_one_name_to_bibtex(name):
    """`Stack Overflow` has no family name; a person has one and given names."""
    for author in (
        parse_string(read(name).bibtex, "bibtex").entries[name].persons["author"]
    ):
        braced = re.fullmatch(r"\{[^{}]+\}", str(author))
        assert braced or (author.last_names and author.first_names)
        assert braced is None or not author.first_names


def test_place_that_is_only_the_address_is_printed_once():
    """An address is no place of publication; what stands after it is."""
    gitter, rug = read("fcc_gitter").bibtex, read("chicago_rug").bibtex
    assert gitter.count("github.com") == rug.count("github.com") == 1
    assert r"howpublished = {data/member\_list.RData}" in rug
    assert read("lemmy_instances").bibtex.count("github.com") == 3  # two, and the first


def test_window_that_ends_at_new_year_ends_in_the_old_one():
    """A survey of 2021 was not observed until 2022."""
    assert "observed until 2021" in read("reddit_values_survey").bibtex


def test_few_authors_are_named_in_a_sentence():
    """A sentence of eleven accounts is no citation; BibTeX has them all."""
    daka = read("zh_daka")
    assert name_authors(daka.author).endswith("(GitHub account) and others")
    assert daka.bibtex.count("(GitHub account)") == 11
    told = format_citation("f", "Most live.", [read("fcc_gitter")], "1")
    assert told.startswith("Data: freeCodeCamp.org, freeCodeCamp's chat rooms")


def test_who_labelled_a_figures_texts_is_in_its_citation():
    """Only the caption had said so, and a citation named this project alone."""
    note = "Labels: by their publisher."
    assert note in format_citation("f", "Most are ads.", [], "1", note)
    (entry,) = parse_string(format_bibtex("f", "T", [], "1", note), "bibtex").entries
    assert entry == "shequn-f"
    assert f"annote = {{{note}}}" in format_bibtex("f", "T", [], "1", note)
