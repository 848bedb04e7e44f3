"""Protects the help: every command's wraps to the width of the terminal, and names exit codes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from liveconvo_desktop.cli import app
from liveconvo_desktop.cli.help import one_of
from liveconvo_desktop.cli.imports import TypeOption


def commands(group: typer.core.TyperGroup, way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield way
    for name, one in group.commands.items():
        if isinstance(one, typer.core.TyperGroup):
            yield from commands(one, (*way, name))
        else:
            yield (*way, name)


ALL = list(commands(typer.main.get_command(app)))


def paragraphs(said: str) -> list[list[str]]:
    """The prose between the usage and the first box."""
    prose = said.split("╭")[0].splitlines()
    blocks: list[list[str]] = [[]]
    for line in prose:
        if line.strip():
            blocks[-1].append(line.strip())
        else:
            blocks.append([])
    return [block for block in blocks if block and not block[0].startswith("Usage:")]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("way", ALL, ids=" ".join)
def test_no_line_ends_early(way, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    done = CliRunner().invoke(app, [*way, "--help"])
    assert done.exit_code == 0
    said = paragraphs(done.stdout)
    assert said
    for block in said:
        for line, below in itertools.pairwise(block):
            room = width - 2 - len(line) - 1
            assert len(below.split()[0]) > room, f"{line!r} could have gone on with {below!r}"
    # A choice that does not fit its column is cut in the middle of a word.
    assert all(len(line) <= width for line in done.stdout.splitlines())
    assert not [x for x in done.stdout.splitlines() if re.search("<[a-z]", x) and ">" not in x]


def test_choices_are_named_in_words():
    assert one_of(TypeOption) == "sales_call, interview, meeting or consultation"
