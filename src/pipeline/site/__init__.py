"""The website: a story in five charts, the answers, the chapters."""

import sys

# nbformat's jsonschema compiles 38 grammars of addresses (3 s) that no notebook needs
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
