"""Names by person, used to identify and mask people.

Readers say whom they meet; system lines speak of people by name only. A name is
resolved at the very end, when all names are known: to the one person of the group who
bore it, else it stays a person of its own, ``name:…``.

A bridge is one account that brings over what people of another platform wrote, each
under their own name. Whether an account is one is known at the end too: it signed with
two names at least, and left hardly a message unsigned. Each name is a person then; an
automatic sender of one name stays a bot.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.files import read_own_rows
from helpers.records import Batch

NAMED = "name:"
# columns that hold people, and ids of messages
PEOPLE = ("sender", "person", "inviter", "actor", "subject", "owner")
IDS = ("id", "reply_to", "message")
RELAYED = NAMED + "\x1f"  # of somebody beyond a bridge: its account, their name
_LEAST_NAMES, _LEAST_SIGNED = 2, 0.9  # of a bridge: names, share of signed messages
SIGNATURE = re.compile(
    r"(?:\[[\w .#-]{1,20}\] )?(?:<([^<>\n]{1,40})> "
    r"|\*{1,2}([^*:\n]{1,40})(?::\*{1,2}|\*{1,2}:) ?)\S"
)
"""How matterbridge and others sign a text that they bring over."""
SOMEBODY = "[name]"  # in place of a name, as `redact_texts` writes it
_SENDERS = read_own_rows("formats", "rows", "placeholders.toml")["senders"]
_APP = frozenset(_SENDERS["app"])
_NOBODY = _APP.union(_SENDERS["nobody"])
_TAG = re.compile(r"#0{1,4}$")  # of Discord's deleted accounts
_LONGEST = max(map(len, _NOBODY)) + len("[]#0000")
_BRACKETS = "[](){}<>【】（）「」《》\"' \t"


@lru_cache(1 << 12)
def is_nobody(sender: str) -> bool:
    """Return whether a sender's id or name means no person.

    >>> [*map(is_nobody, ("NA", " System ", "[系统消息]", "(null)", "Na", "()"))]
    [True, True, True, True, False, False]
    """
    return _is_among(sender, _NOBODY) or sender.removeprefix(NAMED).strip() == "NA"


@lru_cache(1 << 12)
def names_app(sender: str) -> bool:
    """Return whether a sender's name is the platform itself.

    >>> [names_app(one) for one in ("[系统消息]", "System", "NA", "Ann")]
    [True, True, False, False]
    """
    return _is_among(sender, _APP)


def is_unknown(sender: str) -> bool:
    """Return whether a sender's name says that nobody knows who it was.

    >>> [is_unknown(one) for one in ("未知", "Deleted Account", "系统", "-", "Ann")]
    [True, True, False, False, False]
    """
    is_word = any(map(str.isalpha, sender.removeprefix(NAMED)))
    return is_word and is_nobody(sender) and not names_app(sender)


def _is_among(sender: str, words: frozenset[str]) -> bool:
    word = sender.removeprefix(NAMED).strip()
    if len(word) > _LONGEST:  # as most ids are
        return False
    bare = word.casefold()
    bare = _TAG.sub("", bare) if bare.endswith("0") else bare
    return bare in words or (bare.strip(_BRACKETS) or "?") in words


def to_name_id(name: str) -> str:
    """Build an id from the name of a person who has no other id.

    >>> to_name_id("Ann")
    'name:Ann'
    """
    return NAMED + name


def has_marked(ids: pa.DictionaryArray, mark: str) -> bool:
    """Return whether any id in a column begins with a mark, such as `NAMED`."""
    return any(one and one.startswith(mark) for one in ids.dictionary.to_pylist())


class People:
    """Names and ids of the people met while reading one export.

    >>> people = People()
    >>> people.met("g", "u1", "Ann")
    >>> people.met("g", "u2", "Bob")
    >>> people.resolve("g", to_name_id("Ann")), people.resolve("g", to_name_id("Eve"))
    ('u1', 'name:Eve')
    >>> people.met("g", "u3", "Bob")  # a second Bob: undecidable
    >>> people.resolve("g", to_name_id("Bob"))
    'name:Bob'
    """

    def __init__(self) -> None:
        self._bearers: dict[str, dict[str, set[str]]] = {}
        self._later: dict[tuple[str, str], str] = {}
        self._signed: dict[tuple[str, str], Counter[str]] = {}
        self._unsigned = Counter[tuple[str, str]]()
        self.names: set[str] = set()

    def met(self, group: str, person: str | None, *names: str | None) -> None:
        """Record the names a person, maybe one without an id, has in a group."""
        bearers = self._bearers.setdefault(group, {})
        for name in filter(None, names):
            self.names.add(name)
            if person:
                bearers.setdefault(name, set()).add(person)

    def renamed(self, group: str, before: str, after: str) -> None:
        """Record that a person changed from one name or number to another.

        >>> people = People()
        >>> people.renamed("g", to_name_id("+1"), to_name_id("+2"))
        >>> people.resolve("g", to_name_id("+1"))
        'name:+2'
        """
        if before != after:
            self._later.pop((group, after), None)  # it is in use again
            self._later[group, before] = after

    def relayed(self, group: str, account: str, name: str) -> str:
        """Record a message that an account signed with a name; return who wrote it.

        >>> people = People()
        >>> ann, bob = (people.relayed("g", "B1", name) for name in ("Ann", "Bob"))
        >>> people.resolve("g", ann) == ann != bob
        True
        >>> people.resolve("g", people.relayed("g", "B2", "Weather"))
        'B2'
        """
        self._signed.setdefault((group, account), Counter())[name] += 1
        self.names.add(name)
        return f"{RELAYED}{account}\x1f{name}"

    def find_signed(
        self, group: str, senders: pa.DictionaryArray, texts: Sequence[str | None],
        signature: re.Pattern[str] = SIGNATURE,
    ) -> dict[int, str]:  # fmt: skip
        r"""Return who wrote the texts that begin as bridges sign them, by position.

        >>> senders = pa.array(["B1", "B1"]).dictionary_encode()
        >>> People().find_signed("g", senders, ["<Ann> hi", "< 3"])
        {0: 'name:\x1fB1\x1fAnn'}
        """
        signed = {}
        for at in [at for at, one in enumerate(texts) if one and one[0] in "<[`*"]:
            if match := signature.match(texts[at] or ""):
                account = senders[at].as_py()
                if account and not account.startswith(RELAYED):
                    signed[at] = self.relayed(
                        group, account, match[match.lastindex or 1]
                    )
                    self._unsigned[group, account] -= 1
        accounts = senders.dictionary.to_pylist()
        counts = np.bincount(senders.indices.drop_null(), minlength=len(accounts))
        for account, count in zip(accounts, counts.tolist(), strict=True):
            self._unsigned[group, account] += count
        return signed

    def settle(self, batch: Batch) -> Batch:
        """Return messages without the mark of a bot where people wrote them."""
        table = batch.table
        if batch.kind != "message":
            return batch
        if not has_marked(table["sender"], RELAYED):
            return batch
        pairs = zip(
            table["group"].to_pylist(), table["sender"].to_pylist(), strict=True
        )
        people = (self.resolve(group or "", who or "") for group, who in pairs)
        person = [one.startswith(RELAYED) for one in people]
        return batch.with_column(
            "bot", pc.if_else(person, pa.scalar(value=False), table["bot"])
        )

    def _is_bridge(self, group: str, account: str) -> bool:
        names = self._signed.get((group, account), Counter())
        messages = names.total() + self._unsigned[group, account]
        is_signed = names.total() >= _LEAST_SIGNED * messages
        return len(names) >= _LEAST_NAMES and is_signed

    def mentioned(self, *names: str) -> None:
        """Record names without an id, such as mentions, so that texts are masked."""
        self.names.update(names)

    def known(self, group: str) -> Collection[str]:
        """Return the recorded names of members of a group."""
        return self._bearers.get(group, {}).keys()

    def list_bearers(self) -> Iterable[tuple[str, Mapping[str, set[str]]]]:
        """List who bears each name, by group."""
        return self._bearers.items()

    def list_bearers_of(self, names: AbstractSet[str]) -> set[str]:
        """Return the ids of everybody who bears one of some names in a group."""
        return {
            one
            for bearers in self._bearers.values()
            for name in bearers.keys() & names
            for one in bearers[name]
        }

    def resolve(self, group: str, person: str) -> str:
        """Return the id of the only member with a name, or else an id of the name."""
        if not person.startswith(NAMED):
            return person
        if person.startswith(RELAYED):
            account = person.split("\x1f")[1]
            return person if self._is_bridge(group, account) else account
        for _ in self._later:  # from number to number, as often as it changed
            person = self._later.get((group, person), person)
        name = person.removeprefix(NAMED)
        bearers = self._bearers.get(group, {}).get(name, set())
        return next(iter(bearers)) if len(bearers) == 1 else person
