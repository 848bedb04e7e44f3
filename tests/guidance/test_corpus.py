"""What the judge learns from must be readable, or a wrong label is trained in silently."""

from __future__ import annotations

from liveconvo_desktop.guidance.playbook import load_builtin
from training.guidance import corpus


def test_every_line_belongs_to_a_cue_of_a_playbook() -> None:
    examples = list(corpus.lines())
    cues = {cue.id for book in load_builtin() for cue in book.cues}
    assert len(examples) > 2000
    assert {one.about for one in examples if one.about} <= cues
    assert all(one.text.strip() for one in examples)
    assert {cue for one in examples for cue in one.cues} == set(corpus.heads(examples))


def test_no_words_carry_two_labels() -> None:
    labels: dict[tuple[str, str, str], set[tuple[str, ...]]] = {}
    for one in corpus.lines():
        labels.setdefault((one.about, one.before, one.text), set()).add(one.cues)
    assert [key for key, found in labels.items() if len(found) > 1] == []


def test_every_call_has_a_kind_and_labels_of_its_playbook() -> None:
    known = {book.name: {cue.id for cue in book.cues} for book in load_builtin()}
    calls = corpus.calls()
    assert len({call["id"] for call in calls}) == len(calls) > 30
    for call in calls:
        said = {cue for turn in call["turns"] for cue in turn["cues"]}
        assert said <= known[call["conversation_type"]], call["id"]
        assert all(turn["start"] < turn["end"] for turn in call["turns"])
