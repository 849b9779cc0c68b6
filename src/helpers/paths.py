"""Paths of all folders of the project, defined here only."""

import errno
import os
import sys
from pathlib import Path

_BESIDE = Path(__file__).resolve().parents[1]
_WHEELED = _BESIDE / "shequn_evidence"  # a wheel lays the project's other files here
INSTALLED = _WHEELED.is_dir()  # from a wheel: what came with it is only read
ROOT = _WHEELED if INSTALLED else _BESIDE.parent
RAW = ROOT / "data" / "raw"  # as received; never edited
PROCESSED = ROOT / "data" / "processed"  # text-free tables, one folder a study
NOTEBOOKS = ROOT / "notebooks"  # executed chapters, in English
# everything that can be made again; where we may be strangers, under our own name
BUILD = Path.cwd() / "shequn-build" if INSTALLED else ROOT / "build"


def find_figures_folder() -> Path:
    """Return the folder for this run's figures; ``SHEQUN_FIGURES`` overrides it."""
    return Path(os.environ.get("SHEQUN_FIGURES") or BUILD / "figures")


def list_study_folders() -> list[Path]:
    """List the folders of this run's processed studies, sorted by name.

    ``SHEQUN_STUDIES`` (folders, joined as in ``PATH``) overrides the embedded ones.
    """
    if named := os.environ.get("SHEQUN_STUDIES"):
        return [Path(folder) for folder in named.split(os.pathsep)]
    return sorted(manifest.parent for manifest in PROCESSED.glob("*/manifest.json"))


def find_cache_folder() -> Path:
    """Return the user's cache folder for this project's files.

    ``SHEQUN_CACHE`` overrides it; else it follows each system's custom.
    """
    return _find_user_folder("SHEQUN_CACHE", "XDG_CACHE_HOME", ".cache", "Caches")


def find_config_folder() -> Path:
    """Return the user's folder for permanent files such as the pseudonym key.

    ``SHEQUN_CONFIG`` overrides it; else it follows each system's custom.
    """
    return _find_user_folder(
        "SHEQUN_CONFIG", "XDG_CONFIG_HOME", ".config", "Application Support"
    )


def _find_user_folder(own: str, xdg: str, posix: str, mac: str) -> Path:
    if named := os.environ.get(own):
        return Path(named)
    if sys.platform == "win32":
        return (
            Path(os.environ.get("LOCALAPPDATA") or _find_home()) / "shequn" / posix[1:]
        )
    if sys.platform == "darwin":
        return _find_home() / "Library" / mac / "shequn"
    return Path(os.environ.get(xdg) or _find_home() / posix) / "shequn"


def _find_home() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:  # neither HOME nor an entry among the users
        raise FileNotFoundError(errno.ENOENT, "no home folder is known") from error
