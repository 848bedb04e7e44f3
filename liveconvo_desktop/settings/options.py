"""The declared settings as a list to show, and values from what a person types."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.settings.declared import Settings

Kind = Literal["choice", "switch", "text", "whole", "number"]
Value = str | int | float | bool

_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")
_KINDS: dict[type, Kind] = {bool: "switch", int: "whole", float: "number", str: "text"}


@dataclass(frozen=True, slots=True)
class Option:
    """One setting, as declared.

    Attributes:
        name: Its section and its own name: ``summary.model``.
        choices: Of a choice, the values and their words.
        unit: Of a number; empty where it has none.
        limits: What a number may be, in words.
    """

    name: str
    title: str
    help: str
    kind: Kind
    default: Value
    unit: str = ""
    limits: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def section(self) -> str:
        """The section's name."""
        return self.name.partition(".")[0]

    @property
    def allowed(self) -> str:
        """What it may be, in words; empty where a text may be anything."""
        return self.limits or ", ".join(value for value, _ in self.choices)

    def read(self, mine: Settings) -> Value:
        """What is set."""
        section, _, own = self.name.partition(".")
        value: Value = getattr(getattr(mine, section), own)
        return value

    def write(self, mine: Settings, value: Value) -> None:
        """Set it in place; the caller saves.

        Raises:
            ValidationError: It is not valid.
        """
        section, _, own = self.name.partition(".")
        setattr(getattr(mine, section), own, value)

    def parse(self, typed: str) -> Value:
        """The value that the text says.

        Raises:
            ValueError: It says none, or one that is not allowed; its words tell which are.
        """
        value = self._value(typed.strip())
        try:
            self.write(Settings(), value)
        except ValidationError as error:
            raise ValueError(self.refusal(error)) from error
        return value

    def text(self, value: Value) -> str:
        """The value for a program, or to be typed."""
        if self.kind == "switch":
            return "on" if value else "off"
        return f"{value:.12g}" if isinstance(value, float) else str(value)

    def shown(self, value: Value) -> str:
        """The value in its field: a number with its thousands."""
        number = self.kind in ("whole", "number")
        return f"{float(value):,.12g}" if number else self.text(value)

    def words(self, value: Value) -> str:
        """The value as a person reads it."""
        said = dict(self.choices).get(str(value)) or self.shown(value)
        return f"{said} {self.unit}".strip() if said else "empty"

    def refusal(self, error: ValidationError) -> str:
        """Why a value is not allowed, in words."""
        if self.allowed:
            return f"Allowed: {self.allowed}."
        why = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        return f"{why[:1].upper()}{why[1:]}."

    def _value(self, typed: str) -> Value:
        if self.kind == "choice":
            wanted = [value for value, said in self.choices if typed in (value, said)]
            if not wanted:
                raise ValueError(f"Allowed: {self.allowed}.")
            return wanted[0]
        if self.kind == "switch":
            if typed.lower() not in ("on", "off", "true", "false", "yes", "no"):
                raise ValueError("Allowed: on, off.")
            return typed.lower() in ("on", "true", "yes")
        if self.kind in ("whole", "number"):
            return self._number(typed)
        return typed

    def _number(self, typed: str) -> Value:
        whole = self.kind == "whole"
        try:
            # 1,000 is a thousand; 1,5 may be meant as one and a half, and is asked again.
            plain = typed.replace(",", "") if _THOUSANDS.fullmatch(typed) else typed
            return int(plain) if whole else float(plain)
        except ValueError:
            kind = "a whole number" if whole else "a number"
            raise ValueError(f"This is not {kind}. Allowed: {self.limits}.") from None


@dataclass(frozen=True, slots=True)
class Section:
    """Settings that belong together."""

    name: str
    title: str
    about: str
    options: tuple[Option, ...]


@cache
def sections() -> tuple[Section, ...]:
    """Everything that can be set, in the order of its declaration."""
    found = []
    for name, field in Settings.model_fields.items():
        model = field.annotation
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        options = tuple(
            _option(f"{name}.{own}", one)
            for own, one in model.model_fields.items()
            if not _shown(one).get("hidden")
        )
        found.append(Section(name, field.title or name, field.description or "", options))
    return tuple(found)


def find(name: str) -> Option:
    """The setting of this name.

    Raises:
        LiveConvoError: There is none; it says which names are near.
    """
    known = {option.name: option for section in sections() for option in section.options}
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`liveconvo settings list` names all."
    raise LiveConvoError(f"There is no setting {name}.", hint, "settings")


def _option(name: str, field: FieldInfo) -> Option:
    shown = _shown(field)
    choices: dict[str, str] = shown.get("choices", {})
    kind: Kind = "choice"
    if get_origin(field.annotation) is Literal:
        choices = {value: choices.get(value, value) for value in get_args(field.annotation)}
    else:
        assert isinstance(field.annotation, type)
        kind = _KINDS[field.annotation]
    unit = str(shown.get("unit", ""))
    limits = _limits(field, unit) if kind in ("whole", "number") else ""
    title, help_ = field.title or name, field.description or ""
    return Option(name, title, help_, kind, field.default, unit, limits, tuple(choices.items()))


def _shown(field: FieldInfo) -> dict[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _limits(field: FieldInfo, unit: str) -> str:
    """``24 to 48 hours``; ``more than 0, up to 3,600 seconds``."""
    found = {
        name: getattr(one, name)
        for one in field.metadata
        for name in ("ge", "gt", "le", "lt")
        if getattr(one, name, None) is not None
    }
    low = f"{found['ge']:,}" if "ge" in found else ""
    if "gt" in found:
        low = f"more than {found['gt']:,},"
    high = f"{found['le']:,}" if "le" in found else ""
    between = "up to" if "gt" in found else "to"
    said = f"{low} {between} {high}" if low and high else (low.rstrip(",") or f"at most {high}")
    return f"{said} {unit}".strip()
