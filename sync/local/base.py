"""What the definitions of the side tables share."""

from __future__ import annotations

from sqlalchemy import MetaData

from sync import schema

local_metadata = MetaData(naming_convention=schema.NAMING)
