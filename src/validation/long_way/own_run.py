"""Run `shequn run` on the exports of a simulated study."""

from __future__ import annotations

from pathlib import Path

from helpers.formats.privacy.pseudonyms import Pseudonyms
from helpers.formats.reading.source import Options
from helpers.study.own.hand_labels import STORE
from helpers.study.own.run import Plan, make_study
from helpers.study.publish.study import Study
from helpers.study.store.ingest import Terms, ingest_exports
from validation.export_writers import WRITERS
from validation.long_way.bringing import files
from validation.long_way.exported import KEY, communities
from validation.long_way.story import Story
from validation.long_way.way import FORMAT, World, tell


def own_study(world: World, folder: Path) -> Study:
    """Run `shequn run` on a simulated study's chat exports.

    Who labels messages has run once before: labels name messages of the store.
    """
    tell(world)
    key, out, story = folder / "key", folder / "out", world.story
    key.write_text(KEY, encoding="ascii")
    options = Options(zone="UTC")
    last_us = story.posts["time_us"].max() if len(story.posts) else story.end_us
    exported_us = max(story.end_us, int(last_us))  # nobody exports before the last post
    terms = Terms(key=key, options=options, exported_us=exported_us)
    keys = _written(story, folder / "exports")
    exports = [folder / "exports"]
    store = ingest_exports(exports, out / STORE, terms).exports.store()
    given = files(story, keys, store, folder)._asdict()
    return make_study(Plan(exports=exports, out=out, terms=terms, k=1, **given))[0]


def _written(story: Story, folder: Path) -> dict[int, str]:
    """Write all chat exports and return the keys of their groups."""
    hidden, keys = Pseudonyms(bytes.fromhex(KEY)), {}
    for group, community in communities(story):
        place = folder / community.id
        place.mkdir(parents=True)
        WRITERS[FORMAT].write(community, place)
        keys[group] = hidden.of("group", community.id)
    return keys
