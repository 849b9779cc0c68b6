"""Licences of all files for machines: ``REUSE.toml`` and the wheel's expression.

Each folder under ``data/processed`` says in its LICENSE under what terms it stands
(`make tables` writes both; reuse.software, spdx.org).
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OURS = "MIT"
FONT = "OFL-1.1"  # as its own file says
NONE = "none stated"
UNKNOWN = "LicenseRef-none-stated"  # SPDX's word for what is on no list
FILES = {"src/helpers/fonts/**": FONT}
HEAD = """\
# Written by `make tables`: the licence of every file (reuse.software)
version = 1

[[annotations]]
path = "**"
SPDX-FileCopyrightText = "2026 Shequn Evidence"
SPDX-License-Identifier = "MIT"
"""
PART = """
[[annotations]]
path = "{path}"
precedence = "override"
SPDX-FileCopyrightText = "see {notice}"
SPDX-License-Identifier = "{licence}"
"""


def read_licences() -> dict[str, str]:
    """Return the SPDX expression of each data folder, by its path."""
    found = {}
    for file in sorted((ROOT / "data" / "processed").glob("*/LICENSE")):
        (said,) = re.findall(r"^Licence: (.+)$", file.read_text("utf-8"), re.MULTILINE)
        folder = file.parent.relative_to(ROOT).as_posix()
        found[f"{folder}/**"] = UNKNOWN if said == NONE else said
    return found


def build_expression() -> str:
    """Return the expression of the wheel, which carries the font and all tables."""
    parts = {FONT}
    for said in read_licences().values():
        parts |= {f"({said})"} if " OR " in said else set(said.split(" AND "))
    return " AND ".join([OURS, *sorted(parts - {OURS})])


def build_reuse_text() -> str:
    """Return the text of ``REUSE.toml``."""
    blocks = [HEAD]
    for path, licence in (FILES | read_licences()).items():
        notice = path.replace("**", "OFL.txt" if path in FILES else "LICENSE")
        blocks.append(PART.format(path=path, notice=notice, licence=licence))
    return "".join(blocks)


def main() -> None:
    """Write ``REUSE.toml``, and the expression into ``pyproject.toml``."""
    (ROOT / "REUSE.toml").write_text(build_reuse_text(), "utf-8", newline="\n")
    project = ROOT / "pyproject.toml"
    text = project.read_text("utf-8")
    line = f'license = "{build_expression()}"'
    text = re.sub(r"^license = .*$", line, text, count=1, flags=re.MULTILINE)
    project.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
