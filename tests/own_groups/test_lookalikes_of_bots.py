"""People whose messages begin alike stay people, from an export to the verdict."""

import csv
from datetime import UTC, datetime

import numpy as np

from helpers.files import lock_folder
from helpers.formats.reading.source import Options
from helpers.own_groups.run import Plan, make_study
from helpers.study.store.ingest import Terms

DAY_S = 86_400
START = 1_577_836_800  # 2020-01-01
WORDS = ("下雨", "书店", "周末", "电影", "晚饭", "运动", "孩子", "学校", "地铁", "咖啡")
SHORT, LONG = 11, 41  # groups that end before day 105, and after it
DEATH, ADS = "s0-three-month-death", "s0-ads-are-the-last-posters"


def _studied(rows, tmp_path):
    """Return what `shequn run` makes of rows ``(day, sender, text, group)``."""
    path = tmp_path / "messages.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("time", "sender", "text", "group"))
        for day, *others in sorted(rows):
            at = datetime.fromtimestamp(START + int(day * DAY_S), UTC)
            writer.writerow((f"{at:%Y-%m-%dT%H:%M:%SZ}", *others))
    terms = Terms(options=Options(zone="UTC"))
    with lock_folder(tmp_path / "out"):
        return make_study(Plan(exports=[path], out=tmp_path / "out", terms=terms))[0]


def _said(rng):
    return " ".join(rng.choice(WORDS, 4))


def _lives(rng):
    return [*rng.uniform(20, 95, SHORT), *rng.uniform(135, 160, LONG)]


def _check_ins(form, rng):
    """Yield groups of three who write their form each day, and little else."""
    for group, lived in enumerate(_lives(rng)):
        for who in "甲乙丙":
            days = rng.integers(0, 28) + np.arange(int(lived)) + rng.uniform(0, 0.6)
            for n, day in enumerate(days):
                talk = n % 30 == 29
                text = _said(rng) if talk else form.format(who=f"{who}同学", n=n)
                yield day, f"{who}{group}", text, f"群{group}"
    yield 400.0, "甲0", "最后一条", "另一个群"  # until when the export watches


OFFER = "兼职日结三百元，名额有限，加微信号 abc_part99 咨询 https://shop.example/{n}"


def _outlasted_by_ads(share, rng, groups=54):
    """Yield groups that talk for two months and are left to one advertiser."""
    for group in range(groups):
        born = rng.integers(0, 28)
        for day in born + rng.uniform(0, 60, 330):
            yield (
                day,
                f"{rng.choice(list('甲乙丙丁'))}{group}",
                _said(rng),
                f"群{group}",
            )
        for n, day in enumerate(born + 30 + np.arange(0, 280, 2.5)):
            if rng.random() < share:
                yield day, f"商家{group}", OFFER.format(n=n), f"群{group}"
            else:
                yield day, f"甲{group}", _said(rng), f"群{group}"
    yield 500.0, "甲0", "最后一条", "另一个群"
