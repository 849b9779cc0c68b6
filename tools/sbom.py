"""Software bill of materials: what the lock installs, as CycloneDX.

``make lock`` writes ``requirements/sbom.cdx.json``; licences are those that installed
packages declare.
"""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "run.txt"
BILL = ROOT / "requirements" / "sbom.cdx.json"
PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)


def list_pins() -> list[tuple[str, str]]:
    """Return names and versions of the lock, each once."""
    return list(dict.fromkeys(PIN.findall(LOCK.read_text("utf-8"))))


def describe_package(name: str, version: str) -> dict[str, Any]:
    """Return a package's entry; its licence if that version is installed."""
    entry: dict[str, Any] = {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
    }
    licence = find_licence(name, version)
    return entry | ({"licenses": [{"license": {"name": licence}}]} if licence else {})


def find_licence(name: str, version: str) -> str:
    """Return what an installed package declares as its licence, in a line."""
    try:
        facts = metadata(name)
    except PackageNotFoundError:
        return ""
    if facts["Version"] != version:
        return ""
    classes = [
        one.rpartition(" :: ")[2]
        for one in facts.get_all("Classifier") or ()
        if one.startswith("License :: ") and one.count("::") > 1
    ]
    said = facts["License-Expression"] or " AND ".join(classes) or facts["License"]
    return str(said or "").strip().partition("\n")[0]


def build_bill(old: dict[str, Any]) -> dict[str, Any]:
    """Return the bill; of packages that are not installed, licences of the old one."""
    known = {one["purl"]: one for one in old.get("components", ())}
    parts = [describe_package(*pin) for pin in list_pins()]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    whole = {
        "type": "application",
        "name": project["name"],
        "version": project["version"],
        "licenses": [{"expression": project["license"]}],
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": whole},
        "components": [known.get(one["purl"], {}) | one for one in parts],
    }


def main() -> None:
    """Write the bill of materials."""
    old = json.loads(BILL.read_text("utf-8")) if BILL.is_file() else {}
    text = json.dumps(build_bill(old), ensure_ascii=False, indent=1)
    BILL.write_text(f"{text}\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main()
