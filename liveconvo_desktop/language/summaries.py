"""Words of summaries that others have to know: who is meant, and what no customer should read."""

from __future__ import annotations

import re
from collections.abc import Mapping

FAR_SIDE: Mapping[str, str] = {
    "sales_call": "The customer",
    "interview": "The candidate",
    "consultation": "The client",
}
"""By kind of conversation; of every other kind it is ``OTHER_SIDE``."""

OTHER_SIDE = "The other side"

# For the user alone; ``for_the_user`` knows them all, and no document has them.
NO_NEXT_STEP = "Next step: none was heard."
"""A reminder to agree on one."""
NOTHING_SAID = "Nothing was said that could be summed up."
FOREIGN = (
    "The offline writer reads English, and this seems to be in another language: below is only "
    "some of what was said. Decisions, promises and questions were not looked for."
)
_ONE_SIDED = "Only {} can be heard in this call."
_FOR_THE_USER = re.compile(
    "|".join(map(re.escape, (NO_NEXT_STEP, NOTHING_SAID, FOREIGN)))
    + "|"
    + re.escape(_ONE_SIDED).replace(re.escape("{}"), ".+")
)


def one_sided(who: str) -> str:
    """That only one side was heard, for the user alone.

    Args:
        who: In the middle of a sentence: ``the customer``.
    """
    return _ONE_SIDED.format(who)


def for_the_user(text: str) -> bool:
    """Whether a statement tells the user something of the summary and nobody else anything."""
    return _FOR_THE_USER.fullmatch(text.strip()) is not None


def far_side(kind: str) -> str:
    """Who sits opposite the user in a conversation of this kind."""
    return FAR_SIDE.get(kind, OTHER_SIDE)


def far_sides() -> tuple[str, ...]:
    """Every word for it, to be found again in a written summary."""
    return (*FAR_SIDE.values(), OTHER_SIDE)
