"""Groups with known truth, exported and read as `shequn run` reads them."""

import random

from helpers.records import DAY_US, SECOND_US
from pipeline.validation.export_writers import Community, Person, Post

START = 1_672_531_200 * SECOND_US  # 2023-01-01
BORN_DAYS = 150  # births spread over these
TALK_DAYS = 14  # between two pauses, where groups pause


def groups(
    n, days, *, people=6, rate=1.0, answered=0.4, pauses=None, born_days=BORN_DAYS
):
    """Yield groups that live for a number of days drawn between two.

    Parameters
    ----------
    days : tuple of two numbers, one, or a list
        The least and the longest life; the day until which all groups live; or the
        life of each.
    rate
        Messages a day.
    answered
        Share of messages that reply to the one before.
    pauses : tuple of two numbers
        The least and the longest silence, in days, after each two weeks of talk.
    born_days
        Births are spread over these.
    """
    draw = random.Random(1)  # noqa: S311 - a fixed world, nothing secret
    for number in range(n):
        first = 100_000 + number * 100
        members = tuple(
            Person(f"{one}", f"成员{one}") for one in range(first, first + people)
        )
        born = START + int(draw.uniform(0, born_days) * DAY_US)
        life = _life(days, number, born, draw)
        posts, time, until = [], born, born + TALK_DAYS * DAY_US
        while time < born + life:
            at = number * 100_000 + len(posts)
            reply = f"{at}" if posts and draw.random() < answered else None
            posts.append(
                Post(
                    id=f"{at + 1}", time_us=time // SECOND_US * SECOND_US,
                    sender=draw.choice(members).id, reply_to=reply,
                    text=draw.choice(["今天读到第三章", "good point", "谢谢分享"]),
                )
            )  # fmt: skip
            time += int(draw.expovariate(rate) * DAY_US) + SECOND_US
            if pauses and time >= until:
                time = until + int(draw.uniform(*pauses) * DAY_US)
                until = time + TALK_DAYS * DAY_US
        yield Community(
            id=f"{700_000 + number}", name=f"群{number}", people=members,
            owner=members[0].id, members=tuple(one.id for one in members),
            happenings=tuple(posts),
        )  # fmt: skip


def _life(days, number, born, draw):
    match days:
        case int():
            return START + days * DAY_US - born
        case list():
            return int(days[number] * DAY_US)
        case _:
            return int(draw.uniform(*days) * DAY_US)
