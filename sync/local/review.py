"""Side tables of review."""

from __future__ import annotations
