"""Web addresses in messages, normalised by their target."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\[\]{}]+", re.IGNORECASE)
_AFTER = ".,;:!?*_~。，；：！？、）】》”"  # of the sentence, not of the address
_TRACKING = re.compile(
    r"utm_|(?:fbclid|gclid|dclid|igshid|mc_cid|mc_eid|spm|ref|ref_src|source|share)$"
)


def list_addresses(text: str) -> list[str]:
    """List the distinct web addresses in a text, normalised, in order.

    >>> list_addresses("see [it](https://www.X.org/a/?utm_source=b#c). http://x.org/a")
    ['x.org/a']
    """
    addresses = dict.fromkeys(map(_read_address, _ADDRESS.findall(text)))
    addresses.pop("", None)
    return [*addresses]


@lru_cache(1 << 14)  # the same addresses are posted again and again
def _read_address(found: str) -> str:
    return normalise_address(_strip_brackets(found))


def _strip_brackets(address: str) -> str:
    """Strip punctuation and brackets that follow an address in a sentence."""
    bare = address.rstrip(_AFTER)
    if bare.endswith(")") and bare.count(")") > bare.count("("):
        return _strip_brackets(bare[:-1])
    closing = bare.find(")](")  # one link inside another's words
    return bare[:closing] if closing > 0 else bare


def normalise_address(address: str) -> str:
    """Normalise an address: drop "www.", tracking parameters and final slash.

    Scheme, user, port, ``www.``, fragment, parameters of tracking and a final slash
    are taken off, the host is in small letters; empty if there is no host.

    >>> normalise_address("https://a@WWW.Y.org:80/P/?q=1&utm_medium=z")
    'y.org/P?q=1'
    """
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # brackets that are no address
        return ""
    parameters = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name.lower())
    ]
    query = f"?{urlencode(parameters)}" if parameters else ""
    return f"{host}{parts.path.rstrip('/')}{query}" if host else ""
