"""Groups in miniature, to be written as the export of any platform."""

import os

from helpers.records import SECOND_US
from pipeline.validation.export_writers import Community, Person, Post

START = 1_700_000_000
MANY = int(os.environ.get("SHEQUN_FUZZ", "200"))  # damaged inputs, at length


def talk(
    names="甲乙",
    posts=6,
    *,
    start=START,
    every=60,
    first=900,
    said="第{}条",
    more=lambda _: {},
    changes=(),
    person=10_001,
    **about,
):
    """Return a group whose people write in turn, a post each so many seconds.

    Of three people and more the last one is silent. `first` is the id of the first
    post, `person` that of the first person, `said` what post n says, `more(n)` what
    else there is of it, or another text; `changes` happen after the last one.
    """
    people = tuple(Person(f"{person + n}", name) for n, name in enumerate(names))
    writers = people[: max(2, len(people) - 1)]
    happenings = []
    for n in range(posts):
        plain = {
            "id": f"{first + n}",
            "time_us": (start + n * every) * SECOND_US,
            "sender": writers[n % len(writers)].id,
            "text": said.format(n),
        }
        happenings.append(Post(**plain | more(n)))
    group = {"id": "700", "name": "群", "owner": f"{person}"}
    members = tuple(person.id for person in people)
    told = {"people": people, "members": members, "happenings": (*happenings, *changes)}
    return Community(**group | told | about)
