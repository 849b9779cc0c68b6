"""`shequn app` answers its own page alone, and reads what was chosen and no more."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from helpers.own_groups.app import (
    HOST,
    SHOWN,
    clear_stale_rooms,
    open_server,
    write_opener,
)
from helpers.own_groups.opened import open_run
from tests.own_groups.test_shared_cases import CASES, COUNTS

LINES = "time,sender,text\n" + "".join(
    f"2024-01-{1 + n % 28:02d}T10:00:00Z,Zebulon{n % 3},hello {n}\n" for n in range(60)
)


@contextmanager
def _serve(home):
    with open_server(home=home) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            server.session.end()


@pytest.fixture
def server(tmp_path):
    """Return a running server whose reports go to a folder of the test."""
    with _serve(tmp_path / "kept") as running:
        yield running


def _ask(server, method, path, body=None, **headers):
    port = server.server_address[1]
    line = http.client.HTTPConnection(HOST, port, timeout=30)
    own = {"Origin": f"http://{HOST}:{port}"} | headers
    given = {name: value for name, value in own.items() if value is not None}
    with closing(line):
        line.request(method, f"/{server.session.secret}/{path}", body, given)
        answer = line.getresponse()
        return answer.status, answer.read()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": None},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_other_pages_cannot_make_it_run(server, headers):
    """A web page elsewhere sends requests to 127.0.0.1, or to a name that means it."""
    for method, path in (
        ("POST", "run"),
        ("PUT", "file?name=a.csv"),
        ("POST", "close"),
    ):
        assert _ask(server, method, path, b"{}", **headers)[0] == 403
    assert not (server.session.room / "chosen").exists()


def test_without_the_secret_nothing_is_shown(server):
    """Another program of this computer can reach the port."""
    line = http.client.HTTPConnection(HOST, server.server_address[1])
    for path in ("/", "/status", "/report/your-groups.html"):
        line.request("GET", path)
        answer = line.getresponse()
        assert (answer.status, answer.read()) == (404, b"")
        line.close()


@pytest.mark.parametrize("name", ["../../etc/x.csv", "/abs/x.csv", "a\\..\\..\\x.csv"])
def test_files_stay_in_the_room(server, name):
    """A name with dots wrote outside of the folder."""
    path = server.session.place(name)
    assert path.resolve().is_relative_to((server.session.room / "chosen").resolve())


def test_other_files_of_the_report_are_not_served(server, tmp_path):
    """Only the two pages are shown, wherever the report is."""
    server.session.out = tmp_path
    (tmp_path / "groups.csv").write_text("Zebulon", "utf-8")
    for name in ("groups.csv", "..%2Fgroups.csv", "store/manifest.jsonl"):
        assert _ask(server, "GET", f"report/{name}")[0] == 404


def test_a_chosen_export_becomes_a_report_without_names(server):
    """From the choice to the report; the copy goes, and no answer holds a name."""
    assert _ask(server, "PUT", "file?name=0/log.csv", LINES.encode())[0] == 200
    answers = [_ask(server, "POST", "run", json.dumps({"zone": "UTC"}).encode())[1]]
    until = time.monotonic() + 120
    while time.monotonic() < until:
        answers.append(_ask(server, "GET", "status")[1])
        if json.loads(answers[-1])["code"] is not None:
            break
        time.sleep(0.3)
    done = json.loads(answers[-1])
    assert (done["code"], done["pages"]) == (0, ["your-groups.html"])
    status, page = _ask(server, "GET", "report/your-groups.html")
    answers.append(page)
    assert status == 200
    assert "你的群" in page.decode()
    assert not any(b"Zebulon" in answer for answer in answers)
    out = server.session.out
    assert _ask(server, "POST", "delete", b"{}")[0] == 200
    assert not out.exists()
    assert not (server.session.room / "chosen").exists()


@pytest.mark.some(1)
@pytest.mark.shared
@pytest.mark.skipif(not CASES.is_dir(), reason="../shared is not here")
@pytest.mark.parametrize("case", [one for one in COUNTS if "turn5" in one])
def test_the_app_counts_a_shared_case(server, case):
    """What is chosen in a browser is read as by the other ways."""
    groups, messages, *_ = COUNTS[case]
    whole = CASES / case
    for path in [whole] if whole.is_file() else sorted(whole.rglob("*")):
        if path.is_file():
            name = quote(f"0/{path.relative_to(whole.parent).as_posix()}")
            assert _ask(server, "PUT", f"file?name={name}", path.read_bytes())[0] == 200
    _ask(server, "POST", "run", json.dumps({"zone": "Asia/Shanghai"}).encode())
    until = time.monotonic() + 240
    while (done := json.loads(_ask(server, "GET", "status")[1]))["code"] is None:
        assert time.monotonic() < until, done
        time.sleep(0.3)
    assert done["code"] == 0
    table = open_run(server.session.out).study.table("groups")
    assert (len(table), int(table["messages"].sum())) == (groups, messages)


def test_it_ends_when_the_page_is_closed(tmp_path, monkeypatch):
    """The program stayed behind without a window."""
    monkeypatch.setattr("helpers.own_groups.app.GRACE", 0.1)
    with open_server(home=tmp_path) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        assert _ask(server, "POST", "close", b"")[0] == 204
        thread.join(timeout=20)
        assert not thread.is_alive()
        server.session.end()
    assert not server.session.room.exists()


def test_a_copy_keeps_the_day_of_its_file(server):
    """Every chosen file was dated to the minute of its choice."""
    at = "file?name=0/log.csv&changed=1717113600000"
    assert _ask(server, "PUT", at, LINES.encode())[0] == 200
    assert server.session.place("0/log.csv").stat().st_mtime == 1717113600


def test_a_file_larger_than_the_disk_is_refused_by_a_sentence(server, monkeypatch):
    """The disk was filled to the last byte."""
    monkeypatch.setattr("helpers.own_groups.app.LEFT_FREE", 1 << 60)
    status, said = _ask(server, "PUT", "file?name=a.csv", b"x")
    assert status == 413
    assert "error" in json.loads(said)


@pytest.mark.parametrize(
    ("verb", "place", "body"),
    [
        ("PUT", f"file?name=a.csv&changed={'9' * 25}", b"x"),
        ("POST", "run", b"[" * 60_000),
    ],
)
def test_an_odd_request_is_answered(server, verb, place, body):
    """The connection was dropped."""
    assert _ask(server, verb, place, body)[0] == 400


def test_no_file_is_named_in_the_list_of_processes(server, monkeypatch):
    """Every account of a computer reads the words of a command."""
    commands = []

    def start(words, **_):
        commands.append(words)
        raise RuntimeError("started")

    monkeypatch.setattr("helpers.own_groups.app.subprocess.Popen", start)
    assert _ask(server, "PUT", "file?name=1/our%20club.csv", b"x")[0] == 200
    with pytest.raises(RuntimeError, match="started"):
        server.session.start({})
    assert not any("club" in word for word in commands[0])


def test_members_and_days_become_options(server):
    """What the page asks for reaches the run; what it invents does not."""
    session = server.session
    assert _ask(server, "PUT", "file?as=members&name=m.csv", b"ann")[0] == 200
    options = {"exported": "files", "names": True, "zone": "--mine", "x": "y"}
    assert _ask(server, "PUT", "file?name=1/our%20club.csv", b"x")[0] == 200
    _, chosen, _, _, *words = session._list_words(options, session.home)
    assert chosen == str(session.place("1/our club.csv"))  # a group is named after it
    members = str(session.place("m.csv", "members"))
    told = ["--zone=--mine", "--exported", "files"]
    assert words == [*told, "--members", members, "--names"]
    assert _ask(server, "POST", "more")[0] == 200  # the page has no list any more
    assert "--members" not in [*session._list_words(options, session.home)]


def test_the_way_to_the_page_is_a_file_of_its_owner(server):
    """The address stood in the browser's command line, for every account to read."""
    follows = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}
    page = write_opener(server.session, "http://127.0.0.1:1/s/")
    assert "/s/" in page.read_text("utf-8")
    assert os.name != "posix" or page.stat().st_mode & 0o077 == 0
    assert _ask(server, "GET", "", Origin=None, **follows)[0] == 200
    assert not page.exists()
    assert _ask(server, "POST", "delete", **follows)[0] == 403


