"""The trained judge: what it is sure of, what it leaves alone, how it works with phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from liveconvo_desktop.guidance.engine import Engine
from liveconvo_desktop.guidance.learned import SHAPES, SURE, Floats, Learned, Weights, shipped
from liveconvo_desktop.guidance.playbook import load_builtin
from liveconvo_desktop.guidance.triggers.base import weigh
from liveconvo_desktop.language.embed import DIMENSIONS, shared_embedder

from .conftest import own, segment, talk


class Meaning:
    """Texts that hold "dear" point one way, all others another; it counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Floats:
        self.asked += texts
        return np.array(
            [[1.0, 0.0] if "dear" in text else [0.0, 1.0] for text in texts], np.float32
        )


def judge(meaning: Meaning) -> Learned:
    """One head, "price", that listens to the meaning alone."""
    matrix = np.zeros((SHAPES + 2, 1), np.float32)
    matrix[SHAPES], matrix[SHAPES + 1] = 2.0, -2.0
    weights = Weights(("price",), {}, np.zeros(0, np.float32), matrix, np.zeros(1, np.float32))
    return Learned(meaning, weights)


PRICE: dict[str, Any] = {
    "id": "price", "kind": "suggest", "learned": "price", "say": {"text": "Ask"}, "cool_down": 0,
}  # fmt: skip


def test_a_head_decides_without_any_phrase_and_cites_the_clause() -> None:
    engine = Engine(own([PRICE]), "s", judge=judge(Meaning()))
    assert talk(engine, "o: It is blue.") == []
    (chip,) = talk(engine, "o: It is blue. That is rather dear for us. Nice though.", start=20)
    assert "rather dear" in chip.evidence[0].quote
    assert engine.scores[chip.id] > SURE


def test_a_cue_of_ones_own_is_known_by_its_examples() -> None:
    cue = {**PRICE, "learned": None, "examples": ["that is dear"]}
    assert len(talk(Engine(own([cue]), "s", judge=judge(Meaning())), "o: How dear it is.")) == 1
    assert talk(Engine(own([cue]), "s", judge=judge(Meaning())), "o: It is blue.") == []
    unlike = {**cue, "counter_examples": ["dear Mary"]}
    assert talk(Engine(own([unlike]), "s", judge=judge(Meaning())), "o: How dear it is.") == []
    assert talk(Engine(own([cue]), "s"), "o: How dear it is.") == []


def test_examples_are_embedded_before_the_first_words() -> None:
    meaning = Meaning()
    cue = {**PRICE, "learned": None, "examples": ["that is dear"]}
    engine = Engine(own([cue]), "s", judge=judge(meaning))
    engine.warm()
    assert "that is dear" in meaning.asked
    talk(engine, "o: It is blue.")
    assert meaning.asked.count("that is dear") == 1


def test_without_a_judge_or_the_head_the_phrases_decide_alone() -> None:
    cue = {**PRICE, "phrases": ["steep"]}
    for book in (own([cue]), own([{**cue, "learned": "a_head_of_a_later_version"}])):
        engine = Engine(book, "s", judge=judge(Meaning()))
        engine.do_without_judge()
        assert talk(engine, "o: That is rather dear for us.") == []
        assert len(talk(engine, "o: That is steep.", start=20)) == 1


def test_a_phrase_adds_to_the_judge_and_does_not_overrule_it() -> None:
    verdict = judge(Meaning()).read("rather dear", "")["price"]
    assert weigh(None, 0.7) == 0.7
    assert weigh(verdict, 0.7) > weigh(verdict, 0.0) == pytest.approx(verdict.score)
    sure_not = replace(verdict, score=0.01)
    assert weigh(sure_not, 0.9) < SURE


def test_a_segment_is_embedded_once_and_only_its_new_pieces() -> None:
    meaning = Meaning()
    engine = Engine(own([PRICE, {**PRICE, "id": "again"}]), "s", judge=judge(meaning))
    engine.feed(segment("other", "It is blue. It is big.", 0, 2, id="a"))
    first = list(meaning.asked)
    assert len(first) == len(set(first)) == 3
    engine.feed(segment("other", "It is round.", 2.2, 3, id="b"))
    assert "It is blue." not in meaning.asked[3:]


def test_only_what_is_new_in_a_turn_can_speak_for_a_cue() -> None:
    engine = Engine(own([{**PRICE, "max_per_call": 9}]), "s", judge=judge(Meaning()))
    (chip,) = engine.feed(segment("other", "That is rather dear.", 0, 2, id="a"))
    (again,) = engine.feed(segment("other", "Dear me. So dear.", 2.2, 3, id="b")) or [None]
    assert chip.evidence[0].segment_id == "a"
    assert again is None or "rather" not in again.evidence[0].quote


def test_partials_and_backchannels_cost_nothing() -> None:
    meaning = Meaning()
    engine = Engine(own([PRICE]), "s", judge=judge(meaning))
    engine.feed(segment("other", "That is rather dear", 0, 1, final=False))
    assert meaning.asked == []


def test_the_shipped_weights_know_every_head_that_a_playbook_names() -> None:
    weights = shipped()
    named = {cue.learned for book in load_builtin() for cue in book.cues if cue.learned}
    assert named == set(weights.heads)
    rows = SHAPES + DIMENSIONS + len(weights.grams)
    assert weights.matrix.shape == (rows, len(weights.heads))
    assert len(weights.rarity) == len(weights.grams)
    assert np.isfinite(weights.matrix).all()


@pytest.mark.model
@pytest.mark.parametrize(
    ("book", "lines", "cue"),
    [
        ("sales_call", ["o: My brother-in-law would have to see it first, it's his barn too."],
         "objection_authority"),
        ("sales_call", ["u: Fine, I'll take the delivery off, and you get the stand for nothing."],
         "rep_discount"),
        ("sales_call", ["u: It will not fail, not once, I swear on my life."], "rep_guarantee"),
        ("consultation", ["o: There's a smell of gas by the cooker since we moved it ourselves."],
         "red_flag"),
        ("interview", ["u: Do you want children, if I may ask?"], "sensitive_question"),
        ("meeting", ["u: Right, we cancel the second tent, and that's final."], "decision_made"),
    ],
)  # fmt: skip
def test_words_that_no_phrase_foresaw(book: str, lines: list[str], cue: str) -> None:
    books = {one.name: one for one in load_builtin()}
    engine = Engine(books[book], "s", judge=Learned(shared_embedder()))
    assert cue in [chip.cue for chip in talk(engine, *lines, start=50)]


@pytest.mark.model
@pytest.mark.parametrize(
    "line",
    [
        "o: We've got two vans and a trailer, and my son drives the trailer.",
        "o: My brother-in-law is a baker, he gets up at three.",
        "u: And how many rooms is that, with the attic?",
        "u: I can't promise that it never happens, but this is what we do if it does.",
        "o: It was dear old Mrs Finch who planted those.",
    ],
)
def test_talk_that_means_nothing_stays_without_a_chip(line: str) -> None:
    # In a meeting the family is off the topic, and a chip may say so.
    for book in (one for one in load_builtin() if one.name != "meeting"):
        engine = Engine(book, "s", judge=Learned(shared_embedder()))
        assert talk(engine, line, start=50) == []
