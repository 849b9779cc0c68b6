"""Build the Python environment in .venv from one locked group of packages.

Only the standard library, and only syntax that an outdated Python still parses:
whoever starts this with the wrong Python must read a sentence, not a traceback.
"""

import hashlib
import os
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 14)
NEEDED_GB = {"run": 2.0, "test": 2.5, "spark": 3.0}
ANNOUNCED = {
    "run": "about 0.4 GB to download, at most 1.2 GB on disk",
    "test": "about 0.1 GB more to download, 0.4 GB more on disk",
    "spark": "about 0.5 GB more to download, 0.5 GB more on disk",
}
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
SCRIPTS = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
LOG = os.path.join(ROOT, "build", "install.log")


def stop(sentence):
    """Exit with one clear sentence."""
    sys.stderr.write("shequn: %s\n" % sentence)
    raise SystemExit(1)


def check_python(version):
    """Exit if the locked packages do not support this Python version."""
    found = "%d.%d" % version[:2]
    wanted = "%d.%d to %d.%d" % (OLDEST + NEWEST)
    if version[:2] < OLDEST:
        stop(
            "Python %s is too old: install Python %s and run "
            "`make PYTHON=python3.12`." % (found, wanted)
        )
    if version[:2] > NEWEST:
        stop(
            "Python %s is too new for the locked packages: install Python %s and "
            "run `make PYTHON=python3.12`." % (found, wanted)
        )


def check_venv():
    """Exit if this Python cannot create virtual environments."""
    try:
        import ensurepip  # noqa: F401, PLC0415 - looked for, not used
        import venv  # noqa: F401, PLC0415 - looked for, not used
    except ImportError:
        stop(
            "this Python has no `venv` module: install it "
            "(Debian and Ubuntu: `apt install python3-venv`) and run make again."
        )


def check_folder():
    """Exit if this folder can't be written to."""
    if not os.access(ROOT, os.W_OK):
        stop(
            "this folder is only read: copy the project to a folder of yours and run "
            "make there. (%s)" % ROOT
        )


def check_disk(group):
    """Exit if the disk is too full for the packages."""
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < NEEDED_GB[group]:
        stop(
            "%.1f GB are free here but %.1f GB are needed: free some disk space "
            "and run make again." % (free, NEEDED_GB[group])
        )


def explain(log):
    """Summarise the installer's output in one sentence."""
    low = log.lower()
    if "no space left" in low:
        return "the disk is full: free some space and run make again."
    if "hashes" in low and "do not match" in low:
        return "a package differs from the lock's checksum: nothing was installed."
    unreachable = (
        "connection",
        "temporary failure",
        "name resolution",
        "network is unreachable",
        "timed out",
        "proxyerror",
    )
    if any(sign in low for sign in unreachable):
        return (
            "the package index can't be reached: check the network (or proxy) "
            "and run make again; what was downloaded is kept."
        )
    last = [line for line in log.splitlines() if line.strip()][-1:]
    return "installing failed (%s): see build/install.log." % (last or ["no output"])[0]


def is_usable(python):
    """Return whether an environment has this Python, and pip."""
    probe = "import pip, sys; print(sys.version)"
    try:
        found = subprocess.check_output((python, "-c", probe), stderr=subprocess.STDOUT)
    except (OSError, subprocess.CalledProcessError):
        return False
    return found.decode("utf-8", "replace").strip() == sys.version.strip()


def run(*command):
    """Run a command with its output in a log; exit if it fails."""
    with open(LOG, "ab") as log:
        code = subprocess.call(command, stdout=log, stderr=subprocess.STDOUT)
    if code:
        with open(LOG, "rb") as log:
            stop(explain(log.read().decode("utf-8", "replace")))


def install(group):
    """Install one locked group of packages, and this project, into .venv."""
    python = os.path.join(SCRIPTS, "python")
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install")
    run(
        *(
            pip
            + (
                "--require-hashes",
                "-r",
                os.path.join(ROOT, "requirements", group + ".txt"),
            )
        )
    )
    run(*(pip + ("--no-deps", "--no-build-isolation", "-e", ROOT)))


def stamp_of(group):
    """Return the stamp file of a package group, and its expected content."""
    digest = hashlib.sha256(sys.version.encode())
    for name in (os.path.join("requirements", group + ".txt"), "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return os.path.join(VENV, group + ".stamp"), digest.hexdigest()


def in_place(stamp, digest):
    """Return whether the stamp file says that the group is installed."""
    if not os.path.exists(stamp):
        return False
    with open(stamp) as file:
        return file.read() == digest


def main(group):
    """Make .venv match one locked group of packages."""
    check_python(tuple(sys.version_info))
    stamp, digest = stamp_of(group)
    usable = is_usable(os.path.join(SCRIPTS, "python"))
    if usable and in_place(stamp, digest):
        os.utime(stamp, None)
        return
    check_folder()
    check_venv()
    check_disk(group)
    if not os.path.isdir(os.path.dirname(LOG)):
        os.makedirs(os.path.dirname(LOG))
    open(LOG, "wb").close()
    sys.stderr.write(
        "shequn: installing the %s group: %s ...\n" % (group, ANNOUNCED[group])
    )
    if not usable:
        if os.path.isdir(VENV):
            sys.stderr.write("shequn: .venv is not whole, or of another Python: anew\n")
        run(sys.executable, "-m", "venv", "--clear", VENV)
    install(group)
    with open(stamp, "w") as file:
        file.write(digest)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except (IOError, OSError) as error:
        stop("%s: mend that and run make again." % error)
