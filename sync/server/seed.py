"""The product's own templates: rows of nobody, which every user may read and point to."""

from __future__ import annotations

from pydantic import BaseModel, TypeAdapter
from pydantic_core import to_json
from sqlalchemy import create_engine, text

from sync.server.config import Config

_UPSERT = text(
    "INSERT INTO templates (id, name, description, conversation_type, guidance_prompts,"
    " context_instructions, summary_template, is_system_template, is_public)"
    " SELECT id, name, description, conversation_type, guidance_prompts, context_instructions,"
    " summary_template, true, false"
    " FROM json_populate_recordset(NULL::templates, CAST(:rows AS json))"
    " ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description,"
    " guidance_prompts = excluded.guidance_prompts, summary_template = excluded.summary_template,"
    " context_instructions = excluded.context_instructions"
    " WHERE templates.is_system_template"
)


class SystemTemplate(BaseModel):
    """As ``liveconvo sync system-templates`` prints them."""

    id: str
    name: str
    description: str
    conversation_type: str
    guidance_prompts: list[dict[str, object]]
    context_instructions: str
    summary_template: str


def seed(config: Config, document: bytes) -> int:
    """Bring the system templates to a JSON list's content; their use counts stay.

    Returns:
        How many there are.

    Raises:
        pydantic.ValidationError: It is no such list; nothing was changed.
    """
    found = TypeAdapter(list[SystemTemplate]).validate_json(document)
    engine = create_engine(config.database_url)
    try:
        with engine.begin() as connection:
            connection.execute(_UPSERT, {"rows": to_json(found).decode()})
    finally:
        engine.dispose()
    return len(found)
