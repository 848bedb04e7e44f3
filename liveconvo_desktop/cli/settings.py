"""``liveconvo settings``: what can be set, what is set, and the key for the model writer."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import Annotated

import typer
from pydantic import ValidationError

from liveconvo_desktop import settings
from liveconvo_desktop.cli.calls import AsJson
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.settings import Settings, options
from liveconvo_desktop.settings.options import Option

app = typer.Typer(
    help="""What can be set: summaries and their language model, privacy, documents.

    Names are a section and a setting, as summary.model; `list` shows all. A change holds at once,
    in a running app, too.

    Exit code 0: done. 1: the file or the keyring refuses. 2: no such setting, or not allowed.""",
    no_args_is_help=True,
)
key = typer.Typer(
    help="""The key for the model's address, in the system's keyring.

    It is read from the terminal or from standard input, never from the command line, and never
    shown. A key belongs to one address: another address does not get it. Where LIVECONVO_API_KEY is
    set, its key goes first, and to every address.""",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="As summary.model; `liveconvo settings list` has all.")]
Address = Annotated[
    str | None, typer.Option("--address", help="Of the endpoint (default: summary.base_url).")
]


@app.command("list")
def list_(
    section: Annotated[str | None, typer.Argument(help="Only this one, as privacy.")] = None,
    as_json: AsJson = False,
) -> None:
    """List every setting: what is set, what is allowed, what it does.

    Exit code 0: listed. 2: no such section.
    """
    mine = settings.load()[0]
    known = [one.name for one in options.sections()]
    if section is not None and section not in known:
        raise typer.BadParameter(f"no section {section!r}; there are {', '.join(known)}")
    for group in options.sections():
        if section in (None, group.name):
            if not as_json:
                print(f"{group.title}: {group.about}")
            for option in group.options:
                _show(option, mine, as_json)
            if not as_json:
                print()


@app.command("get")
def get(name: Name, as_json: AsJson = False) -> None:
    """Print what is set.

    Exit code 0: printed. 2: no such setting.
    """
    option, mine = _option(name), settings.load()[0]
    if as_json:
        _show(option, mine, True)
    else:
        print(option.text(option.read(mine)))


@app.command("set")
def set_(
    name: Name,
    value: Annotated[str, typer.Argument(help="The new value; write -- before a negative one.")],
    as_json: AsJson = False,
) -> None:
    """Set one.

    Exit code 0: it holds. 1: the file refuses. 2: no such setting, or not allowed.
    """
    option = _option(name)
    try:
        wanted = option.parse(value)
    except ValueError as error:
        raise typer.BadParameter(f"{name}: {error}") from error
    _change(option, wanted, as_json)


@app.command("unset")
def unset(name: Name, as_json: AsJson = False) -> None:
    """Set one back to its default.

    Exit code 0: it holds. 1: the file refuses. 2: no such setting.
    """
    option = _option(name)
    _change(option, option.default, as_json)


@app.command("test")
def connection(as_json: AsJson = False) -> None:
    """Test the connection to the language model; nothing of a call is sent.

    Exit code 0: it is ready to write. 1: it is not, and why is said. 130: cancelled (Ctrl-C).
    """
    # Its client library takes most of a second to import, which no other command should wait for.
    from liveconvo_desktop.summary.probe import probe  # noqa: PLC0415

    def report(_done: float, doing: str) -> None:
        if sys.stderr.isatty():
            print(f"{doing}…", file=sys.stderr)

    try:
        found = probe(settings.load()[0].summary, report, lambda: False)
    except KeyboardInterrupt:
        print("Cancelled.", file=sys.stderr)
        raise typer.Exit(130) from None
    if as_json:
        row = {"event": "tested", "ready": found.ready, "message": found.message}
        print(json.dumps(row | {"hint": found.hint, "models": found.models}, ensure_ascii=False))
    else:
        print(f"{found.message} {found.hint}".strip())
    if not found.ready:
        raise typer.Exit(1)


@key.command("set")
def set_key(address: Address = None, as_json: AsJson = False) -> None:
    """Keep a key: asked for at a terminal, else the first line of standard input.

    Exit code 0: kept. 1: there is no keyring to keep it, or it refuses. 2: no key, or no address.
    """
    from liveconvo_desktop.settings import keys  # noqa: PLC0415

    if address is not None:
        try:
            # As the settings would have it; under another spelling it is never found again.
            address = str(options.find("summary.base_url").parse(address))
        except ValueError as error:
            raise typer.BadParameter(f"--address: {error}") from error
    where = _address(address)
    if sys.stdin.isatty():
        given = str(typer.prompt(f"Key for {where}", hide_input=True, err=True))
    else:
        given = sys.stdin.readline()
    if not given.strip():
        raise typer.BadParameter("no key came in")
    keys.put(where, given)
    _tell_key("key_set", where, "The key is kept in the system's keyring for", as_json)


@key.command("remove")
def remove_key(address: Address = None, as_json: AsJson = False) -> None:
    """Take the key out of the keyring.

    Exit code 0, also where there was none.
    """
    from liveconvo_desktop.settings import keys  # noqa: PLC0415

    where = _address(address)
    gone = keys.remove(where)
    words = "The key is removed for" if gone else "There was no key for"
    _tell_key("key_removed" if gone else "no_key", where, words, as_json)


app.add_typer(key, name="key")


def warn_of_damage() -> None:
    """Say on standard error what is wrong with the file; a damaged one is copied aside."""
    # A data folder that cannot be used is said by the command that needs it.
    with suppress(LiveConvoError):
        wrong = settings.examine()
        if wrong is not None:
            print(f"warning: {wrong.message}\n  {wrong.hint}", file=sys.stderr)


def _option(name: str) -> Option:
    try:
        return options.find(name)
    except LiveConvoError as error:
        raise typer.BadParameter(f"{error.message} {error.hint}") from error


def _address(given: str | None) -> str:
    address = given or settings.load()[0].summary.base_url
    if not address:
        raise typer.BadParameter("no address is set; give --address or set summary.base_url")
    return address


def _change(option: Option, value: options.Value, as_json: bool) -> None:
    try:
        mine = settings.change(lambda found: option.write(found, value))
    except ValidationError as error:
        raise typer.BadParameter(f"{option.name}: {option.refusal(error)}") from error
    if as_json:
        _show(option, mine, True)
        return
    print(f"{option.name} is now {option.words(option.read(mine))}.")
    if option.section == "summary" and mine.summary.writer == "model":
        where = "No language model is named yet; `liveconvo settings list summary` says how."
        print(mine.summary.destination if mine.summary.has_model else where)


def _show(option: Option, mine: Settings, as_json: bool) -> None:
    value = option.read(mine)
    if as_json:
        row = {"name": option.name, "value": value, "default": option.default}
        row |= {"title": option.title, "help": option.help, "kind": option.kind}
        row |= {"unit": option.unit, "allowed": option.allowed}
        print(json.dumps(row, ensure_ascii=False))
        return
    changed = "" if value == option.default else f"  (default {option.words(option.default)})"
    print(f"  {option.name} = {option.words(value)}{changed}")
    allowed = f" Allowed: {option.allowed}." if option.allowed else ""
    print(f"      {option.help}{allowed}")


def _tell_key(event: str, where: str, words: str, as_json: bool) -> None:
    print(json.dumps({"event": event, "address": where}) if as_json else f"{words} {where}.")
