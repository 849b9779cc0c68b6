"""Write demo chat exports to a folder: `python -m helpers.demo [FOLDER]`."""

import sys
from pathlib import Path

from helpers.demo.exports import write_demo
from helpers.paths import RAW

if __name__ == "__main__":
    write_demo(Path(sys.argv[1]) if len(sys.argv) > 1 else RAW / "demo")
