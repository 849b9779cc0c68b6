"""Redaction of personal details in message text.

Numbers, addresses and accounts are found by linear-time patterns. What people wrote in
disguise (digits as words, look-alike letters) is not found: redacted text is safer, not
anonymous.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from helpers.text.columns import Texts, to_text_array
from helpers.text.normalising import E_MAIL, MENTION

_D = "[0-9０-９]"
_GAP = r"[ \-—–.·\x{a0}\x{3000}]?"
_WECHAT = r"微信|薇信|威信|weixin|wechat|\bvx|\bwx|[vV]信"
_IS = r"(?:号码|账号|群|号|id|是|同号)*[\s:：=+➕,，]*"
_INVITE = (  # whoever has it is in
    r"chat\.whatsapp\.com|t\.me|telegram\.me|discord\.gg|discord(?:app)?\.com/invite"
    r"|join\.slack\.com|weixin\.qq\.com/g|qm\.qq\.com|jq\.qq\.com"
)
_AT, _PLUS, _QQ = ("@", "＠"), ("+", "＋"), ("qq", "扣扣", "企鹅")
_WX = ("微信", "薇信", "威信", "weixin", "wechat", "wx", "vx", "v信")
_LINKS = ("t.me", "telegram.me", "discord", "whatsapp.com", "slack.com", "qq")
# (words of which one is there or else seven close digits, pattern, what stands in its
# place), in this order
STEPS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    # WhatsApp writes @, then the whole name between invisible marks; Discord <@&123>
    (_AT, r"[@＠]\x{2068}[^\x{2069}\n]{0,100}\x{2069}", "[name]"),
    (_AT, r"<@[!&]?[^<>@\s]{1,80}>", "[name]"),
    (_LINKS, rf"(?i)(?:https?://)?\b(?:{_INVITE})/[^\s，。；）)]+", "[invite]"),
    (
        (*_AT, "wx", "gh_"),
        r"wxid_[A-Za-z0-9_\-]+|gh_[0-9a-f]{8,}|[0-9]+@(?:chatroom|openim)",
        "[wechat]",
    ),
    (_AT, E_MAIL, "[email]"),
    (
        (),
        rf"{_D}{{17,}}[Xx]?|{_D}{{6}}{_GAP}{_D}{{8}}{_GAP}{_D}{{3}}[0-9０-９Xx]",
        "[id]",
    ),
    (
        _WX,
        rf"(?i)((?:{_WECHAT}){_IS})(?:[a-z][a-z0-9_\-]{{5,19}}|[0-9]{{6,}})",
        r"\1[wechat]",
    ),
    (_QQ, rf"(?i)((?:qq|扣扣|企鹅){_IS}){_D}{{5,11}}", r"\1[qq]"),
    ((), rf"\b{_D}{{4}}(?:{_GAP}{_D}{{4}}){{3}}(?:{_GAP}{_D}{{1,3}})?\b", "[number]"),
    (_PLUS, rf"[+＋]{_D}{{1,3}}(?:{_GAP}{_D}{{2,5}}){{2,5}}", "[phone]"),
    ((), rf"[1１]{_D}{{2}}{_GAP}{_D}{{4}}{_GAP}{_D}{{4}}", "[phone]"),
    ((), rf"[(（]?[0０]{_D}{{2,3}}[)）]?{_GAP}{_D}{{7,8}}", "[phone]"),
    ((), rf"[(（]?{_D}{{3}}[)）]?{_GAP}{_D}{{3}}{_GAP}{_D}{{4}}", "[phone]"),
    ((), rf"\b{_D}{{3}}{_GAP}{_D}{{4}}{_GAP}{_D}{{3}}\b", "[phone]"),
    ((), rf"[0０]{_D}{{4}}{_GAP}{_D}{{6}}", "[phone]"),
    ((), rf"[48]00{_GAP}{_D}{{3}}{_GAP}{_D}{{4}}", "[phone]"),
    ((), rf"{_D}{{4}}(?:{_GAP}{_D}{{4}}){{2,3}}(?:{_GAP}{_D}{{1,3}})?", "[number]"),
    ((), rf"{_D}{{7,}}", "[number]"),
    (_AT, MENTION, r"[name]\1\2"),
)
WORDS = frozenset(word for words, _, _ in STEPS for word in words)
DIGITS, BETWEEN = 7, 2  # that make a number at least, and signs between two at most
NUMERALS, SIGNS = "0123456789０１２３４５６７８９", ")） -—–.·\xa0\u3000"
_FURTHER = rf"(?:[{re.escape(SIGNS)}]{{0,{BETWEEN}}}[{NUMERALS}]){{{DIGITS - 1}}}"
CLOSE_DIGITS = re.compile(rf"[{NUMERALS}]{_FURTHER}")


def redact_texts(texts: Texts) -> pa.Array:
    """Mask identifying details, such as phone numbers, in message texts.

    Masked are phone numbers, e-mail addresses, identity numbers, WeChat and QQ
    accounts, mentions, and runs of seven or more digits. Linear in the length of the
    text. Known names are masked by `helpers.formats.privacy`.

    >>> redact_texts(
    ...     ["电话是 138-1234-5678, mail: a.b@c.cn", "annual", None]
    ... ).to_pylist()
    ['电话是 [phone], mail: [email]', 'annual', None]
    """
    held = to_text_array(texts)
    whole = "\n".join(filter(None, held.to_pylist())).casefold()
    has_number = CLOSE_DIGITS.search(whole) is not None
    for words, pattern, mask in STEPS:
        if any(word in whole for word in words) if words else has_number:
            held = pc.replace_substring_regex(held, pattern, mask)
    return held
