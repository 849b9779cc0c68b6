"""Tests of claims about online groups on real message data.

The data flow one way: `formats` and `corpora` read, `study` stores, `measures`
count, `survival` and `inference` estimate, `claims` decide, `figures` and `site`
show. ``docs/architecture.md`` is the map.
"""

__version__ = "0.1.0"
