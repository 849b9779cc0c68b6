"""Answer and certainty of a claim from its record alone, by a second program.

It reads what ``numbers.json`` holds and the decision note of 2026-11-22, and imports
nothing of the project.
"""

import math
import re
from collections import Counter

from scipy import stats

LEVELS = ["very low", "low", "moderate", "high"]
COMMON = "ever started"
SAYS = {"support": "S", "contradict": "C"}
UNBIASED = {"both": "SC", "support": "S", "contradict": "C", "neither": ""}
LETTER = {"SUPPORTED": "S", "CONTRADICTED": "C", "TOO_SMALL": "C"}
TO = {
    "identity": lambda x: x,
    "log": math.log,
    "logit": lambda p: math.log(p / (1 - p)),
    "fisher": math.atanh,
}
BACK = {
    "identity": lambda x: x,
    "log": math.exp,
    "logit": lambda y: 1 / (1 + math.exp(-y)),
    "fisher": math.tanh,
}


def effect(row, scale):
    """Return a row's value and error on the scale; None where it has no finite one."""
    values = [row["estimate"], row["low"], row["high"]]
    if None in values:
        return None
    if scale == "logit":
        half = 0.5 / row["n"]
        values = [min(max(value, half), 1 - half) for value in values]
    if scale == "log" and min(values) <= 0:
        return None
    centre, low, high = (TO[scale](value) for value in values)
    se = (high - low) / (2 * stats.norm.ppf(0.975))
    if scale == "logit" and row["low"] == row["high"]:
        se = (row["n"] * values[0] * (1 - values[0])) ** -0.5
    return (centre, se) if se > 0 else None


def pool(effects):
    """Return mean, error of the mean, error of a new source, and k - 1."""
    k = len(effects)

    def weighed(between):
        weights = [1 / (se**2 + between) for _, se in effects]
        pairs = list(zip(weights, (y for y, _ in effects), strict=True))
        mean = sum(w * y for w, y in pairs) / sum(weights)
        return mean, sum(w * (y - mean) ** 2 for w, y in pairs), sum(weights)

    low, high = 0.0, 1.0
    if weighed(0.0)[1] > k - 1:
        while weighed(high)[1] > k - 1:
            high *= 2
        for _ in range(200):  # bisection
            middle = (low + high) / 2
            low, high = (middle, high) if weighed(middle)[1] > k - 1 else (low, middle)
    between = low
    mean, squares, total = weighed(between)
    variance = max(1.0, squares / (k - 1)) / total
    return mean, variance**0.5, (variance + between) ** 0.5, k - 1


def limits(mean, se, df, scale, level=0.95):
    """Return estimate and limits on the number's own scale."""
    reach = stats.t.ppf((1 + level) / 2, df) * se
    return tuple(BACK[scale](y) for y in (mean, mean - reach, mean + reach))


def decide(code, at):
    """Apply a rule's code to limits by level; return S, C, T (too small) or nothing."""
    if code.startswith("EQ(0.8,1.25), above"):
        return "S" if at(0.95)[2] < 0.8 else decide_band("EQ(0.8,1.25)", at)
    if code.startswith("first"):
        _, low90, high90 = at(0.90)
        return "S" if low90 > 0 else "C" if high90 < 0 else ""
    if code.startswith(("EQ", "P≈")):
        return decide_band(code, at)
    return decide_side(code, *at(0.95))


def decide_band(code, at):
    """Apply equivalence: the 90 % limits inside, or the 95 % limits outside."""
    _, low, high = at(0.95)
    _, low90, high90 = at(0.90)
    a, b = map(float, re.findall(r"[\d.]+", code))
    bottom, top = (a, b) if code.startswith("EQ") else (a - b, a + b)
    inside = bottom < low90 and high90 < top
    return "S" if inside else "C" if high < bottom or low > top else ""


def decide_side(code, estimate, low, high):
    """Apply a threshold or a margin, seen as if it pointed up."""
    name, sign, number = re.fullmatch(r"(\w+?)([<>])(?:\(([^)]*)\))?", code).groups()
    up = 1 if sign == ">" else -1
    bar = up * float(number) if number else 0.0
    if up < 0:
        estimate, low, high = -estimate, -high, -low
    if name in {"P", "LIT", "DOM"}:
        return "S" if low > bar else "C" if high < bar else ""
    if name.startswith("no"):
        effect_there = low > up and estimate >= bar
        return "S" if high < bar else "C" if effect_there else ""
    null, bar = (0.0, abs(bar)) if name == "Δ" else (float(up), bar)
    if low > null:
        return "S" if estimate >= bar else "T" if high < bar else ""
    return "C" if high < bar else ""


