"""``import shequn as sq``: the library `helpers` under the project's own name."""

import sys

import helpers

sys.modules[__name__] = helpers
