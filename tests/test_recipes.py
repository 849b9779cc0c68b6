"""CONTRIBUTING's recipes, followed on a copy of the house, end to end."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta

import pandas as pd
import pytest

from helpers.files import compute_checksum
from helpers.paths import PROCESSED, ROOT
from helpers.records import to_day_us

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"```\w+\n# (src/[^\s,]+)[^\n]*\n(.*?)```", TEXT, re.DOTALL))
TOLD = """
from pipeline.answers import compute_answers
answer = compute_answers().get("s4-dead-in-a-year")
print(*answer.estimates["study"], answer.say("en"), answer.say("zh"))
"""
WRITE = """
import pathlib, sys
from helpers.formats import FORMATS, Source
from pipeline.validation.export_writers import WRITERS, comparing
from tests.communities import talk
writer = WRITERS["campfire"]
told = talk(posts=40, more=lambda n: {} if n % 3 else {"kind": "image", "text": ""})
path = writer.write(told, pathlib.Path(sys.argv[1]))
source = Source(path, writer.options)
about = told, writer.carries, writer.unit_us
read = FORMATS[writer.format].read(source)
heard = comparing.collect_records(read, source.people, *about)
assert heard == comparing.collect_reported(*about)
print(path)
"""


@pytest.fixture
def house(tmp_path):
    """Return a copy of the house to work in."""
    left = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", tmp_path / "house" / "src", ignore=left)
    shutil.copy(ROOT / "CITATION.cff", tmp_path / "house")
    instruments = PROCESSED.relative_to(ROOT) / "instruments"
    shutil.copytree(ROOT / instruments, tmp_path / "house" / instruments)
    return tmp_path / "house"


def follow(house, part):
    """Write the recipe's files whose paths hold a part."""
    for place, text in BLOCKS.items():
        if part in place:
            target = house / place
            kept = target.read_text("utf-8") if place.endswith("claims.toml") else ""
            # who followed the recipe by the letter has the row already
            target.write_text(kept.replace(text, "") + text, "utf-8")


def python(house, *words, **more):
    """Return what a module or text of the copy prints."""
    env = os.environ | {"PYTHONPATH": str(house / "src"), "SHEQUN_CONFIG": str(house)}
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        env=env | {name: str(value) for name, value in more.items()},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_recipe_for_adding_a_claim_works(house):
    """A row and a line in a source: the claim has an answer in both languages."""
    follow(house, "claims.toml")
    source = house / "src/helpers/sources/komodo_discord.toml"
    (line,) = [text for place, text in BLOCKS.items() if "komodo_discord" in place]
    text = re.sub("\nsilent_by_day.*", "", source.read_text("utf-8"))
    source.write_text(re.sub(r"(\[carries\].*)", rf"\1\n{line}", text), "utf-8")
    for name in ("komodo_discord", "press_surveys", "published_trials"):
        study = PROCESSED / name
        shutil.copytree(study, house / study.relative_to(ROOT))
    said = python(house, "-c", TOLD)
    assert "komodo_discord" in said
    assert re.search(r"Of 100 groups that spoke, \d+ .*100 个有 \d+ 个", said)


def test_recipe_for_adding_a_format_works(house, tmp_path):
    """A description and a writer, whose export is recognised and read."""
    follow(house, "/campfire.")
    export = python(house, "-c", WRITE, tmp_path).strip()
    seen = python(house, "-m", "helpers.cli", "inspect", export)
    assert "Campfire" in seen
    assert re.search(r"messages +40\b", seen)


def test_recipe_for_adding_a_corpus_works(house, tmp_path):
    """Two files: its table is made, with a ledger that balances."""
    camps = tmp_path / "raw" / "campfires" / "camps.csv"
    camps.parent.mkdir(parents=True)
    start = date(2020, 1, 1)
    listed = pd.DataFrame({"camp": [f"camp {nth}" for nth in range(60)]}).assign(
        founded=[start + timedelta(nth) for nth in range(60)],
        last=[start + timedelta(3 * nth) for nth in range(60)],
        seen=date(2023, 1, 1),
    )
    listed.to_csv(camps, index=False)
    follow(house, "campfires.")
    size, sha256 = camps.stat().st_size, compute_checksum(camps)
    with (house / "src/helpers/sources/campfires.toml").open("a") as file:
        file.write(f'"{camps.name}" = {{ bytes = {size}, sha256 = "{sha256}" }}\n')
    out = tmp_path / "out"
    words = ("data", tmp_path / "raw", "--study", "campfires", "--out", out)
    python(house, "-m", "pipeline", *words)
    made = json.loads((out / "campfires" / "manifest.json").read_text("utf-8"))
    assert made["tables"]["registry"]["rows"] == len(listed)
    days = pd.read_parquet(out / "campfires" / "registry.parquet")["last_us"]
    assert days.max() == to_day_us(listed["last"].max())
