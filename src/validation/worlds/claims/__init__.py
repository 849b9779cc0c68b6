"""Simulate the tables that claims read, with a given true effect.

A module is named for what its claims are about. In it a claim has a function
``world(value, groups, rng)`` that simulates a study; the estimand of the component on
trial equals `value` on the scale of its rule. `plants`, above it, enters it with its
truths: true (twice the margin), false or no effect, and where either verdict is wrong.
`validation.coverage.subjects` collects them; a claim stands in one module only.

What a world must be:

- exact: the planted value is what the estimator estimates. A hazard ratio is planted in
  constant hazards of groups that differ in nothing else, by an exposure that is drawn
  apart from everything adjusted for; a share as the mean of shares; a ratio of rates as
  that of expected counts. Where no number can be planted (rules without a template,
  shares of explained likelihood) the world is a switch: true at 1.0, false at 0.0, and
  no coverage is counted.
- clear elsewhere: other components of an ``ALL`` rule are true beyond doubt.
- random by `rng` alone, and not by how many groups were drawn before.
- large enough, and no larger: `groups` (50, 100, 300, 1,000, 3,000 or 10,000) is about
  the least at which 80 % of the verdicts are right. Where the units are people, events
  or pairs, `groups` counts these; the estimand says so.
- cheap: a replicate takes 0.1 s, at most 0.3 s.
- whole: it takes any value between those of `validation.coverage.truths.sure`,
  which the tests use.
"""
