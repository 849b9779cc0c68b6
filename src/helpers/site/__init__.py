"""Execute the notebooks and build the website from them.

Notebooks are run in `execution`; `answers` makes plain records of what studies say to
each claim, with their words, numbers and plots; the modules here make pages of both.
Sphinx renders those with the settings in `theme`.
"""

import sys

# jsonschema, which nbformat loads, would make a parser of addresses in every script:
# that takes longer than all else it does, and no notebook's schema asks for one
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
