"""Help that wraps to the width of the terminal, whatever the lines of a docstring are."""

from __future__ import annotations

import enum
import inspect

import typer


def flow(app: typer.Typer) -> None:
    """Let every paragraph of every command's help be one line, which the terminal then wraps.

    Typer joins the lines of the first paragraph only.
    """
    if isinstance(app.info.help, str):
        app.info.help = _flowing(app.info.help)
    for command in app.registered_commands:
        said = command.help or inspect.getdoc(command.callback)
        command.help = _flowing(said) if said else None
    for group in app.registered_groups:
        if group.typer_instance is not None:
            flow(group.typer_instance)


def one_of(choices: type[enum.StrEnum]) -> str:
    """The values of an option in its help, where they are too many for the column of types."""
    *most, last = [one.value for one in choices]
    return f"{', '.join(most)} or {last}"


def _flowing(said: str) -> str:
    paragraphs = inspect.cleandoc(said).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
