"""The library: every call as a table, filters, and search across all of them."""

from liveconvo_desktop.ui.library.page import LibraryPage

__all__ = ["LibraryPage"]
