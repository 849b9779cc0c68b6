"""The command line: what it does, and that mistakes end in a sentence."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress

import pytest

from helpers import cli, paths
from helpers.errors import ShequnError
from helpers.paths import PROCESSED
from helpers.study import open_study


def test_an_error_is_one_sentence_and_no_traceback(monkeypatch, capsys):
    """A ShequnError becomes its own wording on stderr and exit code 1."""

    def fail(_):
        raise ShequnError("no such file", where="a.json", remedy="check the name")

    monkeypatch.setattr(cli, "print_claims", fail)
    assert cli.main(["claims"]) == 1
    captured = capsys.readouterr()
    assert captured.err == "shequn: a.json: no such file. Hint: check the name.\n"
    assert captured.out == ""


def test_interrupt_exits_with_130_and_says_how_to_resume(monkeypatch, capsys):
    """Ctrl-C ends with 130 and a way to resume."""

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "print_claims", interrupt)
    assert cli.main(["claims"]) == cli.INTERRUPTED
    assert "run it again" in capsys.readouterr().err


def test_inspect_accepts_a_date_order_option(tmp_path, capsys):
    """03/04 is refused until --date-order says which is the day; --zone sets clocks."""
    path = tmp_path / "WhatsApp Chat with X.txt"
    path.write_text("03/04/24, 10:01 - Ann: hi\n", encoding="utf-8")
    cli.main(["inspect", str(path), "--json"])
    assert "--date-order" in capsys.readouterr().out
    cli.main(["inspect", str(path), "--json", "--date-order", "mdy", "--zone", "UTC"])
    told = capsys.readouterr().out
    assert "2024-03-04" in told
    assert "--date-order" not in told


def test_inspect_reads_folders_and_fails_on_unreadable_files(tmp_path):
    """Two exports in a folder are two, and one that can't be read is told."""
    for name in ("a.txt", "b.txt"):
        text = "13/04/2024, 10:00 - Ann: hi\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert cli.main(["inspect", str(tmp_path)]) == 0
    (tmp_path / "c.txt").write_text("a note\n", encoding="utf-8")
    assert cli.main(["inspect", str(tmp_path)]) == 1
    assert cli.main(["inspect", str(tmp_path / "absent")]) == 1


def test_convert_uses_the_given_key_file(tmp_path):
    """Another key file gives other pseudonyms."""
    path = tmp_path / "WhatsApp Chat with X.txt"
    path.write_text("13/04/24, 10:01 - Ann: hi\n", encoding="utf-8")
    written = set()
    for one in "ab":
        (tmp_path / one).write_text(one * 64)
        out = tmp_path / f"out-{one}"
        words = ["--to", "chatlab", "-o", str(out), "--key", str(tmp_path / one)]
        assert cli.main(["convert", str(path), *words]) == 0
        written |= {file.name for file in out.iterdir()}
    assert len(written) == 2


@pytest.fixture
def made(tmp_path):
    """Lay out what a run leaves: a study and its notebooks."""
    out = tmp_path / "my-study"
    shutil.copytree(PROCESSED / "cn_colearning", out / "processed" / "study")
    (out / "notebooks").mkdir()
    (out / "notebooks" / "03_x.ipynb").write_text("{}", encoding="utf-8")
    return out


def test_lab_without_a_run_leaves_the_committed_notebooks_alone(monkeypatch, tmp_path):
    """It had served the tracked files, and autosave changed them."""
    started = []
    monkeypatch.setattr(os, "execv", lambda _, command: started.append(command))
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr("helpers.paths.BUILD", tmp_path)
    assert cli.main(["lab"]) == 0
    assert started[0][-1] == str(tmp_path / "lab" / "00_contents.ipynb")
    copied = {path.name for path in (tmp_path / "lab").rglob("*.ipynb")}
    assert copied == {path.name for path in paths.NOTEBOOKS.glob("*.ipynb")}
    assert cli.main(["lab", "--no-browser", "--port", "8890"]) == 0
    assert started[1][4:] == ["--no-browser", "--port", "8890"]


def test_a_runs_folder_opens_as_its_study(made):
    """As the first cell of a notebook may name it."""
    assert open_study(made).folder == made / "processed" / "study"


def test_column_names_can_be_mapped_on_the_command_line(tmp_path, capsys):
    """--columns says which is which; a column that we don't know is an error."""
    path = tmp_path / "t.csv"
    path.write_text("when,who\n2024-01-05T00:00:00Z,ann\n", encoding="utf-8")
    cli.main(["inspect", str(path), "--json", "--columns", "time=when,sender=who"])
    assert '"form": "table of messages"' in capsys.readouterr().out
    with pytest.raises(SystemExit):
        cli.main(["inspect", str(path), "--columns", "moment=when"])
    assert "reply_to" in capsys.readouterr().err


