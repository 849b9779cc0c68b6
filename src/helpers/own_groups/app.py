"""`shequn app`: a page of this computer to choose exports and see the report.

It answers on 127.0.0.1 alone, to its own page alone (host, origin and a secret are
checked), reads what was chosen and nothing else, and ends when the page is closed.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import available_timezones

from helpers.errors import ShequnError
from helpers.own_groups.page import NAME, PRIVATE
from helpers.study.store.progress import OFTEN
from helpers.wording import say
from helpers.wording.terminal import to_system_language

HOST = "127.0.0.1"
LONGEST_SILENCE, GRACE = 90.0, 4.0  # seconds until a closed page ends the program
CHUNK, MOST_BODY = 1 << 20, 1 << 16
SHOWN = (NAME, PRIVATE)
HEADERS = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline';"
        " script-src 'self' 'unsafe-inline'; connect-src 'self'; img-src data:;"
        " frame-src 'self'; form-action 'none'; frame-ancestors 'self';"
        " base-uri 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
)
_STEP = re.compile(r"\[(\d+)/(\d+)\] (.*)")


class Session:
    """What the page chose, the run it started, and whether the page is still open."""

    def __init__(self, home: Path) -> None:
        self.secret = secrets.token_urlsafe(24)
        self.room = Path(tempfile.mkdtemp(prefix="shequn-app-"))
        self.home = home
        self.out: Path | None = None
        self.lines: list[str] = []
        self.step, self.at, self.of = "", 0, 0
        self.code: int | None = None
        self.seen = time.monotonic()
        self.closing: float | None = None
        self._process: subprocess.Popen[str] | None = None

    @property
    def is_over(self) -> bool:
        """Whether the page has been closed, or not been heard of for long."""
        now = time.monotonic()
        if self.closing is not None and now - self.closing > GRACE:
            return True
        return now - self.seen > LONGEST_SILENCE

    def meet(self) -> None:
        """Note that the page is open."""
        self.seen, self.closing = time.monotonic(), None

    def place(self, name: str) -> Path:
        """Return where a chosen file is stored: never outside, by any name."""
        parts = PurePosixPath(name.replace("\\", "/")).parts
        kept = [re.sub(r'[<>:"|?*\x00-\x1f/]', "_", part) for part in parts]
        kept = [part for part in kept if part.strip(". ")]
        if not kept:
            raise ValueError(name)
        return self.room / "chosen" / Path(*kept)

    def start(self, options: dict[str, Any]) -> None:
        """Start `shequn run` on the chosen files, in a process of its own."""
        if self._process is not None and self._process.poll() is None:
            return
        self.out = self.home / datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        self.lines, self.code, self.step, self.at, self.of = [], None, "", 0, 0
        words = [sys.executable, "-m", "helpers.cli", "run"]
        words += [str(self.room / "chosen"), "-o", str(self.out)]
        zone = str(options.get("zone") or "")
        if zone in available_timezones():
            words += ["--zone", zone]
        with suppress(ValueError):
            day = date.fromisoformat(str(options.get("exported")))
            words += ["--exported", day.isoformat()]
        words += ["--mine"] * bool(options.get("mine"))
        language = "zh_CN.UTF-8" if options.get("language") == "zh" else "en_US.UTF-8"
        environment = os.environ | {OFTEN: "1", "PYTHONUTF8": "1", "LC_ALL": language}
        self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            words,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
        )
        threading.Thread(target=self._follow, args=[self._process], daemon=True).start()

    def _follow(self, process: subprocess.Popen[str]) -> None:
        with process:
            copies = str(self.room / "chosen") + os.sep
            for said in process.stdout or ():
                line = said.replace(copies, "")  # as the user knows the file
                if step := _STEP.fullmatch(line.rstrip("\n")):
                    self.at, self.of, self.step = int(step[1]), int(step[2]), step[3]
                else:
                    self.lines.append(line.rstrip("\n"))
        shutil.rmtree(self.room / "chosen", ignore_errors=True)
        self.code = process.returncode

    def describe(self) -> dict[str, Any]:
        """Return how far the run is, for the page."""
        done = self.code == 0 and self.out is not None
        pages = [n for n in SHOWN if done and self.out and (self.out / n).is_file()]
        told = {name: getattr(self, name) for name in ("step", "at", "of", "code")}
        folder = str(self.out) if done else ""
        return told | {"lines": self.lines[-40:], "pages": pages, "folder": folder}

    def end(self) -> None:
        """Stop the run if it is still on, and delete the copies of the chosen files."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
        shutil.rmtree(self.room, ignore_errors=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "shequn", ""

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        session = self.server.session
        if not self._is_ours(writes=False):
            self._answer(HTTPStatus.FORBIDDEN)
        elif path == f"/{session.secret}/":
            page = files(__package__).joinpath("app.html").read_bytes()
            self._answer(HTTPStatus.OK, page, "text/html; charset=utf-8")
        elif path == f"/{session.secret}/status":
            session.meet()
            self._answer_json(session.describe())
        elif path.startswith(f"/{session.secret}/report/"):
            self._show(path.rpartition("/")[2])
        else:
            self._answer(HTTPStatus.NOT_FOUND)

    def do_PUT(self) -> None:
        parts = urlsplit(self.path)
        if not self._is_ours(writes=True):
            self._answer(HTTPStatus.FORBIDDEN)
        elif parts.path == f"/{self.server.session.secret}/file":
            self._save(parse_qs(parts.query).get("name", [""])[0])
        else:
            self._answer(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        path, session = urlsplit(self.path).path, self.server.session
        if not self._is_ours(writes=True):
            self._answer(HTTPStatus.FORBIDDEN)
        elif path == f"/{session.secret}/run":
            self._run(session)
        elif path == f"/{session.secret}/close":
            session.closing = time.monotonic()
            self._answer(HTTPStatus.NO_CONTENT)
        else:
            self._answer(HTTPStatus.NOT_FOUND)

    def _is_ours(self, *, writes: bool) -> bool:
        """Return whether a request is from our own page, and not another site's."""
        port = self.server.server_address[1]
        hosts = {f"{HOST}:{port}", f"localhost:{port}"}
        origin = self.headers.get("Origin")
        if self.headers.get("Host") not in hosts:
            return False
        if self.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
            return False
        if origin is None:
            return not writes
        return origin in {f"http://{host}" for host in hosts}

    def _run(self, session: Session) -> None:
        length = self.headers.get("Content-Length", "")
        options = None
        if length.isdecimal() and int(length) <= MOST_BODY:
            with suppress(ValueError):
                options = json.loads(self.rfile.read(int(length)))
        if not isinstance(options, dict):
            self._answer(HTTPStatus.BAD_REQUEST)
            return
        session.meet()
        session.start(options)
        self._answer_json(session.describe())

    def _save(self, name: str) -> None:
        session = self.server.session
        try:
            path = session.place(name)
            left = int(self.headers.get("Content-Length", ""))
        except ValueError:
            self._answer(HTTPStatus.BAD_REQUEST)
            return
        session.meet()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                while left > 0 and (data := self.rfile.read(min(left, CHUNK))):
                    file.write(data)
                    left -= len(data)
                    session.meet()
        except OSError as error:
            with suppress(OSError):  # as its name is too long
                path.unlink(missing_ok=True)
            full = to_system_language(say("the disk is full or cannot be written"))
            what = {"error": f"{full} ({error.strerror})"}
            self._answer_json(what, HTTPStatus.INSUFFICIENT_STORAGE)
            return
        if left:
            path.unlink(missing_ok=True)
            self._answer(HTTPStatus.BAD_REQUEST)
            return
        self._answer_json({"saved": True})

    def _show(self, name: str) -> None:
        out = self.server.session.out
        if name in SHOWN and out is not None and (out / name).is_file():
            page = (out / name).read_bytes()
            self._answer(HTTPStatus.OK, page, "text/html; charset=utf-8")
        else:
            self._answer(HTTPStatus.NOT_FOUND)

    def _answer_json(self, values: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        text = json.dumps(values, ensure_ascii=False).encode()
        self._answer(status, text, "application/json")

    def _answer(
        self, status: HTTPStatus, body: bytes = b"", kind: str = "text/plain"
    ) -> None:
        if status >= HTTPStatus.BAD_REQUEST:
            self.close_connection = True  # what else was sent is not read
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Log nothing: addresses contain the secret, and names of files."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, session: Session) -> None:
        self.session = session
        super().__init__((HOST, port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a connection that the browser dropped."""

    def service_actions(self) -> None:
        """End the program some seconds after its page was closed."""
        if self.session.is_over:
            threading.Thread(target=self.shutdown, daemon=True).start()


def open_server(port: int = 0, home: Path | None = None) -> _Server:
    """Open the page's server on this computer; the caller serves and closes it."""
    session = Session(home or Path.home() / "shequn-report")
    try:
        return _Server(port, session)
    except (OSError, OverflowError) as error:
        session.end()
        raise ShequnError(
            say("port {port} cannot be used", port=port),
            remedy=say("leave --port out, or choose another one"),
        ) from error


def serve_app(
    *, port: int = 0, browser: bool = True, report: Callable[[str], object] = print
) -> None:
    """Serve the page until it is closed, or the user presses Ctrl-C."""
    with open_server(port) as server:
        address = f"http://{HOST}:{server.server_address[1]}/{server.session.secret}/"
        opened = browser and webbrowser.open(address)
        if not opened:
            report(address)
        said = say("this window may stay in the background; closing the page ends it")
        report(to_system_language(said))
        try:
            server.serve_forever()
        finally:
            server.session.end()
