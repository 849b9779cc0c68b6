"""Write a simulated group in the export format of each chat platform.

A writer is a template in `templates`, an export with holes: ``{{ … }}`` writes a value,
as JSON but in ``.txt``, and ``file`` begins a file. Rows stand on lines of their own,
commas come between them. The first line says what the export carries of a group, and
the format that reads it, where that has another name.

>>> sorted(name for name in WRITERS if name.startswith("chatlab"))
['chatlab', 'chatlab_lines']
"""

from collections.abc import Mapping
from types import MappingProxyType

from pipeline.validation.export_writers import derived
from pipeline.validation.export_writers.community import (
    Change,
    Community,
    Person,
    Post,
    Trait,
    Writer,
)
from pipeline.validation.export_writers.rendering import list_templates

__all__ = ["WRITERS", "Change", "Community", "Person", "Post", "Trait", "Writer"]

WRITERS: Mapping[str, Writer] = MappingProxyType(list_templates() | derived.WRITERS)
