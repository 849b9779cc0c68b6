"""Two notebooks on a user's groups, one in each language, executed by the run.

A section whose data these exports do not hold is left out, with one line in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from helpers.errors import NotIdentifiableError
from helpers.own_groups.opened import LEAST_GROUPS, Run, open_run
from helpers.own_groups.sentences import Text
from helpers.small_counts import get_threshold

FOLDER = "chapters"
FILES = {"en": "your_groups.ipynb", "zh": "你的群.ipynb"}


class Section(NamedTuple):
    """A section: its title, its code, and why it is left out, if it is."""

    title: Text
    code: str
    missing: Text | None = None


def write_chapters(folder: Path) -> list[str]:
    """Write and execute the chapters of a run; return their places within it."""
    import nbformat  # noqa: PLC0415 - few runs write chapters

    from helpers.files import write_text  # noqa: PLC0415
    from helpers.notebooks import execute_chapters, write_stable  # noqa: PLC0415

    k = get_threshold()
    run = open_run(folder, k=k)
    sections, paths = list(list_sections(run)), []
    (folder / FOLDER).mkdir(exist_ok=True)
    for language, name in FILES.items():
        make: Any = nbformat.v4
        notebook = make.new_notebook()
        notebook.cells = [
            make.new_code_cell(source) if is_code else make.new_markdown_cell(source)
            for is_code, source in _iterate_cells(sections, language, k)
        ]
        paths.append(folder / FOLDER / name)
        write_text(paths[-1], write_stable(notebook))
    execute_chapters(folder / FOLDER, chapters=paths)
    return [f"{FOLDER}/{path.name}" for path in paths]


def _iterate_cells(
    sections: list[Section], language: str, k: int
) -> Iterator[tuple[bool, str]]:
    """Yield whether a cell is code, and its source."""
    chinese = language == "zh"
    yield False, "# 你的群" if chinese else "# Your groups"
    lines = [
        "import matplotlib.pyplot as plt",
        "",
        "import helpers as sq",
        "",
        f'run = sq.open_run("..", k={k})',
    ]
    if chinese:
        lines += [
            "from helpers.own_groups.opened import draw_chinese",
            "",
            "draw_chinese(plt.rcParams)",
        ]
    yield True, "\n".join(lines)
    for section in sections:
        if section.missing is not None:
            yield False, _choose(section.missing, language)
            continue
        yield False, f"## {_choose(section.title, language)}"
        yield True, section.code.replace("LANGUAGE", f'"{language}"')


def _choose(text: Text, language: str) -> str:
    return text.zh if language == "zh" else text.en


def _has_lives(run: Run) -> bool:
    """Return whether any group was watched for the days that silence takes."""
    try:
        return len(run.lives.ended) > 0
    except NotIdentifiableError:
        return False


def list_sections(run: Run) -> Iterator[Section]:
    """Yield the sections of a study's chapters, without those that are empty."""
    there = set(run.study.manifest.tables)
    few = len(run.groups) < LEAST_GROUPS
    yield Section(
        Text("What is here", "这里有什么"),
        "print(run.describe(LANGUAGE))\nrun.plot_messages()\nplt.show()\n"
        "run.show_groups()",
    )
    yield Section(
        Text("How long groups live", "群能活多久"),
        "print(run.describe_lives(LANGUAGE))\nrun.lives.curve().plot()\nplt.show()",
        Text(
            f"How long groups live is left out: fewer than {LEAST_GROUPS} groups, or"
            " none was followed for 60 days.",
            f"群能活多久，这里不写：不到 {LEAST_GROUPS} 个群，"
            "或者没有一个跟踪满 60 天。",
        )
        if few or not _has_lives(run)
        else None,
    )
    yield Section(
        Text("Who writes", "谁在说话"),
        "print(run.describe_writers(LANGUAGE))\nrun.find_top_shares().describe()",
        None
        if "member_days" in there
        else Text(
            "Who writes is left out: these exports do not record it.",
            "谁在说话，这里不写：导出里没有记下是谁说的。",
        ),
    )
    yield Section(
        Text("Who never writes", "谁不说话"),
        "print(run.describe_silent(LANGUAGE))",
        None
        if "memberships" in there
        and run.study.table("memberships")["listed"].astype(bool).any()
        else Text(
            "Who never writes is left out: these exports list no members.",
            "谁不说话，这里不写：导出里没有成员名单。",
        ),
    )
    yield Section(
        Text("Hours", "什么时候说话"),
        "run.plot_hours(language=LANGUAGE)\nplt.show()",
        None
        if "rhythm" in there and len(run.study.table("rhythm"))
        else Text("Hours are left out: nothing is dated.", "什么时候说话，这里不写。"),
    )
    yield Section(
        Text("Negative messages by month", "每月的负面消息"),
        "run.plot_tone()\nplt.show()",
        None
        if run.list_instruments()
        else Text(
            "Tone is left out: too few messages in Chinese or English.",
            "语气这里不写：中文或英文的消息太少。",
        ),
    )
    yield Section(
        Text("Beside public communities", "和公开社群比"),
        "print(run.describe_against(LANGUAGE))\nrun.against",
        Text(
            "The comparison with public communities is left out: it needs 20 groups"
            " seen to the same age.",
            "和公开社群的对比这里不写：至少要有 20 个群跟踪到同样的天数。",
        )
        if few or not _has_lives(run) or run.against.empty
        else None,
    )
    yield Section(
        Text("The articles' claims", "文章里的说法"),
        "run.answers(LANGUAGE)",
        Text(
            f"Claims are left out: fewer than {LEAST_GROUPS} groups.",
            f"文章里的说法这里不写：不到 {LEAST_GROUPS} 个群。",
        )
        if few
        else None,
    )
