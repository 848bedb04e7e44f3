"""Playbooks: which cues a kind of conversation has, and what each one says to the user.

A playbook is a YAML file under ``resources/playbooks`` or the ``guidance_prompts`` of a row in
``templates``; both hold the same cue objects.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from uuid import UUID, uuid5

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from liveconvo_desktop import paths
from liveconvo_desktop.errors import PlaybookError
from liveconvo_desktop.events import ChipKind, ConversationType
from liveconvo_desktop.language.phrases import compile_phrase

BUILTIN = ("sales_call", "interview", "meeting", "consultation")
# The C parser is ten times faster, but not every build of PyYAML has it.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NAMESPACE = UUID("7f0a4c5e-54b5-5d0e-9f43-6a3c2b1d0e8f")

Sentence = Annotated[str, Field(min_length=3, max_length=300)]
Side = Literal["user", "other", "either"]
TriggerName = Literal[
    "said", "promise", "open_question", "commitment", "closing", "example", "monologue", "pace"
]
"""Which judge decides about a cue; the same names as in ``guidance.triggers``."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Say(_Model):
    """What the chip tells the user: a glance, and a line more."""

    text: str = Field(min_length=1, max_length=60)
    detail: str = Field(default="", max_length=200)


class Conditions(_Model):
    """Limits on the state of the conversation; all that are set must hold.

    Times are seconds of audio. ``answer``: the words answer a direct question of the other side.
    ``question``: the words that matched are (or are not) part of a question. ``words_min`` and
    ``words_max`` count the words of the turn; ``number``: it names (or names no) number.
    ``seen`` and ``unseen`` are ids of cues that were (not) raised before.
    """

    elapsed_min: float | None = None
    elapsed_max: float | None = None
    talk_ratio_min: float | None = Field(default=None, ge=0, le=1)
    talk_ratio_max: float | None = Field(default=None, ge=0, le=1)
    monologue_min: float | None = Field(default=None, gt=0)
    wpm_min: float | None = Field(default=None, gt=0)
    silence_min: float | None = Field(default=None, gt=0)
    last_speaker: Literal["user", "other"] | None = None
    question: bool | None = None
    answer: bool | None = None
    number: bool | None = None
    words_min: int | None = Field(default=None, ge=1)
    words_max: int | None = Field(default=None, ge=1)
    seen: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


