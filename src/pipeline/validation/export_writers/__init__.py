"""Write a simulated group in the export format of each chat platform.

Six platforms are written by `pipeline.validation.demo`. A platform's module lists its
`Writer` objects in `WRITERS`, and is listed here.

>>> sorted(name for name in WRITERS if name.startswith("chatlab"))
['chatlab', 'chatlab_lines']
"""

from collections.abc import Mapping
from types import MappingProxyType

from pipeline.validation import demo
from pipeline.validation.demo.community import (
    Change,
    Community,
    Person,
    Post,
    Trait,
    Writer,
)
from pipeline.validation.export_writers import (
    gitter,
    matrix,
    mattermost,
    memotrace,
    slackdump,
    table,
    transcript,
    whatsapp,
    zulip,
)

__all__ = ["WRITERS", "Change", "Community", "Person", "Post", "Trait", "Writer"]

WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        **demo.WRITERS,
        **{
            name: writer
            for module in (
                memotrace, whatsapp, zulip, gitter, matrix, mattermost, table,
                slackdump,
                transcript,
            )
            for name, writer in module.WRITERS.items()
        },
    }
)  # fmt: skip
