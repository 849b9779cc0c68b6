"""Executed notebooks, and the pages made from them."""

import sys

# jsonschema, which nbformat loads, would make a parser of addresses in every script:
# that takes longer than all else it does, and no notebook's schema asks for one
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
