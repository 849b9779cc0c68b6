"""Chinese typography: what native readers stumble over, found by rules."""

import re

HAN = "[\u4e00-\u9fff]"
CLOSED = "。：；，、？！）》”"
RULES = {
    "倍 for ×": re.compile(r"\d\s?×|×\s?\d"),
    "full-width brackets": re.compile(rf"{HAN}\s?\(|\)\s?{HAN}|\([^()]*{HAN}[^()]*\)"),
    "full-width punctuation": re.compile(rf"{HAN}\s?[,;:!?]|[,;:!?]{HAN}"),
    "no blank beside full-width punctuation": re.compile(
        rf"[{CLOSED}（《“] +\S|\S +[{CLOSED}（]"
    ),
}
# code, addresses and targets of links are read as one letter, or not at all
UNREAD = (
    (r"`[^`]*`|https?:\S+|[A-Za-z_]\w*\([^()]*\)|\(\d+, \d+\)", "x"),
    (r"```.*?```|(?<=\])\([^)]*\)|<[^>]+>", ""),
)
LEAST = 0.2  # of the letters of a Chinese text are Chinese


def find_slips(text: str) -> list[str]:
    """Return what is wrong with a Chinese text, with some letters around it."""
    read = text
    for pattern, instead in reversed(UNREAD):
        read = re.sub(pattern, instead, read, flags=re.DOTALL)
    if len(re.findall(HAN, read)) < LEAST * len(re.findall(r"\w", read)):
        return []
    return [
        f"{name}: …{read[max(0, at.start() - 12) : at.end() + 12]}…"
        for name, rule in RULES.items()
        for at in rule.finditer(read)
    ]
