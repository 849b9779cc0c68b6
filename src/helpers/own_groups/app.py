"""`shequn app`: a page of this computer to choose exports and see the report.

It answers on 127.0.0.1 alone, to its own page alone (host, origin and a secret are
checked), reads what was chosen and nothing else, and ends when the page is closed.
"""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from helpers.errors import ShequnError, report_system_errors
from helpers.files import keep_private, lock_folder
from helpers.own_groups.plan import PAGE, PICTURE, PRIVATE
from helpers.own_groups.report.layout import render_template
from helpers.store.progress import OFTEN
from helpers.wording import say
from helpers.wording.terminal import to_system_language

HOST = "127.0.0.1"
LONGEST_SILENCE, GRACE = 90.0, 4.0  # seconds until a closed page ends the program
CHUNK, MOST_BODY = 1 << 20, 1 << 16
MOST_FILES = 20_000
TOO_MANY = say("more than {n:,} files: choose fewer, or a ZIP", n=MOST_FILES)
MOST_NAMED = 100  # files and folders in the command of a run
LEFT_FREE = 1 << 30  # bytes of the disk that uploads leave alone
BACKGROUND = say("this window may stay in the background; closing the page ends it")
NO_PAGE = say("no page? `shequn app --no-browser` prints its address")
ROOM = "shequn-app-"
# every account of a computer reads the words of a command, but not its input
COMMAND = (
    "import json, sys; from helpers.cli import main;"
    " sys.exit(main(json.load(sys.stdin)))"
)
FILES = "files"  # of --exported: each on its file's date
CHOSEN, MEMBERS = "chosen", "members"  # folders of a room
ENDING = ("SIGTERM", "SIGHUP", "SIGBREAK")  # signals, as far as the system has them
HTML = "text/html; charset=utf-8"
SHOWN = MappingProxyType({PAGE: HTML, PICTURE: "image/png", PRIVATE: HTML})
HEADERS = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline';"
        " script-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:;"
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
        self.room = Path(tempfile.mkdtemp(prefix=ROOM))
        inside = re.escape(f"{self.room}{os.sep}")
        sep = re.escape(os.sep)
        self._room_named = re.compile(
            f"{inside}(?:{MEMBERS}{sep}|{CHOSEN}{sep}(?:[0-9]+{sep})?)"
        )
        self._lock = ExitStack()  # a room that nobody locks is left from a crash
        self._lock.enter_context(lock_folder(self.room))
        self.home = home
        self.out: Path | None = None
        self.lines: list[str] = []
        self.step, self.at, self.of = "", 0, 0
        self.code: int | None = None
        self.files = 0
        self.seen = time.monotonic()
        self.closing: float | None = None
        self.opener: Path | None = None  # a page that leads to ours, with the secret
        self._process: subprocess.Popen[str] | None = None

    @property
    def is_over(self) -> bool:
        """Whether the page has been closed, or not been heard of for long."""
        now = time.monotonic()
        closed = self.closing is not None and now - self.closing > GRACE
        return closed or now - self.seen > LONGEST_SILENCE

    def meet(self) -> None:
        """Note that the page is open."""
        self.seen, self.closing = time.monotonic(), None

    def place(self, name: str, folder: str = CHOSEN) -> Path:
        """Return where a chosen file is stored: never outside, by any name."""
        parts = PurePosixPath(name.replace("\\", "/")).parts
        kept = [re.sub(r'[<>:"|?*\x00-\x1f/]', "_", part) for part in parts]
        kept = [part for part in kept if part.strip(". ")]
        if not kept:
            raise ValueError(name)
        return self.room / folder / Path(*kept)

    def explain_refusal(self, size: int) -> str:
        """Return why a file of so many bytes is not taken, or an empty text."""
        if self.files >= MOST_FILES:
            return TOO_MANY
        if size > shutil.disk_usage(self.room).free - LEFT_FREE:
            return say("the disk has no room for a copy of this file")
        return ""

    def start_over(self) -> None:
        """Forget what was chosen before: the next files make a report of their own."""
        self.stop_run()
        self._drop_unfinished()
        for folder in (CHOSEN, MEMBERS):
            shutil.rmtree(self.room / folder, ignore_errors=True)
        self.out, self.files, self.code, self.lines = None, 0, None, []

    def start(self, options: dict[str, Any]) -> None:
        """Start `shequn run` on the chosen files, in a process of its own."""
        if self._process is not None and self._process.poll() is None:
            return
        if self.out is None:
            stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
            self.out = self.home / stamp
        self.lines, self.code, self.step, self.at, self.of = [], None, "", 0, 0
        language = "zh_CN.UTF-8" if options.get("language") == "zh" else "en_US.UTF-8"
        # the language of messages only: the whole of a locale that is not installed
        # would be C, in which Python cannot start below a folder with a Chinese name
        environment = dict(os.environ) | {OFTEN: "1", "PYTHONUTF8": "1"}
        if whole := environment.pop("LC_ALL", ""):
            environment["LC_CTYPE"] = whole
        environment["LC_MESSAGES"] = language
        self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            [sys.executable, "-c", COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
        )
        if self._process.stdin is not None:
            # what ends before it reads them is told by its code
            with suppress(BrokenPipeError), self._process.stdin as words:
                words.write(json.dumps([*self._list_words(options, self.out)]))
        threading.Thread(target=self._follow, args=[self._process], daemon=True).start()

    def _list_words(self, options: dict[str, Any], out: Path) -> Iterator[str]:
        """Yield the words of the command: nothing that the page wrote, unchecked."""
        yield "run"
        yield from (*map(str, self._list_chosen()), "-o", str(out))
        if zone := str(options.get("zone") or ""):
            yield f"--zone={zone}"  # one word: the run says if there is no such zone
        told = str(options.get("exported"))
        if told == FILES:
            yield from ("--exported", FILES)
        with suppress(ValueError):
            yield from ("--exported", date.fromisoformat(told).isoformat())
        for path in sorted((self.room / MEMBERS).glob("*")):
            yield from ("--members", str(path))
        for name in ("mine", "names", "picture"):
            yield from [f"--{name}"] * bool(options.get(name))

    def _list_chosen(self) -> list[Path]:
        """List what was chosen; of very many files, the folders that they are in."""
        # a table without groups is named after its file: none of our folders is given
        batches = sorted((self.room / CHOSEN).glob("*"))
        chosen = [
            one
            for batch in batches
            for one in (sorted(batch.iterdir()) if batch.is_dir() else [batch])
        ]
        return chosen if len(chosen) <= MOST_NAMED else batches

    def _follow(self, process: subprocess.Popen[str]) -> None:
        with process:
            for said in process.stdout or ():
                line = self._room_named.sub("", said)  # as the user knows the file
                if step := _STEP.fullmatch(line.rstrip("\n")):
                    self.at, self.of, self.step = int(step[1]), int(step[2]), step[3]
                else:
                    self.lines.append(line.rstrip("\n"))
        self.code = process.returncode

    def describe(self) -> dict[str, Any]:
        """Return how far the run is, for the page."""
        done = self.code == 0 and self.out is not None
        pages = [n for n in SHOWN if done and self.out and (self.out / n).is_file()]
        told = {name: getattr(self, name) for name in ("step", "at", "of", "code")}
        folder = str(self.out) if done else ""
        return told | {"lines": self.lines[-40:], "pages": pages, "folder": folder}

    def stop_run(self) -> None:
        """Stop the run if it is still on."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()

    def _drop_unfinished(self) -> None:
        """Delete the output folder of a run that wrote no page."""
        if self.out is not None and not (self.out / PAGE).is_file():
            shutil.rmtree(self.out, ignore_errors=True)

    def delete_report(self) -> None:
        """Delete the report with all records, and the copies of the chosen files."""
        out = self.out
        self.start_over()
        if out is not None:
            shutil.rmtree(out, ignore_errors=True)

    def forget_opener(self) -> None:
        """Delete the page that led to ours, once it did."""
        if self.opener is not None:
            self.opener.unlink(missing_ok=True)
            self.opener = None

    def end(self) -> None:
        """Stop the run if it is still on, and delete the copies of the chosen files."""
        self.stop_run()
        self._drop_unfinished()
        self._lock.close()
        shutil.rmtree(self.room, ignore_errors=True)
        self.forget_opener()


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "shequn", ""

    def handle_one_request(self) -> None:
        """Answer a request, with a sentence where the system refuses what it needs."""
        try:
            with report_system_errors():
                super().handle_one_request()
        except ShequnError as error:
            self.refuse(error.message, HTTPStatus.INTERNAL_SERVER_ERROR)

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        session = self.server.session
        if not self._is_ours(writes=False):
            self._answer(HTTPStatus.FORBIDDEN)
        elif path == f"/{session.secret}/":
            session.forget_opener()
            page = render_template("app.html.j2", most=MOST_FILES, too_many=TOO_MANY)
            self._answer(HTTPStatus.OK, page.encode(), HTML)
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
            self._save(parse_qs(parts.query))
        else:
            self._answer(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        path, session = urlsplit(self.path).path, self.server.session
        lists = session.room / MEMBERS  # the page sends those that are still chosen
        acts: dict[str, Callable[[], object]] = {
            f"/{session.secret}/new": session.start_over,
            f"/{session.secret}/more": lambda: shutil.rmtree(lists, ignore_errors=True),
            f"/{session.secret}/delete": session.delete_report,
        }
        if not self._is_ours(writes=True):
            self._answer(HTTPStatus.FORBIDDEN)
        elif path == f"/{session.secret}/run":
            self._run(session)
        elif path in acts:
            session.meet()
            self.close_connection = True  # a body, if there is one, is not read
            acts[path]()
            self._answer_json(session.describe())
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
        # the file that leads to the page is another site, to a browser
        is_opened = self.headers.get("Sec-Fetch-Dest") == "document" and not writes
        site = self.headers.get("Sec-Fetch-Site")
        if site in {"cross-site", "same-site"} and not is_opened:
            return False
        if origin is None:
            return not writes
        return origin in {f"http://{host}" for host in hosts}

    def _run(self, session: Session) -> None:
        length = self.headers.get("Content-Length", "")
        options = None
        if length.isdecimal() and int(length) <= MOST_BODY:
            with suppress(ValueError, RecursionError):
                options = json.loads(self.rfile.read(int(length)))
        if not isinstance(options, dict):
            self._answer(HTTPStatus.BAD_REQUEST)
            return
        session.meet()
        session.start(options)
        self._answer_json(session.describe())

    def _save(self, asked: dict[str, list[str]]) -> None:
        session = self.server.session
        try:
            folder = MEMBERS if asked.get("as") == [MEMBERS] else CHOSEN
            path = session.place(asked.get("name", [""])[0], folder)
            left = int(self.headers.get("Content-Length", ""))
            changed = int(asked.get("changed", ["0"])[0]) / 1000  # as browsers say it
            datetime.fromtimestamp(changed, UTC)  # raises if it is no day
        except (ValueError, OverflowError, OSError):
            self._answer(HTTPStatus.BAD_REQUEST)
            return
        session.meet()
        if why := session.explain_refusal(left):
            self.refuse(why, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        try:
            left = self._write(path, left)
            if changed > 0:  # the day of the file, not that of this copy
                os.utime(path, (changed, changed))
        except OSError as error:
            with suppress(OSError):  # as its name is too long
                path.unlink(missing_ok=True)
            full = to_system_language(say("the disk is full or cannot be written"))
            self.refuse(f"{full} ({error.strerror})", HTTPStatus.INSUFFICIENT_STORAGE)
            return
        if left:
            path.unlink(missing_ok=True)
            self._answer(HTTPStatus.BAD_REQUEST)
            return
        session.files += 1
        self._answer_json({"saved": True})

    def _write(self, path: Path, left: int) -> int:
        """Write the body of a request to a file; return how many bytes are missing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            while left > 0 and (data := self.rfile.read(min(left, CHUNK))):
                file.write(data)
                left -= len(data)
                self.server.session.meet()
        return left

    def refuse(self, why: str, status: HTTPStatus) -> None:
        """Answer why something was not done, in the language of the system."""
        self._answer_json({"error": to_system_language(why)}, status)

    def _show(self, name: str) -> None:
        out = self.server.session.out
        if name in SHOWN and out is not None and (out / name).is_file():
            self._answer(HTTPStatus.OK, (out / name).read_bytes(), SHOWN[name])
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


