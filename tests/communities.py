"""Groups in miniature, to be written as the export of any platform."""

from helpers.validation.export_writers import Community, Person, Post

SECOND_US = 1_000_000
START = 1_700_000_000


def talk(
    names="甲乙",
    posts=6,
    *,
    start=START,
    every=60,
    first=900,
    said="第{}条",
    more=dict,
    changes=(),
    **about,
):
    """Return a group whose people write in turn, a post each so many seconds.

    `first` is the id of its first post, `said` what post n says, `more(n)` what else
    there is of it; `changes` happen after the last one.
    """
    people = tuple(Person(f"{10_001 + n}", name) for n, name in enumerate(names))
    happenings = [
        Post(
            id=f"{first + n}",
            time_us=(start + n * every) * SECOND_US,
            sender=people[n % max(2, len(people) - 1)].id,
            text=said.format(n),
            **more(n=n) if more is not dict else {},
        )
        for n in range(posts)
    ]
    plain = {"id": "700", "name": "群", "owner": "10001"}
    members = tuple(person.id for person in people)
    told = {"people": people, "members": members, "happenings": (*happenings, *changes)}
    return Community(**plain | told | about)