def test_limited_console_encoding_gives_no_traceback(tmp_path):
    """Help and reports hold an ellipsis and Chinese words."""
    chat = tmp_path / "WhatsApp Chat with X.txt"
    chat.write_text("13/04/2024, 10:00 - 安: 你好\n", encoding="utf-8")
    env = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    for words in (["run", "--help"], ["inspect", str(chat)]):
        done = subprocess.run(
            [sys.executable, "-m", "helpers.cli", *words],
            env=env, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert b"foresaw" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [(["label", "."], "no run wrote here"), (["score", "."], "can't be read")],
)
def test_unusable_path_is_named_in_one_sentence(
    tmp_path, monkeypatch, capsys, words, said
):
    """An empty file and a folder met errors that nobody foresaw."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.txt").touch()
    assert cli.main(words) == 1
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err) < 200
    assert told.out == ""


@pytest.fixture
def small_log(tmp_path):
    """Return a readable table."""
    (tmp_path / "in").mkdir()
    log = tmp_path / "in" / "log.csv"
    log.write_text("time,sender,text\n2024-01-05 10:00,ann,hello\n", "utf-8")
    return log


def test_run_names_the_day_that_it_took_for_the_export(small_log, capsys):
    """An old export was "alive: somebody wrote today", and no line said why."""
    words = ["run", str(small_log), "-o"]
    assert cli.main([*words, str(small_log.parent / "a")]) == 0
    printed = capsys.readouterr().out
    assert "are those of Asia/Shanghai, assumed: --zone" in printed
    assert printed.startswith("1 group exported on a day that is not known; say it: -")
    assert "Last message on 2024-01-05" in printed
    assert "whether it still talks is not known" in printed
    stated = [str(small_log.parent / "b"), "--exported", "2024年1月7日"]
    assert cli.main([*words, *stated, "--zone", "UTC", "--format", "qq"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("1 group taken as exported on 2024-01-07")
    assert "are those of UTC\n" in printed.out
    assert "--format qq was not used" in printed.err


def test_inspect_names_its_files_on_request(small_log, capsys):
    """Which of 200 exports was broken could not be told."""
    assert cli.main(["inspect", str(small_log.parent)]) == 0
    assert "log.csv" not in "".join(capsys.readouterr())
    assert cli.main(["inspect", str(small_log.parent), "--names"]) == 0
    assert "export 1 is" in capsys.readouterr().err


def test_conversion_and_template_name_the_time_zone(small_log, capsys):
    """German chats were converted by the clock of China, without a word."""
    for command in (["convert", "--to", "chatlab"], ["groups-template"]):
        words = [*command, str(small_log), "-o", str(small_log.parent / command[0])]
        assert cli.main(words) == 0
        assert "those of Asia/Shanghai, assumed: --zone" in capsys.readouterr().err
        assert cli.main([*words, "--zone", "UTC"]) == 0
        assert "assumed" not in capsys.readouterr().err


def test_run_speaks_chinese_on_a_chinese_system(small_log, capsys, monkeypatch):
    """The terminal was English, and so was the front page that it named."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    words = ["run", str(small_log), "-o", str(small_log.parent / "a")]
    assert cli.main(words) == 0
    told = capsys.readouterr().out
    assert "1 个群，1 条消息" in told
    assert "（默认值，可用 --zone 改）" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "nowhere"], "nowhere：不存在。提示：请检查导出的路径。"),
        (["run", "--list", "g.csv"], "g.csv：读不了（没有这个文件）。"),
        (["convert", "bad.txt", "--to", "chatlab", "-o", "o"], "不是认得的格式"),
        (["inspect", "bad.txt", "--zone", "北京城"], "这里要写时区"),
        (["run", "bad.txt", "--exported", "昨天"], "年份在前的日期"),
    ],
)
def test_errors_are_chinese_on_a_chinese_system(
    words, told, tmp_path, capsys, monkeypatch
):
    """Only what a run prints was; every error and hint stayed English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    (tmp_path / "bad.txt").write_text("no chat", encoding="utf-8")
    with suppress(SystemExit):  # of an option
        assert cli.main(words) == 1
    shown = capsys.readouterr().err
    assert told in shown
    assert "Hint" not in shown


def test_zone_may_be_a_city_and_is_named(tmp_path, capsys):
    """`--zone 北京` was refused with a screen of usage."""
    chat = tmp_path / "chat.txt"
    chat.write_text("13/04/2024, 10:00 - Ann: hi\n", encoding="utf-8")
    assert cli.main(["inspect", str(chat), "--zone", "北京"]) == 0
    assert "--zone 北京 was taken as Asia/Shanghai" in capsys.readouterr().err


def test_many_unreadable_files_are_summed_up(small_log, capsys):
    """A thousand lines of "left aside" hide the line that counts."""
    for nth in range(30):
        (small_log.parent / f"{nth}.txt").write_text(f"a note {nth}", "utf-8")
    second = small_log.with_name("log2.csv")
    second.write_text(small_log.read_text("utf-8").replace("ann", "bob"), "utf-8")
    out = str(small_log.parent.parent / "out")
    assert cli.main(["run", str(small_log.parent), "-o", out]) == 0
    told = capsys.readouterr().err.splitlines()
    lines = [line for line in told if not line.endswith("…")]  # of a slow machine

    assert len(lines) == 11
    assert lines[-1] == "and 20 more: 20 of no format that is known"


def test_mistyped_names_get_the_nearest_one(small_log, capsys):
    """A wrong letter in a command, a path or a study was met without a hint."""
    with pytest.raises(SystemExit):
        cli.main(["inspcet"])
    assert "did you mean inspect?" in capsys.readouterr().err
    wrong = str(small_log.with_name("lgo.csv"))
    out = str(small_log.parent.parent / "out")
    assert cli.main(["run", wrong, "-o", out]) == 1
    assert "is not there, but 'log.csv' is" in capsys.readouterr().err
    with pytest.raises(ShequnError, match=r"did you mean fcc_gitter\?"):
        open_study("fcc_giter")


def test_template_is_marked_as_utf8_for_excel(small_log, tmp_path):
    """Excel on a Chinese Windows showed names as other characters."""
    out = tmp_path / "groups.csv"
    assert cli.main(["groups-template", str(small_log), "-o", str(out)]) == 0
    assert out.read_bytes().startswith("\ufeffkey".encode())


def test_template_of_a_folder_with_a_broken_file_has_the_others(small_log, capsys):
    """A folder that `shequn run` reads could not get its groups.csv."""
    cut = small_log.with_name("chat.json")
    cut.write_text(
        '{"name": "x", "type": "private_group", "id": 1, "messages": [{', "utf-8"
    )
    out = small_log.parent / "groups.csv"
    second = small_log.with_name("log2.csv")
    text = small_log.read_text("utf-8")  # of two same files one is read
    second.write_text(text.replace("2024-01-05", "2024-01-06"), "utf-8")
    assert cli.main(["groups-template", str(small_log.parent), "-o", str(out)]) == 0
    assert len(out.read_text("utf-8").splitlines()) == 3
    assert "chat.json" in capsys.readouterr().err


def test_telegrams_pages_are_refused_with_what_to_export(tmp_path, capsys):
    """`css/style.css is of no format` said nothing of Telegram."""
    (tmp_path / "chat" / "css").mkdir(parents=True)
    (tmp_path / "chat" / "css" / "style.css").write_text("a {}", "utf-8")
    page = "<!DOCTYPE html><html><body>hello</body></html>"
    (tmp_path / "chat" / "messages.html").write_text(page, "utf-8")
    assert cli.main(["run", str(tmp_path / "chat"), "-o", str(tmp_path / "o")]) == 1
    assert "JSON" in capsys.readouterr().err


WINDOWS_NAMES = [
    ("我的 群 导出/WhatsApp Chat with B..TXT", "utf-8-sig"),
    ("Chats of 2024./WhatsApp Chat with Readers & co.txt", "utf-16"),
]


@pytest.mark.parametrize(("name", "encoding"), WINDOWS_NAMES)
def test_windows_names_and_line_ends_reach_the_page(tmp_path, capsys, name, encoding):
    """Blanks, Chinese folders, trailing dots, BOM, CRLF and upper-case endings."""
    chat, facts = tmp_path / name, tmp_path / "群 信息.CSV"
    chat.parent.mkdir()
    days = (f"{day:02d}/05/2024, 10:00 - P{day % 6}: hi" for day in range(1, 29))
    chat.write_bytes("".join(f"{line}\r\n" for line in days).encode(encoding))
    (chat.parent / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    (tmp_path / "key").write_text("07" * 32, encoding="ascii")
    key = ["--key", str(tmp_path / "key")]

    words = [str(chat.parent), *key, "-o", str(facts)]
    assert cli.main(["groups-template", *words]) == 0
    head, row, *_ = facts.read_text("utf-8-sig").splitlines()
    cells = dict(zip(head.split(","), row.split(","), strict=True))
    cells |= {"label": "D:\\chats\\読書 B.", "exported": "2024-05-28"}
    lines = (",".join(cells), ",".join(cells.values()), "," * (len(cells) - 1))
    facts.write_bytes("".join(f"{line}\r\n" for line in lines[:2]).encode("gb18030"))

    out = tmp_path / "结果 一."
    words = [str(chat.parent), *key, "--groups", str(facts), "-o", str(out)]
    assert cli.main(["run", *words]) == 0
    told = capsys.readouterr()
    assert "left aside" not in told.err
    assert "D:\\chats\\読書 B.: Alive" in told.out
    assert "D:\\chats\\読書 B." in (out / "your-groups.html").read_text("utf-8")
