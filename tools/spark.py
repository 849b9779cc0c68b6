"""Create an environment with PySpark for the Spark tests, if Java is installed."""

from __future__ import annotations

import shutil
import subprocess

from locked import python_of


def has_java() -> bool:
    """Return whether Java runs on this machine."""
    java = shutil.which("java")
    command = [java or "", "-version"]
    return (
        java is not None
        and not subprocess.run(  # noqa: S603 - a fixed command
            command, capture_output=True, check=False
        ).returncode
    )


def main() -> None:
    """Install PySpark, or say why not."""
    if not has_java():
        print("shequn: no Java here: the Spark tests will be skipped.")
        return
    try:
        python_of("spark")
    except subprocess.CalledProcessError:
        print("shequn: PySpark can't be installed: the Spark tests will be skipped.")


if __name__ == "__main__":
    main()
