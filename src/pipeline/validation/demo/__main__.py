"""Write demo exports to a folder: `python -m pipeline.validation.demo [FOLDER]`."""

import sys
from pathlib import Path

from helpers.paths import RAW
from pipeline.validation.demo.exports import write_demo

if __name__ == "__main__":
    write_demo(Path(sys.argv[1]) if len(sys.argv) > 1 else RAW / "demo")
