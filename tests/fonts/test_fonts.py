"""Our face draws Chinese on a machine without fonts."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from helpers import fonts

LOW = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
PAIRS = {  # every character of level 1 and 2, byte by byte
    "gb2312": [
        b for h in range(0xB0, 0xF8) for low in range(0xA1, 0xFF) for b in (h, low)
    ],
    "big5": [b for h in range(0xA4, 0xFA) for low in LOW for b in (h, low)],
}
BARE = """
import sys
from matplotlib import font_manager
font_manager.fontManager.ttflist.clear()  # as on a machine without fonts
from helpers.figures import style
from matplotlib.figure import Figure
with style.apply_style():
    figure = Figure()
    figure.suptitle("沉默：消息数、潜水者，「社群」")
    figure.savefig(sys.argv[1], format="png", dpi=72)
"""


def test_the_face_covers_both_character_sets():
    """All of GB 2312 and Big5 and the symbols of our figures are there."""
    known = TTFont(fonts.FILE).getBestCmap().keys()
    for encoding, pairs in PAIRS.items():
        text = bytes(pairs).decode(encoding, errors="ignore")
        assert len(set(text)) > 6000
        assert not {c for c in text if ord(c) not in known}
    assert not set(map(ord, "誰為臺灣−≥≤×·–—…→°±◆▲■●○◇\u202f\u2009")) - known


def test_font_family_name_does_not_clash_with_noto():
    """No installed face shares the name, or matplotlib would mix the two."""
    names = TTFont(fonts.FILE)["name"]
    assert names.getDebugName(1) == fonts.FAMILY
    assert "Noto" not in {str(names.getDebugName(number)) for number in (1, 3, 4, 6)}


def test_the_checksum_is_that_of_the_file():
    """The font that was shipped is the font that is read."""
    shipped = fonts.FILE.with_name("SHA256").read_text(encoding="utf-8").split()[0]
    assert hashlib.sha256(fonts.FILE.read_bytes()).hexdigest() == shipped


def test_chinese_is_drawn_without_installed_fonts(tmp_path):
    """With an empty font list and warnings as errors, Chinese is drawn."""
    picture = tmp_path / "a.png"
    command = [sys.executable, "-W", "error", "-c", BARE, str(picture)]
    subprocess.run(command, env=os.environ | {"HOME": str(tmp_path)}, check=True)
    assert picture.stat().st_size > 1000


@pytest.mark.long
def test_font_script_reproduces_the_committed_font(tmp_path, monkeypatch):
    """Debian's package and our script give the file in the repository."""
    import runpy

    from helpers import paths

    source = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
    if not source.exists():
        pytest.skip("Debian's fonts-noto-cjk is not installed")
    monkeypatch.setattr(fonts, "FILE", tmp_path / fonts.FILE.name)
    runpy.run_path(str(paths.ROOT / "tools" / "make_font.py"), run_name="__main__")
    made = (tmp_path / "SHA256").read_text(encoding="utf-8")
    assert made == (paths.ROOT / "src/helpers/fonts/SHA256").read_text("utf-8")
