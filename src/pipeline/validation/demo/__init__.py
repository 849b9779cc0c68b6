"""Demo data: simulated groups exported in six platforms' formats.

A module of a platform lists its `Writer` objects in `WRITERS`.

>>> sorted(WRITERS)[:2]
['chatlab', 'chatlab_lines']
"""

from collections.abc import Mapping
from types import MappingProxyType

from pipeline.validation.demo import chatlab, discord, qq, slack, telegram, wechat
from pipeline.validation.demo.community import Writer

__all__ = ["WRITERS"]

WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        name: writer
        for module in (chatlab, wechat, qq, telegram, discord, slack)
        for name, writer in module.WRITERS.items()
    }
)
