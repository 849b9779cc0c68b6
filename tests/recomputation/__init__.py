"""Recompute published estimates independently, from the specification alone.

Their writers had the register's text (the frozen rules and its common definitions),
the documentation of the processed tables, and of each verdict its definition and number
of groups: not the estimators, not their tests, not the notebooks. Where the register
leaves a choice open (log(1 + count), a year of 365 days, which years or weeks count),
some choices were settled by comparing; what then still differed was a defect on one
side, or is listed in docs/decisions (what the register leaves open).

The writer of the recomputations of founders' contacts and standing, of value ranks and
of the members and lives of Meetup groups had read those estimators: these show that
other code gives the same numbers, not that the specification is enough.
"""
