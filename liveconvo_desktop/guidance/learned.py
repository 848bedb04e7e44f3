"""The trained judge: how much a turn sounds like each cue, from its meaning and its wording.

A logistic regression a cue over three views of the same words: the MiniLM embedding, the stems
with their neighbours, and the shape of the exchange (does it answer a question, how long is it,
does it name a number or a day). Its weights are fitted by ``training/guidance`` on lines and calls
of our own making and lie in ``resources/models/guidance``. Pure arithmetic: the embedding is
handed in, and nothing is kept of what was said but the vectors of the current turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from liveconvo_desktop import paths
from liveconvo_desktop.guidance.windows import Window, windows
from liveconvo_desktop.language.acts import is_question, questions, reply_shape
from liveconvo_desktop.language.words import tokens

Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]
"""Texts to unit vectors; ``language.embed.Embedder`` is one."""

REPLY = 9
SHAPES = 16 + REPLY
_MEANING = 2.0
_WORDING = 2.0
_SHAPE = 0.5
"""How the three views are scaled against each other before the fit."""
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")
_KEPT = 64
ALIKE = 0.6
"""The cosine at which a sentence means what an example means; neutral talk stays below."""
_LEAD = 0.05
"""How much closer an example has to be than a counter-example."""
_STEEP = 12.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """How sure the judge is of one cue.

    Attributes:
        score: 0..1, on the scale where ``SURE`` is the point that a cue is worth showing.
        window: The piece of the turn that speaks for it most.
    """

    score: float
    window: Window


SURE = 0.62
"""Every head's own threshold is moved here, so that one eagerness serves all of them."""


@dataclass(frozen=True)
class Weights:
    """What was fitted.

    Attributes:
        heads: Names of the cues, one a column of ``matrix``.
        grams: The wordings that have a row of their own.
        rarity: How much each wording weighs.
        matrix: Shape (SHAPES + dimensions of the embedding + grams, heads).
        limits: The log-odds of each head above which its cue is worth showing.
    """

    heads: tuple[str, ...]
    grams: Mapping[str, int]
    rarity: Floats
    matrix: Floats
    limits: Floats


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """The weights that came with the program; read once."""
    with np.load(paths.resource("models/guidance/weights.npz")) as kept:
        return Weights(
            heads=tuple(str(one) for one in kept["heads"]),
            grams={str(gram): at for at, gram in enumerate(kept["grams"])},
            rarity=kept["rarity"].astype(np.float32),
            matrix=kept["matrix"].astype(np.float32),
            limits=kept["limits"].astype(np.float32),
        )


