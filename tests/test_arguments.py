"""What commands take: every word has its help, every command an example that parses."""

import argparse
import shlex

import pytest

from helpers import cli
from helpers.arguments import EXAMPLES, build_parser

COMMANDS = cli._list_commands()


def _parsers():
    """Return the parser of each command."""
    whole = build_parser(COMMANDS)
    actions = [a for a in whole._actions if isinstance(a, argparse._SubParsersAction)]
    return actions[0].choices


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_has_help(name):
    """Nobody has to guess what an option wants."""
    actions = _parsers()[name]._actions
    assert [a.dest for a in actions if not a.help] == []


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
    assert EXAMPLES[name] in _parsers()[name].format_help().replace("\n", " ")
    ours, _ = cli._split_words(shlex.split(EXAMPLES[name].split(" > ")[0])[1:])
    assert build_parser(COMMANDS).parse_args(ours).command is COMMANDS[name]


def test_help_lists_every_command(capsys):
    """Whoever types --help finds them."""
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    told = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in told] == []
