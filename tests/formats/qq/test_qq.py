"""QQ's own text export."""

from helpers.formats.reading import source


def test_line_cut_at_a_block_end_is_not_taken_for_a_header(read, monkeypatch):
    """What looks like a header up to the block's end may go on in the next."""
    start = "— — 2020-2-14 — —\n甲  21:16:13 \n早\n会议 21:17:00"
    monkeypatch.setattr(source, "BLOCK", len(start.encode()))
    monkeypatch.setattr(source, "BLOCK_CHARS", 1)
    found = read("qq", start + " 开始\n乙  21:18:00 \n晚\n", "a.txt")
    assert found.column("message", "text") == ["早\n会议 21:17:00 开始", "晚"]
    assert not [one for one in found.losses if one[0] == "loss"]
