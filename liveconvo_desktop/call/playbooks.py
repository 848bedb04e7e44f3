"""Connects guidance's playbooks with the store's templates; neither knows the other."""

from __future__ import annotations

from liveconvo_desktop.errors import PlaybookError
from liveconvo_desktop.guidance.playbook import Playbook, load_builtin
from liveconvo_desktop.store import Store, Template


def seed_playbooks(store: Store) -> None:
    """Write the built-in playbooks as system templates; idempotent."""
    store.seed_templates(builtin_templates())


def builtin_templates() -> list[Template]:
    """The built-in playbooks as the templates that every database has."""
    return [_template(playbook) for playbook in load_builtin()]


def find_playbook(store: Store, name: str) -> tuple[Playbook, str]:
    """A built-in playbook by its name, or a template of the user's by its name, and its row id.

    Raises:
        PlaybookError: There is none, or its row does not validate.
    """
    builtin = {playbook.name: playbook for playbook in load_builtin()}
    if name in builtin:
        return builtin[name], builtin[name].template_id
    own = [t for t in store.templates() if not t.is_system]
    for template in own:
        if template.name == name:
            playbook = Playbook.from_prompts(
                template.name,
                template.conversation_type,
                template.guidance_prompts,
                row_id=template.id,
            )
            return playbook, template.id
    known = ", ".join([*builtin, *(t.name for t in own)])
    raise PlaybookError(f"There is no playbook called {name!r}.", f"Choose one of: {known}.")


def _template(playbook: Playbook) -> Template:
    return Template(
        id=playbook.template_id,
        name=playbook.title,
        description=playbook.description,
        conversation_type=playbook.conversation_type,
        guidance_prompts=playbook.prompts(),
        context_instructions=playbook.context_instructions,
        summary_template=playbook.summary_template,
        is_system=True,
    )