def test_copies_of_a_program_that_died_are_cleared(server):
    """The computer went off: copies of chats stayed in the temporary folder."""
    stale = Path(tempfile.mkdtemp(prefix="shequn-app-"))
    (stale / "chosen").mkdir()
    clear_stale_rooms()
    assert not stale.exists()
    assert server.session.room.exists()


def test_what_a_run_left_without_a_page_goes(server, tmp_path):
    """A wrong list of members ended the run; messages stayed in a folder unseen."""
    session = server.session
    for page in (False, True):
        session.out = tmp_path / str(page)
        (session.out / "store").mkdir(parents=True)
        if page:
            (session.out / "your-groups.html").write_text("", "utf-8")
        left = session.out
        session.start_over()
        assert left.exists() == page


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.skipif(os.name != "posix", reason="Windows has other signals")
def test_copies_go_when_a_signal_ends_the_program(name, tmp_path):
    """The copies stayed when the terminal was closed."""
    words = [sys.executable, "-m", "helpers.cli", "app", "--no-browser"]
    room = tmp_path / "temporary"
    room.mkdir()
    own = os.environ | {"TMPDIR": str(room), "HOME": str(tmp_path)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=own, text=True) as app:
        assert app.stdout.readline().startswith("http://127.0.0.1:")
        assert len([*room.glob("shequn-app-*")]) == 1
        app.send_signal(getattr(signal, name))
        app.wait(timeout=60)
    assert [*room.glob("shequn-app-*")] == []


