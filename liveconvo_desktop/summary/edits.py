"""What a user may change of a summary; each gives a new draft."""

from __future__ import annotations

from datetime import date
from typing import Literal, cast

from liveconvo_desktop.summary.base import Action, Draft, Statement

Part = Literal["tldr", "decisions", "actions", "questions", "topics"]
Place = tuple[Part, int] | tuple[Part, int, int]
"""A statement: a part and its number; in ``topics`` the topic's number comes first."""


def at(draft: Draft, place: Place) -> Statement:
    """The statement at a place."""
    if len(place) == 3:
        return draft.topics[place[1]].statements[place[2]]
    return cast(tuple[Statement, ...], getattr(draft, place[0]))[place[1]]


def reword(draft: Draft, place: Place, words: str) -> Draft:
    """The draft with another wording there; without words the statement goes.

    Its citations stay: the user says the same thing better.
    """
    words = " ".join(words.split())
    changed = [at(draft, place).model_copy(update={"text": words})] if words else []
    number = place[-1]
    if len(place) == 3:
        topic = draft.topics[place[1]]
        kept = topic.statements
        said = (*kept[:number], *changed, *kept[number + 1 :])
        topics = list(draft.topics)
        topics[place[1]] = topic.model_copy(update={"statements": said})
        return draft.model_copy(update={"topics": tuple(one for one in topics if one.statements)})
    kept = getattr(draft, place[0])
    return draft.model_copy(update={place[0]: (*kept[: place[1]], *changed, *kept[place[1] + 1 :])})


def revise(draft: Draft, number: int, words: str, owner: str, due: date | None) -> Draft:
    """The draft with other words, another owner and day of an action item."""
    actions = list(draft.actions)
    changed = {"text": " ".join(words.split()), "owner": owner, "due": due}
    actions[number] = actions[number].model_copy(update=changed)
    return draft.model_copy(update={"actions": tuple(actions)})


def tick(draft: Draft, number: int, done: bool) -> Draft:
    """The draft with an action item done, or not."""
    actions: list[Action] = list(draft.actions)
    actions[number] = actions[number].model_copy(update={"done": done})
    return draft.model_copy(update={"actions": tuple(actions)})
