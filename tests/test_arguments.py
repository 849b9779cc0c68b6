"""What commands take: every word has its help, every command an example that parses."""

import argparse
import re
import shlex
from unicodedata import east_asian_width as wide

import pytest

from helpers import cli
from helpers.arguments import TAKEN, build_parser
from helpers.wording.terminal import to_system_language as translate

COMMANDS = cli._list_commands()


def _parsers():
    """Return the parser of each command."""
    whole = build_parser(COMMANDS)
    actions = [a for a in whole._actions if isinstance(a, argparse._SubParsersAction)]
    return actions[0].choices


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_shows_a_value_that_it_takes(name):
    """Its help says one to type, and the command takes it."""
    options = [
        a for a in _parsers()[name]._actions if a.option_strings and a.nargs != 0
    ]
    for action in options:
        option = action.option_strings[-1]
        _, shown, rest = action.help.partition(f"{option} ")
        assert shown, f"{name} {option}"
        value = rest.split()[0]
        taken = action.type(value) if action.type else value
        assert not action.choices or taken in action.choices


@pytest.mark.parametrize("name", COMMANDS)
def test_example_of_a_command_can_be_parsed(name):
    """What is shown can be typed, and reaches the command that shows it."""
    assert TAKEN[name]["example"] in _parsers()[name].format_help().replace("\n", " ")
    words = shlex.split(TAKEN[name]["example"].split(" > ")[0])[1:]
    ours, _ = cli._split_words(words)
    assert build_parser(COMMANDS).parse_args(ours).command is COMMANDS[name]


@pytest.fixture
def chinese_system(monkeypatch):
    """Set the system's language to Chinese."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.usefixtures("chinese_system")
@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_chinese_on_a_chinese_system(name):
    """Help was English beside Chinese errors."""
    parser = _parsers()[name]
    texts = [action.help for action in parser._actions] + [parser.description]
    assert [text for text in texts if not re.search("[一-鿿]", translate(text))] == []
    told = parser.format_help()
    assert [word for word in ("usage:", "options:", "Example:") if word in told] == []
    assert TAKEN[name]["example"] in told.replace("\n", " ")


@pytest.mark.usefixtures("chinese_system")
@pytest.mark.parametrize("name", COMMANDS)
def test_chinese_help_shows_the_same_values_to_type(name):
    """A translated example that differs from the English one may not parse."""
    for action in _parsers()[name]._actions:
        shown = re.findall(r"--?[a-z-]+ [\w=./,-]+$", action.help)
        assert all(example in translate(action.help) for example in shown)


@pytest.mark.usefixtures("chinese_system")
def test_lines_of_chinese_help_fit_the_terminal():
    """Chinese letters take two columns, so lines were twice as long as the screen."""
    lines = _parsers()["run"].format_help().splitlines()
    columns = [sum(1 + (wide(c) in "WF") for c in line) for line in lines]
    assert max(columns) <= 80
    assert [line for line in lines if line.strip()[:1] in set("，。；：、）")] == []


@pytest.mark.usefixtures("chinese_system")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rnu"], "不能是 'rnu'"),
        (["rnu"], "是不是想写 run"),
        (["convert"], "缺少参数：PATH, --to, -o"),
        (["run", "--zone"], "--zone 后面要写一个值"),
        (["run", "--zoo", "x"], "没有这些参数：--zoo"),
        (["run", "--k", "0"], "--k：这里要写不小于 1 的整数"),
        (["label", "a", "--seed", "b"], "--seed 要写整数，不能是 'b'"),
    ],
)
def test_wrong_arguments_are_explained_in_chinese(words, told, capsys):
    """Half of such a line was argparse's English."""
    with pytest.raises(SystemExit) as ended:
        build_parser(COMMANDS).parse_args(words)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