@pytest.mark.some(1)
@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1280, "light", "zh-CN"), (390, "dark", "en-US")]
)
def test_a_walk_in_a_browser(tmp_path, width, scheme, language):
    """A file is chosen, the report opens in the page, and closing it ends all."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    (tmp_path / "log.csv").write_text(LINES, "utf-8")
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if not executable:
        pytest.skip("no Chromium is installed")
    asked, said = [], []
    with sync_playwright() as playwright, _serve(tmp_path / "kept") as server:
        here = f"http://{HOST}:{server.server_address[1]}/"
        browser = playwright.chromium.launch(executable_path=executable)
        page = browser.new_page(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            locale=language,
        )
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        opener = write_opener(server.session, f"{here}{server.session.secret}/")
        page.goto(opener.as_uri())
        page.wait_for_url("http://**")
        page.click("#go")  # nothing is chosen yet
        page.set_input_files("#files", tmp_path / "log.csv")
        page.fill("#exported", "2199-01-01")
        page.click("#go")  # nothing was exported after today
        assert page.locator("#step.error").inner_text() != ""
        assert page.locator("#lines").inner_text() == ""
        page.fill("#exported", "2024-03-15")
        page.check("#picture")
        page.click("#go")
        page.wait_for_selector("progress:visible")
        report = page.frame_locator("#report").locator("article")
        report.wait_for(timeout=120_000)
        assert ("最后一条消息" in report.inner_text()) == (language == "zh-CN")
        assert "47" in report.inner_text()  # days until the day of the export
        assert page.locator("#pages a").all_inner_texts() == [*SHOWN][:2]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"]) for one in found] == []
        assert "Zebulon" not in page.content()
        page.close()
        until = time.monotonic() + 30
        while time.monotonic() < until and not server.session.is_over:
            time.sleep(0.3)
        assert server.session.is_over
        browser.close()
    assert said == []
    assert all(url.startswith((here, opener.as_uri())) for url in asked)
    assert not server.session.room.exists()
