"""Side tables of summaries."""

from __future__ import annotations
