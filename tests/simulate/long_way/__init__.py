"""The long way of worlds that are planted as tables: what happened, told and read back.

A planted study (`helpers.calibration.worlds`) is put in whole messages and whole
seconds, told as what happened in its groups, written as exports, read by the product's
readers, stored and derived as any study is. The claim must then read the same tables,
row for row, and come to the same verdict, number for number.

A *part* is a module that answers for some tables:

``TABLES : frozenset[str]``
    The processed tables that it answers for.
``whole(study, reads) -> None``
    Put its tables, in place, as events can make them: whole messages, whole seconds,
    no more posters than messages. Columns that the claim does not read (`reads`) may
    be left as they are; what it reads is changed as little as can be, and the module's
    docstring says how. Parts are asked in the order of `way.PARTS`; groups come first.
``tell(study, story, reads) -> None``
    Add to the `story` what happened, for the tables that ``whole`` left. `story.posts`,
    `story.comings` … grow by `story.add(...)`; tables that no export holds are set in
    `story.brought` with the columns of docs/architecture.md, `group` as planted.

Of the groups' posts a *talk* is told once, by the first part that answers for a table
from which they follow (`people` before `messages`); other parts only add to it.
Numbers of groups and people are those of the planted tables; `story.host(group)` is the
number of whoever writes what no planted person wrote. The harness turns both into the
store's own numbers, in the planted tables and not in those of the long way.
"""
