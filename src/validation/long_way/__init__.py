"""Round trip of simulated studies: to chat exports and back to tables.

A planted study (`validation.worlds.claims`) is put in whole messages and whole
seconds, told as what happened in its groups, written as exports, read by the product's
readers, stored and derived as any study is. The claim must then read the same tables,
row for row, and come to the same verdict, number for number.

What was posted comes first: a *talk* (`messages`, `people`) makes posts of the planted
tables, one talk a study, that of the first module with a table that the claim reads.
Tables that count posts are then counted from it in whole arrays (`counted`), apart
from the product's measures; how much of what was planted they keep is tested.

A *part* (`joins`, `brought`, `readings`) is a module that answers for other tables:

``TABLES : frozenset[str]``
    The processed tables that it answers for.
``adjust_tables(study, story, reads) -> None``
    Put its tables, in place, as events can make them: whole messages, whole seconds.
    `story.posts` is there already. Columns that the claim does not read (`reads`) may
    be left as they are; what it reads is changed as little as can be, and the module's
    docstring says how.
``tell(study, story, reads) -> None``
    Add to the `story` what happened beyond the tables of ``adjust_tables``: who joined,
    left and was listed, with `story.add`; tables that no export holds are set in
    `story.brought` with the columns of docs/tables.md, `group` as planted.

Numbers of groups and people are those of the planted tables; `story.person(group, nth)`
numbers people whom no planted table has; the first of them, 0, is the group's owner or
host, and writes what no planted person wrote. The harness (`way`) turns both into the
store's own numbers, in the planted tables and not in those of the long way.
"""