def clear_stale_rooms() -> None:
    """Delete copies that a program left behind when the computer was switched off."""
    rooms = Path(tempfile.gettempdir()).glob(f"{ROOM}*")
    for room in (path for path in rooms if path.is_dir() and not path.is_symlink()):
        with suppress(ShequnError, OSError), lock_folder(room):
            shutil.rmtree(room, ignore_errors=True)


def open_server(port: int = 0, home: Path | None = None) -> _Server:
    """Open the page's server on this computer; the caller serves and closes it."""
    clear_stale_rooms()
    session = Session(home or Path.home() / "shequn-report")
    try:
        return _Server(port, session)
    except (OSError, OverflowError) as error:
        session.end()
        raise ShequnError(
            say("port {port} cannot be used", port=port),
            remedy=say("leave --port out, or choose another one"),
        ) from error


def write_opener(session: Session, address: str) -> Path:
    """Write a page that leads to an address, which other accounts can't read.

    A browser's command line is read by every account of a computer; a file is not.
    """
    session.home.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(".html", "open-", session.home)  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(
            '<!doctype html><meta charset="utf-8"><title>Shequn · 社群实证</title>'
            f'<meta name="referrer" content="no-referrer">'
            f'<meta http-equiv="refresh" content="0; url={address}">'
            f'<a href="{address}">Shequn · 社群实证</a>\n'
        )
    session.opener = Path(name)
    return session.opener


def serve_app(
    *, port: int = 0, browser: bool = True, report: Callable[[str], object] = print
) -> None:
    """Serve the page until it is closed, or Ctrl-C or a signal ends the program."""
    for name in ENDING:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda nth, _: sys.exit(128 + nth))
    with keep_private(), open_server(port) as server:
        session = server.session
        try:
            address = f"http://{HOST}:{server.server_address[1]}/{session.secret}/"
            page = write_opener(session, address) if browser else None
            if page is None or not webbrowser.open(page.as_uri()):
                session.forget_opener()
                report(address)
            is_opened = session.opener is not None
            for line in (BACKGROUND, *[NO_PAGE] * is_opened):
                report(to_system_language(line))
            server.serve_forever()
        finally:
            session.end()
