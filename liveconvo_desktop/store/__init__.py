"""The session database: save(event), queries, and what keeps it whole."""

from liveconvo_desktop.store.failures import RowRefusedError
from liveconvo_desktop.store.maintenance import advice, check, ddl, repair, upgrade
from liveconvo_desktop.store.records import ChipRow, SessionRow, Template
from liveconvo_desktop.store.safe_sink import SafeSink
from liveconvo_desktop.store.store import Store

__all__ = [
    "ChipRow",
    "RowRefusedError",
    "SafeSink",
    "SessionRow",
    "Store",
    "Template",
    "advice",
    "check",
    "ddl",
    "repair",
    "upgrade",
]