def readings(record):
    """Return the sources of a claim, one a frame and measure, with their rows."""
    found = {}
    for part in record["parts"]:
        for row in part["rows"]:
            if row["role"] != "published":
                key = (row["study"], row["frame"], row["variant"])
                one = found.setdefault(key, {**row, "legs": {}})
                one["legs"][part["number"]] = row
    return list(found.values())


def largest(rows, *fields):
    """Return the rows that share what most of them share; the common frame first."""
    counts = Counter(tuple(row[f] for f in fields) for row in rows)
    if not counts:
        return []
    equal = [key for key, n in counts.items() if n == max(counts.values())]
    best = next((key for key in equal if key[-1] == COMMON), equal[0])
    return [row for row in rows if tuple(row[f] for f in fields) == best]


def chosen(record):
    """Return what decides, the sources that do, and the direct bounds."""
    rows = readings(record)
    strata = [r for r in rows if len(r["sources"]) > 1 and r["may"] == "both"]
    able = [r for r in rows if r["may"] != "nothing" and r not in strata]
    direct = [r for r in able if not r["indirect"]]
    indirect = [r for r in able if r["indirect"]]
    two = largest([r for r in direct if r["may"] == "both"], "frame")
    frame = (two or largest(direct, "frame") or [{"frame": ""}])[0]["frame"]
    bounds = [r for r in direct if r["may"] != "both" and r["frame"] == frame]
    both = [r for r in indirect if r["may"] == "both"]
    ways = {
        "direct": two,
        "strata": strata,
        "indirect": largest(both, "variant", "frame"),
        "direct bounds": bounds,
        "indirect bounds": largest(indirect, "variant", "frame"),
    }
    basis = next((name for name, rows in ways.items() if rows), "none")
    return basis, ways.get(basis, []), bounds


class Part:
    """One number of a claim, recomputed."""

    def __init__(self, part, basis, deciding, bounds):
        self.part, self.basis, self.bounds = part, basis, bounds
        self.code, self.scale, number = part["rule"], part["scale"], part["number"]
        self.of = part["of"]
        rows = [r["legs"][number] for r in deciding if number in r["legs"]]
        self.rows = [row for row in rows if effect(row, self.scale)]
        self.indirect = any(r["indirect"] for r in deciding)
        direct = [] if self.indirect else deciding
        both = [*direct, *bounds]
        self.direct = [r["legs"][number] for r in both if number in r["legs"]]
        self.k = sum(len(row["sources"]) for row in self.rows)

    def pooled(self, rows):
        """Return the pool of some rows, None of fewer than three."""
        if len(rows) < 3 or self.basis not in {"direct", "indirect"}:
            return None
        return pool([effect(row, self.scale) for row in rows])

    def at_pool(self, which, rows):
        """Return limits by level of the mean or of a new source."""
        mean, se, new, df = self.pooled(rows)
        return lambda level: limits(
            mean, se if which == "mean" else new, df, self.scale, level
        )

    def at_row(self, row):
        """Return a row's own limits by level."""

        def at(level):
            one = row if level == 0.95 else row["wider"][f"{level:.4f}"]
            return tuple(one[name] for name in ("estimate", "low", "high"))

        return at

    def letter(self, at, *, strict=True):
        """Return the side of an interval, at the level of a part too."""
        found = decide(self.code, at)
        level = self.part["level"]
        if found == "C" and level and strict:
            wider = at(level)
            return "C" if decide(self.code, lambda _: wider) == "C" else ""
        return found

    def own(self, row):
        """Return what a source decides by itself."""
        if self.code is None:
            return LETTER.get(row["verdict"], "")
        if row["verdict"] == "FRAGILE" or row["withheld"]:
            return ""
        found = self.letter(self.at_row(row), strict=False)
        allowed = SAYS.get(row["may"])
        return found if not allowed or _one(found) == allowed else ""

    def side_of(self, rows):
        """Return the side on which rows lie together."""
        if self.code is None:
            words = {row["verdict"] for row in rows}
            return LETTER.get(words.pop(), "") if len(words) == 1 else ""
        pooled = self.pooled(rows)
        ats = [self.at_pool("mean", rows)] if pooled else map(self.at_row, rows)
        found = {self.letter(at) for at in ats}
        against = "C" if found and found <= {"C", "T"} else ""
        side = found.pop() if found in ({"S"}, {"T"}) else against
        if self.basis.endswith("bounds"):
            return side if all(_one(self.own(r)) == _one(side) for r in rows) else ""
        return side

    def free(self, side, rows):
        """Return the rows that may decide towards a side."""
        if not (side := _one(side)):
            return rows
        rows = [r for r in rows if LETTER.get(r["withheld"]) != side]
        return [r for r in rows if side in UNBIASED[r["speaks_for"]]]

    def confirmed(self, rows):
        """Return the side of rows, if those that may decide lie on it, too."""
        side = self.side_of(rows)
        free = self.free(side, rows)
        kept = len(free) == len(rows) or _one(self.side_of(free)) == _one(side)
        return side if kept else ""

    @property
    def fixed(self):
        """The rows with the groups for which the rule was registered instead."""
        late = {r["study"] for r in self.rows if not r["verdict_on_this"]}
        shown = [r for r in self.part["rows"] if r["study"] in late]
        own = {r["study"]: r for r in shown if r["verdict_on_this"]}
        return [own.get(r["study"], r) for r in self.rows] if own else []

    @property
    def side(self):
        """The side on which the number lies, if the sources may say so."""
        side, fixed = self.confirmed(self.rows), self.fixed
        return side if not fixed or _one(self.confirmed(fixed)) == _one(side) else ""

    @property
    def answer(self):
        """Return the answer on this number."""
        found = [self.own(row) for row in self.direct]
        if "S" in found and "C" in found:
            return "depends on the kind of group"
        side = "" if self.indirect and self.k == 1 else self.side
        if not side:
            return "undecided"
        each = [
            self.own(r)
            if self.code is None
            else self.letter(self.at_row(r), strict=False)
            for r in self.rows
        ]
        against = sum(bool(s) and _one(s) != _one(side) for s in each)
        if against > 0.25 * len(each):
            return "depends on the kind of group"
        if any(s and _one(s) != _one(side) for s in found):
            return "undecided"
        return "supported" if side == "S" else "not supported"

    @property
    def predicted(self):
        """The side on which a new source is expected."""
        if self.code is None or not self.pooled(self.rows):
            return ""
        at = self.at_pool("new", self.rows)
        return _one(self.letter(at, strict=False))

    @property
    def large(self):
        """Whether a ratio is beyond 2 with an E-value of 2 at its nearer limit."""
        if self.of != "ratio" or self.side != "S":
            return False
        if self.pooled(self.rows):
            estimate, low, high = self.at_pool("mean", self.rows)(0.95)
        elif len(self.rows) == 1:
            estimate, low, high = self.at_row(self.rows[0])(0.95)
        else:
            return False
        if low <= 1 <= high or max(estimate, 1 / estimate) < 2:
            return False
        near = max(low, 1 / high)
        return near + math.sqrt(near * (near - 1)) >= 2


