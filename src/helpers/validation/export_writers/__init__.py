"""One model of what happens in a group, written out as the export of any platform.

A module of a platform lists its `Writer` objects in `WRITERS`, and is listed here.

>>> sorted(WRITERS)[:2]
['chatlab', 'chatlab_lines']
"""

from collections.abc import Mapping
from types import MappingProxyType

from helpers.validation.export_writers import (
    chatlab,
    discord,
    gitter,
    matrix,
    mattermost,
    memotrace,
    qq,
    slack,
    table,
    telegram,
    wechat,
    whatsapp,
    zulip,
)
from helpers.validation.export_writers.community import (
    Change,
    Community,
    Person,
    Post,
    Trait,
    Writer,
)

__all__ = ["WRITERS", "Change", "Community", "Person", "Post", "Trait", "Writer"]

WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        name: writer
        for module in (
            chatlab, wechat, memotrace, qq, telegram, discord, slack, whatsapp, zulip,
            gitter, matrix, mattermost, table,
        )
        for name, writer in module.WRITERS.items()
    }
)  # fmt: skip
