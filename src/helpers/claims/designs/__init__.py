"""Designs that claims share: what is compared with what, and how its error is known.

`hazards` asks who dies after what: landmarks, months, dated exposures; `rates` relates
counts to what went before; `importance` shares out what is explained; `permutation`
holds what should show nothing.
"""
