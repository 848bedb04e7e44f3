"""A wrong playbook must be refused in words that lead to the place; a good one must round trip."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from liveconvo_desktop.errors import PlaybookError
from liveconvo_desktop.guidance import playbook
from liveconvo_desktop.guidance.playbook import BUILTIN, Playbook, TriggerName, load, load_builtin
from liveconvo_desktop.guidance.triggers import TRIGGERS

LABELS = {
    "sales_call": "objection_price objection_timing objection_authority objection_competitor "
    "objection_trust objection_need buying_signal pain_point vague_answer decision_process "
    "rep_discount rep_guarantee rep_disparage open_question commitment close_without_next_step",
    "interview": "vague_answer open_question commitment leading_question sensitive_question "
    "strong_example close_without_next_step",
    "meeting": "decision_made action_item commitment open_question off_topic risk_raised "
    "close_without_next_step",
    "consultation": "pain_point vague_answer open_question rep_guarantee red_flag commitment "
    "decision_process close_without_next_step",
}
GOOD = """\
name: mine
title: Mine
conversation_type: sales_call
cues:
  - id: hello
    kind: ask
    phrases: [hello there]
    say: {text: Say hello back}
"""


def test_every_builtin_has_its_cues() -> None:
    books = {book.name: book for book in load_builtin()}
    assert tuple(books) == BUILTIN
    for name, ids in LABELS.items():
        assert set(ids.split()) <= {cue.id for cue in books[name].cues}


def test_the_registry_holds_every_trigger_a_playbook_may_name() -> None:
    assert set(TRIGGERS) == set(get_args(TriggerName))


@pytest.mark.parametrize("book", load_builtin(), ids=lambda book: book.name)
def test_prompts_round_trip_through_a_row(book: Playbook) -> None:
    again = Playbook.from_prompts(book.name, book.conversation_type, book.prompts(), "row-1")
    assert again.cues == book.cues
    assert again.template_id == "row-1"


def test_the_builtins_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_builtin()
    monkeypatch.setattr(playbook, "load", lambda path: pytest.fail(f"{path} is read again"))
    assert load_builtin() == first
    assert playbook.builtin("meeting") is load_builtin()[2]
    first.clear()  # the caller's own list
    assert len(load_builtin()) == len(BUILTIN)


def test_template_ids_are_stable_and_differ() -> None:
    ids = [book.template_id for book in load_builtin()]
    assert ids == [book.template_id for book in load_builtin()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Say hello back", "x" * 61, ["line 8", "'hello'", "say › text", "60 characters"]),
        ("kind: ask", "kind: nag", ["line 6", "kind"]),
        ("hello there", "'* there'", ["line 7", "phrases", "start or end"]),
        ("id: hello", "id: Hello World", ["line 5", "id"]),
        ("kind: ask", "kind: ask\n    colour: red", ["line 7", "colour"]),
        ("kind: ask", "kind: ask\n    on_partial: true", ["'hello'", "avoid"]),
        ("sales_call", "chat", ["line 3", "conversation_type"]),
        ("  - id: hello", "  - &c\n    id: hello", []),
        ("name: mine", "name: [mine", ["not valid YAML"]),
        (GOOD, "just words", ["holds no playbook"]),
    ],
)
def test_errors_name_file_line_and_field(
    tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace(old, new))
    if not words:
        assert load(file).name == "mine"
        return
    with pytest.raises(PlaybookError) as caught:
        load(file)
    assert all(word in caught.value.message for word in ["mine.yaml", *words])
    assert caught.value.hint


def test_a_cue_defined_twice_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    cue: dict[str, Any] = {"id": "a", "kind": "ask", "phrases": ["b"], "say": {"text": "c"}}
    with pytest.raises(PlaybookError, match="a is defined more than once"):
        Playbook.from_prompts("mine", "meeting", [cue, cue])
    with pytest.raises(PlaybookError, match="cue number 1"):
        Playbook.from_prompts("mine", "meeting", [{"kind": "ask"}])
    with pytest.raises(PlaybookError, match="cannot be read"):
        load(tmp_path / "none.yaml")
