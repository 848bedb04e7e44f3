"""What the definitions of the side tables share."""

from __future__ import annotations

from sqlalchemy import MetaData

from sync import schema

local_metadata = MetaData(naming_convention=schema.NAMING)

local_extras: dict[str, str] = {}
"""What SQLAlchemy has no object for (virtual tables, views, triggers): name to statement, without
its last semicolon, in the order in which they are made, after every table."""
