"""Designs that claims share: what is compared with what, and how its error is known.

`landmark` compares what groups were like before an age with who died after it;
`panel` follows groups month by month; `counts` relates later counts to earlier ones;
`within` compares windows or people of the same group; `controls` holds what should
show nothing.
"""
