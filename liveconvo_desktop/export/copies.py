"""A conversation once more: the same with ids of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liveconvo_desktop.events import new_id
from liveconvo_desktop.export.document import Document

_NAMING = ("id", "old", "group")
"""Fields that name a row of this conversation; every other place only cites one."""


def with_new_ids(document: Document) -> Document:
    """A copy in which every row has a new id, and what cites a row cites the copy's.

    Ids of what is not in the file (templates) stay.
    """
    content = document.model_dump(mode="json")
    fresh = {known: new_id() for known in set(_named(content))}
    return Document.model_validate(_renamed(content, fresh))


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _NAMING and isinstance(inner, str):
                yield inner
            elif key != "content":  # a summary's own words, which only cite
                yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


def _renamed(value: Any, fresh: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {fresh.get(key, key): _renamed(inner, fresh) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, fresh) for inner in value]
    return fresh.get(value, value) if isinstance(value, str) else value
