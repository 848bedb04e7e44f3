"""Words of summaries that others have to know: who is meant, and what no customer should read."""

from __future__ import annotations

from collections.abc import Mapping

FAR_SIDE: Mapping[str, str] = {
    "sales_call": "The customer",
    "interview": "The candidate",
    "consultation": "The client",
}
"""By kind of conversation; of every other kind it is ``OTHER_SIDE``."""

OTHER_SIDE = "The other side"


NO_NEXT_STEP = "Next step: none was heard."
"""For the user alone: a reminder to agree on one."""


def far_side(kind: str) -> str:
    """Who sits opposite the user in a conversation of this kind."""
    return FAR_SIDE.get(kind, OTHER_SIDE)


def far_sides() -> tuple[str, ...]:
    """Every word for it, to be found again in a written summary."""
    return (*FAR_SIDE.values(), OTHER_SIDE)