def _one(letter):
    """Return the side of a letter: too small is on the side against."""
    return "C" if letter == "T" else letter


def answer_of(parts):
    """Return the answer of all parts together."""
    words = [part.answer for part in parts]
    small = [part.side == "T" for part in parts]
    pairs = list(zip(words, small, strict=True))
    if ("not supported", False) in pairs:
        return "not supported"
    found = set(words)
    if found == {"supported"}:
        return "supported"
    if found <= {"supported", "not supported"}:
        return "not supported"
    if found <= {"supported", "depends on the kind of group"}:
        return "depends on the kind of group"
    return "partly supported" if "supported" in found else "undecided"


def certainty_of(answer, parts):
    """Return the level, from the sources of the parts that decide."""
    decided = [part for part in parts if part.answer != "undecided"] or parts
    rows = list({row["study"]: row for p in decided for row in p.rows}.values())
    if answer == "undecided" or not rows:
        return "very low"
    observed = any(row["association"] for row in rows)
    steps = 1 if observed else 3
    k = min(p.k - len(p.rows) + len(p.free(p.side, p.rows)) for p in decided if p.k)
    steps -= k == 1
    steps -= any(p.indirect for p in parts)
    if answer != "depends on the kind of group":
        pooled = [p for p in decided if p.pooled(p.rows)]
        steps -= (
            any(p.predicted != _one(p.side) or not p.side for p in pooled)
            if pooled
            else k > 0
        )
    steps -= any(
        sum(r[f"agreeing{way}"] for r in rows)
        < 0.8 * sum(r[f"counted{way}"] for r in rows)
        for way in ("", "_first")
    )
    reached = [r["reaches_design"] for r in rows if r["reaches_design"] is not None]
    steps -= reached.count(False) > 0.5 * len(reached)
    side = next((_one(p.side) for p in decided if p.side), "")
    pushed = [r for r in rows if side and side not in UNBIASED[r["speaks_for"]]]
    steps -= len(pushed) > 0.5 * len(rows)
    steps += observed and any(p.large for p in decided)
    return LEVELS[min(max(steps, 0), 3)]


def recompute(record):
    """Return answer, certainty, certainty for WeChat groups and k, from a record."""
    basis, deciding, bounds = chosen(record)
    parts = [Part(part, basis, deciding, bounds) for part in record["parts"]]
    answer = answer_of(parts)
    certainty = certainty_of(answer, parts)
    wechat = LEVELS[max(min(LEVELS.index(certainty) - 1, 1), 0)]
    return answer, certainty, wechat, max(part.k for part in parts)
