"""slackdump's database: as the program leaves it, and cut off."""

import pytest

from helpers.formats.inspect import inspect_exports
from tests.communities import talk
from validation.export_writers import WRITERS


@pytest.mark.parametrize("tenths", range(1, 10))
def test_cut_database_is_told(tenths, tmp_path):
    """A cut one was read as empty, or called a text to be saved as UTF-8."""
    path = WRITERS["slackdump"].write(talk(("Ann", "Bob"), 400), tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * tenths // 10])
    (found,) = inspect_exports([path]).exports
    assert found.form == "slackdump database"
    assert "damaged" in found.error


def test_database_with_a_write_ahead_log_is_read(tmp_path):
    """Slackdump's own always has one; none was recognised."""
    path = WRITERS["slackdump"].write(talk(("Ann", "Bob"), 12), tmp_path)
    assert path.read_bytes()[18:20] == b"\2\2"
    (found,) = inspect_exports([path]).exports
    assert (found.messages, found.error) == (12, None)
