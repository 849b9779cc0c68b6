"""Mask what identifies people inside message text.

Numbers, addresses and accounts are found by linear-time patterns, names by one walk
over a tree of all given names. What people wrote in disguise (digits as words, look-
alike letters) is not found: redacted text is safer, not anonymous.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from helpers.text.columns import Texts, as_texts
from helpers.text.normalising import E_MAIL, MENTION

_D = "[0-9０-９]"
_GAP = r"[ \-—–.·\x{a0}\x{3000}]?"
_WECHAT = r"微信|薇信|威信|weixin|wechat|\bvx|\bwx|[vV]信"
_IS = r"(?:号码|账号|群|号|id|是|同号)*[\s:：=+➕,，]*"
_INVITE = (  # whoever has it is in
    r"chat\.whatsapp\.com|t\.me|telegram\.me|discord\.gg|discord(?:app)?\.com/invite"
    r"|join\.slack\.com|weixin\.qq\.com/g|qm\.qq\.com|jq\.qq\.com"
)
STEPS = (  # (pattern, what stands in its place), in this order
    (rf"(?i)(?:https?://)?\b(?:{_INVITE})/[^\s，。；）)]+", "[invite]"),
    (r"wxid_[A-Za-z0-9_\-]+|gh_[0-9a-f]{8,}|[0-9]+@(?:chatroom|openim)", "[wechat]"),
    (E_MAIL, "[email]"),
    (
        rf"{_D}{{17,}}[Xx]?|{_D}{{6}}{_GAP}{_D}{{8}}{_GAP}{_D}{{3}}[0-9０-９Xx]",
        "[id]",
    ),
    (
        rf"(?i)((?:{_WECHAT}){_IS})(?:[a-z][a-z0-9_\-]{{5,19}}|[0-9]{{6,}})",
        r"\1[wechat]",
    ),
    (
        rf"(?i)((?:qq|扣扣|企鹅){_IS}){_D}{{5,11}}",
        r"\1[qq]",
    ),
    (rf"[+＋]{_D}{{1,3}}(?:{_GAP}{_D}{{2,5}}){{2,5}}", "[phone]"),
    (rf"[1１]{_D}{{2}}{_GAP}{_D}{{4}}{_GAP}{_D}{{4}}", "[phone]"),
    (rf"[(（]?[0０]{_D}{{2,3}}[)）]?{_GAP}{_D}{{7,8}}", "[phone]"),
    (rf"[(（]?{_D}{{3}}[)）]?{_GAP}{_D}{{3}}{_GAP}{_D}{{4}}", "[phone]"),
    (rf"[0０]{_D}{{4}}{_GAP}{_D}{{6}}", "[phone]"),
    (rf"[48]00{_GAP}{_D}{{3}}{_GAP}{_D}{{4}}", "[phone]"),
    (rf"{_D}{{4}}(?:{_GAP}{_D}{{4}}){{2,3}}(?:{_GAP}{_D}{{1,3}})?", "[number]"),
    (rf"{_D}{{7,}}", "[number]"),
)
LONGEST_IN_TREE = 64  # deeper trees would nest deeper than re can compile
_END = ""


def redact(texts: Texts, names: Iterable[str] = ()) -> pa.Array:
    """Return the texts with identifying details masked.

    Masked are phone numbers, e-mail addresses, identity numbers, WeChat and QQ
    accounts, mentions, runs of seven or more digits, and every name in `names`
    wherever it stands (Latin names as whole words, in any case; names of one
    character only as mentions). Linear in the length of the text.

    Returns
    -------
    pyarrow.StringArray
        n texts; null for null.

    Examples
    --------
    >>> said = ["阿明的电话是 138-1234-5678，Ann's mail: a.b@c.cn", "annual", None]
    >>> redact(said, ["阿明", "ann"]).to_pylist()
    ["[name]的电话是 [phone]，[name]'s mail: [email]", 'annual', None]
    """
    held = as_texts(texts)
    wanted = {name.strip() for name in as_texts(names).drop_null().to_pylist()}
    for pattern, mask in STEPS:
        held = pc.replace_substring_regex(held, pattern, mask)
    # names before mentions: a name may hold the blank that ends a mention
    held = _mask_names(held, sorted(name for name in wanted if len(name) > 1))
    return pc.replace_substring_regex(held, MENTION, r"[name]\1\2")


def _mask_names(texts: pa.Array, names: list[str]) -> pa.Array:
    # whole names first as they are longest, then the tree of the others
    long = sorted((n for n in names if len(n) > LONGEST_IN_TREE), key=len, reverse=True)
    for name in long:
        texts = pc.replace_substring(texts, name, "[name]")
    tree = _tree(name for name in names if len(name) <= LONGEST_IN_TREE)
    if not tree:
        return texts
    find = re.compile(_pattern(tree), re.IGNORECASE)
    masked = [text and find.sub("[name]", text) for text in texts.to_pylist()]
    return pa.array(masked, pa.string())


def _tree(names: Iterable[str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    # lower() can change a name's length, so the name itself is searched too
    for form in (form for name in names for form in (name, name.lower())):
        branch = tree
        for character in form:
            branch = branch.setdefault(character, {})
        branch[_END] = True
    return tree


def _pattern(tree: dict[str, Any], before: str = "") -> str:
    """Return a pattern that takes the longest name; no two branches start alike."""
    branches = []
    for character, branch in sorted(tree.items()):
        if character == _END:
            continue
        edge = "" if before else _edge(character, r"(?<![A-Za-z0-9_])")
        branches.append(edge + re.escape(character) + _pattern(branch, character))
    if _END in tree:
        branches.append(_edge(before, r"(?![A-Za-z0-9_])"))
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def _edge(character: str, boundary: str) -> str:
    """Return `boundary` beside characters that are written in words."""
    return boundary if character.isascii() and character.isalnum() else ""