class Learned:
    """The judge at work for one call.

    Args:
        embed: Called with one new piece at a time.
    """

    def __init__(self, embed: Embed, weights: Weights | None = None) -> None:
        self._embed = embed
        self._weights = weights or shipped()
        self._vectors: dict[str, Floats] = {}
        self._sentences: dict[tuple[str, ...], Floats] = {}

    @property
    def heads(self) -> tuple[str, ...]:
        """The names of the cues that it knows."""
        return self._weights.heads

    def read(self, text: str, before: str, fresh: int = 0) -> dict[str, Verdict]:
        """How much a turn sounds like each cue.

        Args:
            text: The turn so far.
            before: What the other side said just before, "" if nothing.
            fresh: Index in ``text`` where the newest words begin; a piece speaks for a cue only
                where at least half of it is new.
        """
        pieces = windows(text)
        pieces = [pieces[0], *(p for p in pieces[1:] if _is_fresh(p, fresh))] if pieces else []
        if not pieces:
            return {}
        odds = self._odds(pieces, shape(text, before))
        # A clause is what can be read at a glance, so the evidence is one where there are any.
        clauses = odds[1:] if len(pieces) > 1 else odds
        best = clauses.argmax(axis=0) + (len(pieces) > 1)
        # The whole and its strongest piece count alike: a cue is often one clause of many, but
        # the rest of the turn says whether it was meant.
        found = (odds[0] + odds.max(axis=0)) / 2 - self._weights.limits
        sure = 1 / (1 + np.exp(-(found + np.log(SURE / (1 - SURE)))))
        return {
            head: Verdict(float(sure[at]), pieces[best[at]])
            for at, head in enumerate(self._weights.heads)
        }

    def like(
        self,
        text: str,
        examples: tuple[str, ...],
        counter_examples: tuple[str, ...] = (),
        fresh: int = 0,
    ) -> Verdict | None:
        """How close a turn comes to sentences that mean a cue, and not to those that do not."""
        pieces = [p for p in windows(text) if _is_fresh(p, fresh)]
        if not pieces:
            return None
        said = self._vectors_of([piece.text for piece in pieces])
        close = said @ self._fixed(examples).T
        apart = said @ self._fixed(counter_examples).T if counter_examples else np.zeros((1, 1))
        lead = close.max(axis=1) - np.maximum(ALIKE, apart.max(axis=1) + _LEAD)
        best = int(lead.argmax())
        odds = _STEEP * float(lead[best]) + np.log(SURE / (1 - SURE))
        return Verdict(float(1 / (1 + np.exp(-odds))), pieces[best])

    def _fixed(self, texts: tuple[str, ...]) -> Floats:
        """Vectors of sentences of a playbook, made once a call."""
        if texts not in self._sentences:
            self._sentences[texts] = self._alone(texts)
        return self._sentences[texts]

    def _alone(self, texts: Sequence[str]) -> Floats:
        """Each text by itself: beside a longer one it costs as much, and its vector shifts."""
        made = [self._embed([text])[0] for text in texts]
        return np.stack(made) if made else np.zeros((0, 0), np.float32)

    def _odds(self, pieces: Sequence[Window], shaped: Floats) -> Floats:
        """Log-odds, shape (pieces, heads)."""
        weights = self._weights
        meant = self._vectors_of([piece.text for piece in pieces])
        none = np.zeros((len(pieces), 0), np.float32)
        given = features(np.repeat(shaped[None], len(pieces), axis=0), meant, none)
        odds: Floats = given @ weights.matrix[: given.shape[1]]
        # Of thousands of wordings a piece has a few dozen: only their rows are added.
        rows = weights.matrix[given.shape[1] :]
        for piece, own in zip(pieces, odds, strict=True):
            at = [weights.grams[gram] for gram in grams(piece.text) if gram in weights.grams]
            rare = weights.rarity[at]
            own += _WORDING / max(float(np.linalg.norm(rare)), 1.0) * (rare @ rows[at])
        return odds

    def _vectors_of(self, texts: Sequence[str]) -> Floats:
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        self._vectors.update(zip(new, self._alone(new), strict=True))
        found = np.stack([self._vectors[text] for text in texts])
        while len(self._vectors) > _KEPT:
            del self._vectors[next(iter(self._vectors))]
        return found


def _is_fresh(piece: Window, fresh: int) -> bool:
    return 2 * (piece.end - max(piece.start, fresh)) >= piece.end - piece.start


def features(shapes: Floats, meant: Floats, worded: Floats) -> Floats:
    """The three views side by side, one row a text; the first column is the constant."""
    scaled = np.hstack([shapes[:, :1], shapes[:, 1:] * _SHAPE])
    return np.hstack([scaled, meant * _MEANING, worded * _WORDING]).astype(np.float32)


def grams(text: str) -> set[str]:
    """The wordings in a text: stems, neighbours, and neighbours with a word between."""
    said = ["<n>" if t.number else "<d>" if t.day else t.stem for t in tokens(text)]
    pairs = {f"{one} {two}" for one, two in pairwise(said)}
    wide = {f"{one} * {two}" for one, two in zip(said, said[2:], strict=False)}
    return {*said, *pairs, *wide}


def wording(texts: Iterable[str], known: Mapping[str, int], rarity: Floats) -> Floats:
    """Which known wordings each text has, by how rare they are; rows of length at most one."""
    texts = list(texts)
    found = np.zeros((len(texts), len(known)), np.float32)
    for row, text in enumerate(texts):
        at = [known[gram] for gram in grams(text) if gram in known]
        found[row, at] = rarity[at]
    length = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1.0)
    return np.asarray(found / length, np.float32)


def shape(text: str, before: str) -> Floats:
    """The exchange in ``SHAPES`` figures, the constant first."""
    asked = questions(before)[-1:]
    said = tokens(text)
    kind = asked[0].kind if asked else ""
    answers, vague = bool(asked), not any(t.number or t.day for t in said)
    asks = is_question(text)
    return np.array(
        [
            1.0, asks, answers, min(len(said), 60) / 30, len(said) < 8,
            any(t.number for t in said), any(t.day for t in said),
            answers and vague, answers and vague and len(said) < 30,
            kind == "quantity", kind == "quantity" and vague, kind == "person", kind == "open",
            min(len(_NAME.findall(text)), 3) / 3, answers and asks, bool(before),
            *(reply_shape(asked[0], text) if asked else (0.0,) * REPLY),
        ],
        np.float32,
    )  # fmt: skip