class Cue(_Model):
    """One thing worth telling the user about.

    Attributes:
        trigger: Who judges; ``said`` matches phrases and hints under the conditions.
        learned: The head of the trained judge that decides together with the phrases; one that
            this version does not have is left out.
        examples: Sentences that mean it; what is said is compared with them by meaning where no
            head is named. They catch close paraphrases; phrases reach further.
        counter_examples: Sentences that only sound like it; what is closer to these is left out.
        speech: Whose words raise it.
        phrases: Each one alone raises the cue (see ``phrases`` for the language).
        hints: ``hints_needed`` different ones within a turn raise it.
        never: Any one of these in the turn keeps it quiet.
        cool_down: Seconds before it may be raised again.
        expires: Seconds after which its chip is not worth showing any more.
        document_query: What to look up in the documents when it comes.
        on_partial: Judge the user's words while they are still being said ("avoid" only).
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)
    kind: ChipKind
    priority: Annotated[int, Field(ge=1, le=3)] = 2
    trigger: TriggerName = "said"
    learned: str | None = None
    examples: tuple[Sentence, ...] = ()
    counter_examples: tuple[Sentence, ...] = ()
    speech: Side = "other"
    phrases: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    hints_needed: int = Field(default=2, ge=1)
    never: tuple[str, ...] = ()
    when: Conditions = Conditions()
    say: Say
    cool_down: float = Field(default=20.0, ge=0)
    max_per_call: int = Field(default=4, ge=1)
    expires: float = Field(default=30.0, gt=0)
    document_query: str = Field(default="", max_length=200)
    on_partial: bool = False

    @field_validator("phrases", "hints", "never")
    @classmethod
    def _compiles(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in phrases:
            compile_phrase(phrase)
        return phrases

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.on_partial and (self.kind != "avoid" or self.speech != "user"):
            raise ValueError("on_partial is for 'avoid' cues on the user's own speech")
        worded = self.phrases or self.hints or self.learned or self.examples
        if self.trigger in ("said", "promise") and not worded:
            raise ValueError(f"a cue judged by '{self.trigger}' needs phrases, hints or examples")
        return self


class Playbook(_Model):
    """The cues of one kind of conversation, with the words that models and summaries need."""

    name: str = Field(min_length=1, max_length=255)
    title: str = Field(min_length=1)
    conversation_type: ConversationType
    description: str = ""
    context_instructions: str = ""
    summary_template: str = ""
    cues: tuple[Cue, ...]
    row_id: str | None = None

    @model_validator(mode="after")
    def _cue_ids_are_unique(self) -> Self:
        ids = [cue.id for cue in self.cues]
        twice = sorted({cue for cue in ids if ids.count(cue) > 1})
        if twice:
            raise ValueError(f"cue {', '.join(twice)} is defined more than once")
        return self

    @property
    def template_id(self) -> str:
        """Id of its row in ``templates``: the row it came from, else one made from its name."""
        return self.row_id or str(uuid5(_NAMESPACE, self.name))

    def prompts(self) -> list[dict[str, Any]]:
        """The cues as JSON values, for the column ``templates.guidance_prompts``."""
        return [cue.model_dump(mode="json") for cue in self.cues]

    @classmethod
    def from_prompts(
        cls,
        name: str,
        conversation_type: str,
        guidance_prompts: list[dict[str, Any]],
        row_id: str | None = None,
    ) -> Playbook:
        """A playbook from a row of ``templates``.

        Raises:
            PlaybookError: A cue does not validate; the message names cue and field.
        """
        values = {
            "name": name,
            "title": name,
            "conversation_type": conversation_type,
            "cues": guidance_prompts,
            "row_id": row_id,
        }
        return _validate(values, f"playbook '{name}'", None)


def load(path: Path) -> Playbook:
    """Read one YAML playbook.

    Raises:
        PlaybookError: The file cannot be read or a value is wrong; file, line and field are named.
    """
    try:
        text = path.read_text(encoding="utf-8")
        values = yaml.load(text, Loader=_Loader)
    except OSError as error:
        raise _error(f"{path.name} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _error(f"{path.name} is not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(values, dict):
        raise _error(f"{path.name} holds no playbook: a mapping with 'name' and 'cues' is needed")
    return _validate(values, path.name, text)


def load_builtin() -> list[Playbook]:
    """The playbooks shipped with the program, in the order of ``BUILTIN``.

    Raises:
        PlaybookError: A shipped file is damaged.
    """
    return [_shipped(name) for name in BUILTIN]


def builtin(name: str) -> Playbook:
    """One shipped playbook by name.

    Raises:
        PlaybookError: There is none of that name.
    """
    if name not in BUILTIN:
        raise PlaybookError(
            f"There is no built-in playbook '{name}'.",
            f"Use one of {', '.join(BUILTIN)}.",
            "guidance.playbook",
        )
    return _shipped(name)


@cache
def _shipped(name: str) -> Playbook:
    """Read once: it is immutable, and the file does not change while the program runs."""
    return load(paths.resource(f"playbooks/{name}.yaml"))


def _validate(values: dict[str, Any], where: str, text: str | None) -> Playbook:
    """A playbook of these values; ``text`` is the YAML they came from, to name a line of it."""
    try:
        return Playbook.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        line = "" if text is None else f", line {_line(yaml.compose(text, _Loader), first['loc'])}"
        field = _field(first["loc"], values)
        raise _error(
            f"{where}{line}: {field}: {first['msg'].removeprefix('Value error, ')}"
        ) from error


def _error(message: str) -> PlaybookError:
    return PlaybookError(
        message, "Correct the playbook, or reset it to the built-in one.", "guidance.playbook"
    )


def _field(loc: tuple[int | str, ...], values: dict[str, Any]) -> str:
    """A field in words: ``cue 'pain_point' › say › text``."""
    if len(loc) >= 2 and loc[0] == "cues" and isinstance(loc[1], int):
        cue = values["cues"][loc[1]]
        name = cue.get("id") if isinstance(cue, dict) else None
        head = f"cue '{name}'" if name else f"cue number {loc[1] + 1}"
        return " › ".join([head, *(str(part) for part in loc[2:])])
    return " › ".join(str(part) for part in loc) or "the playbook"


def _line(node: yaml.Node | None, loc: tuple[int | str, ...]) -> int:
    """Line of the deepest node on the path ``loc``, from 1."""
    line = 1
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            pairs = [(key, value) for key, value in node.value if key.value == part]
            if not pairs:
                break
            line, node = pairs[0][0].start_mark.line + 1, pairs[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
