"""Archives are fetched whole and checked, or one sentence says what happened."""

import http.server
import re
import threading
import zipfile
from functools import partial

import pytest

from helpers.errors import ShequnError
from helpers.store import fetching


class _Server(http.server.BaseHTTPRequestHandler):
    """Serve one file; break off after some bytes as often as it is told to."""

    def __init__(self, content, breaks, *rest):
        self.content, self.breaks = content, breaks
        super().__init__(*rest)

    def do_GET(self):
        start = int((re.findall(r"\d+", self.headers.get("Range", "")) or [0])[0])
        part = self.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        sent = part[: self.breaks.pop()] if self.breaks else part
        self.wfile.write(sent)

    def log_message(self, *_):
        """Print nothing."""


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Return a function that serves an archive and records its checksum."""
    monkeypatch.setenv("SHEQUN_CACHE", str(tmp_path / "cache"))
    servers = []

    def start(*, breaks=(), checksum=None):
        files = tmp_path / "files"
        files.mkdir()
        for name in ("b.log", "a.log"):
            (files / name).write_text(name * 5000, "utf-8")
        packed = tmp_path / "archive.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            for file in files.iterdir():
                archive.write(file, f"top/{file.name}")
            archive.writestr("top/other.txt", "not kept")
        handler = partial(_Server, packed.read_bytes(), list(breaks))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        facts = {
            "title": "a log",
            "address": f"http://127.0.0.1:{server.server_port}/a.zip",
            "keep": "*.log",
            "to": "log/raw",
            "sha256": checksum or fetching.compute_checksum_of_all(files),
        }
        monkeypatch.setattr(fetching, "list_archives", lambda: {"log": facts})
        return packed, files

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _fetch(folder, **options):
    said = []
    options.setdefault("report", lambda text: said.append(str(text)))
    return fetching.fetch_archive("log", folder, **options), said


def test_files_are_fetched_and_kept_by_pattern(serve, tmp_path):
    """And a second call fetches nothing."""
    serve()
    folder, _ = _fetch(tmp_path / "raw")
    assert sorted(file.name for file in folder.iterdir()) == ["a.log", "b.log"]
    _, said = _fetch(tmp_path / "raw")
    assert len(said) == 1
    assert "already" in said[0]


def test_download_that_broke_off_goes_on(serve, tmp_path):
    """What had come is kept, and the next call asks for the rest."""
    serve(breaks=[1000])
    with pytest.raises(ShequnError, match=r"broke off.*run it again"):
        _fetch(tmp_path / "raw")
    assert not (tmp_path / "raw" / "log").exists()
    assert (tmp_path / "cache" / "log.partial").stat().st_size == 1000
    folder, _ = _fetch(tmp_path / "raw")
    assert len([*folder.iterdir()]) == 2


def test_other_files_than_recorded_are_not_written(serve, tmp_path):
    """An archive that was changed would be measured under the old name."""
    serve(checksum="0" * 64)
    with pytest.raises(ShequnError, match="not the recorded files"):
        _fetch(tmp_path / "raw")
    assert not (tmp_path / "raw" / "log" / "raw").exists()


@pytest.mark.parametrize("given", ["archive.zip", "files"])
def test_archive_that_is_there_needs_no_network(serve, tmp_path, given):
    """Its ZIP, or a folder with its files."""
    serve(breaks=[0, 0])
    folder, _ = _fetch(tmp_path / "raw", source=tmp_path / given)
    assert len([*folder.iterdir()]) == 2


def test_no_network_is_a_sentence(serve, tmp_path, monkeypatch):
    """Not a traceback of urllib."""
    serve()
    facts = fetching.list_archives()["log"] | {"address": "http://127.0.0.1:9/a.zip"}
    monkeypatch.setattr(fetching, "list_archives", lambda: {"log": facts})
    with pytest.raises(ShequnError, match=r"broke off.*--from"):
        _fetch(tmp_path / "raw")


def test_mistyped_name_is_told_the_nearest(tmp_path):
    """With the list of those that there are."""
    with pytest.raises(ShequnError, match="gzlug"):
        fetching.fetch_archive("gzlog", tmp_path)
