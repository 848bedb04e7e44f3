"""Fit the guidance judge and write its weights: ``python -m training.guidance.fit``.

Six folds say how it does on lines and calls that it was not fitted on, and set each head's limit;
the weights that are written are fitted on everything. Deterministic; a few minutes on one core.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from liveconvo_desktop.guidance.learned import (
    Floats,
    features,
    grams,
    shape,
    wording,
)
from liveconvo_desktop.guidance.windows import windows
from liveconvo_desktop.language.embed import Embedder
from training.guidance.corpus import EITHER, USER, Example, calls, heads, homes, lines, turns

TARGET = Path(__file__).resolve().parents[2] / "resources/models/guidance/weights.npz"
FOLDS = 6
STEPS = 250
RATE = 0.05
DECAY = 5e-4
RARE = 3
"""A wording has to be in this many examples."""
POSITIVE = 0.3
"""What a cue's own examples weigh together, against everything else."""
ELSEWHERE = 0.05
"""What words weigh in a head that never hears them: another side, another kind of talk."""
CAUTION = 0.6
"""Below 1 a false chip counts more than a missed one (the beta of F-beta)."""
SHARED = 0.5
"""How far each limit is drawn to the mean of all: a head has a dozen turns in calls to set its own
by, and chosen on one half of the calls, limits drawn halfway did best on the other half."""
MARGIN = 0.0
"""Added to every limit: above 0 for fewer chips, and fewer false ones."""
_ALIKE = (
    {"action_item", "commitment"},
    {"decision_process", "objection_authority"},
    {"risk_raised", "red_flag", "pain_point"},
)
"""A line written for one of these says nothing about the others."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A judge without limits."""

    grams: dict[str, int]
    rarity: Floats
    matrix: Floats


class Vectors:
    """Embeddings, each text once."""

    def __init__(self) -> None:
        self._embed = Embedder(1)
        self._known: dict[str, Floats] = {}

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, one a text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        # One by one, as in a call: the vectors of a batch are scaled by each other.
        self._known.update((text, self._embed([text])[0]) for text in new)
        return np.stack([self._known[text] for text in texts])


def fit(examples: Sequence[Example], names: Sequence[str], vectors: Vectors) -> Fitted:
    """Logistic regressions side by side, by Adam on the whole set."""
    counts = Counter(gram for one in examples for gram in grams(one.text))
    known = {gram: at for at, gram in enumerate(sorted(g for g, n in counts.items() if n >= RARE))}
    rarity = np.array([np.log(len(examples) / counts[gram]) / 4 for gram in known], np.float32)
    wanted, weight = _targets(examples, names)
    given = _features(examples, known, rarity, vectors)
    matrix = np.zeros((given.shape[1], len(names)), np.float32)
    first, second = np.zeros_like(matrix), np.zeros_like(matrix)
    for step in range(1, STEPS + 1):
        error = (1 / (1 + np.exp(-(given @ matrix))) - wanted) * weight
        slope = given.T @ error / weight.sum(axis=0) + DECAY * matrix
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope * slope
        pace = np.sqrt(second / (1 - 0.999**step)) + 1e-8
        matrix -= RATE * (first / (1 - 0.9**step)) / pace
    return Fitted(known, rarity, matrix)


def odds(fitted: Fitted, examples: Sequence[Example], vectors: Vectors) -> Floats:
    """Log-odds as the product takes them: the whole and its strongest piece, in the middle."""
    found = np.zeros((len(examples), fitted.matrix.shape[1]), np.float32)
    for row, one in enumerate(examples):
        pieces = [Example("", piece.text, (), one.before) for piece in windows(one.text)]
        shaped = np.repeat(shape(one.text, one.before)[None], len(pieces), axis=0)
        given = _features(pieces, fitted.grams, fitted.rarity, vectors, shaped)
        each = given @ fitted.matrix
        found[row] = (each[0] + each.max(axis=0)) / 2
    return found


def limits(found: Floats, examples: Sequence[Example], names: Sequence[str]) -> NDArray[np.float32]:
    """For each head the log-odds that serve best on turns as they come in calls."""
    in_calls = np.array([bool(one.call) for one in examples])
    chosen = []
    for at, name in enumerate(names):
        heard = np.array([_hears(name, one) for one in examples])
        right = np.array([name in one.cues for one in examples])
        wrong = heard & ~right & np.array([not _unclear(one, name) for one in examples])
        # A cue comes about once in fifty turns, however many lines were written for it.
        here = (wrong & in_calls).sum()
        mass = max(right[in_calls].sum(), 0.02 * here)
        gain = np.where(right, np.where(in_calls, 2.0, 1.0), 0.0)
        gain *= mass / gain.sum()
        cost = np.where(wrong, np.where(in_calls, 1.0, 0.1), 0.0)
        chosen.append(_best_limit(found[:, at], gain, cost))
    own = np.array(chosen, np.float32)
    return (1 - SHARED) * own + SHARED * own.mean()


def _best_limit(found: Floats, gain: NDArray[np.float64], cost: NDArray[np.float64]) -> float:
    order = np.argsort(-found)
    hits, false = np.cumsum(gain[order]), np.cumsum(cost[order])
    square = CAUTION**2
    # Half a false chip more than was seen: what was not seen is not impossible.
    worth = (1 + square) * hits / (hits + false + 0.5 + square * gain.sum())
    best = int(worth.argmax())
    after = order[min(best + 1, len(order) - 1)]
    return float((found[order[best]] + found[after]) / 2)


def _features(
    examples: Sequence[Example],
    known: dict[str, int],
    rarity: Floats,
    vectors: Vectors,
    shapes: Floats | None = None,
) -> Floats:
    texts = [one.text for one in examples]
    if shapes is None:
        shapes = np.stack([shape(one.text, one.before) for one in examples])
    return features(shapes, vectors(texts), wording(texts, known, rarity))


def _targets(examples: Sequence[Example], names: Sequence[str]) -> tuple[Floats, Floats]:
    wanted = np.zeros((len(examples), len(names)), np.float32)
    weight = np.ones_like(wanted)
    for at, name in enumerate(names):
        for row, one in enumerate(examples):
            wanted[row, at] = name in one.cues
            if _unclear(one, name):
                weight[row, at] = 0.0
            elif not _hears(name, one):
                weight[row, at] = ELSEWHERE
            elif one.about == name:
                weight[row, at] = 1.5
        own = wanted[:, at] > 0
        weight[own, at] = POSITIVE * weight[~own, at].sum() / own.sum()
    return wanted, weight


def _hears(name: str, one: Example) -> bool:
    """Whether a playbook would judge these words by this head at all."""
    listens = "user" if name in USER else "either" if name in EITHER else "other"
    return bool(one.kinds & homes(name)) and (
        "either" in (listens, one.side) or listens == one.side
    )


def _unclear(one: Example, name: str) -> bool:
    if one.call or name in one.cues:
        return False
    return any(name in group and group & set(one.cues) for group in _ALIKE)


def folds(examples: Sequence[Example]) -> NDArray[np.int64]:
    """Which fold an example is left out in; a call stays whole."""
    ids = {call: at for at, call in enumerate(dict.fromkeys(one.call for one in examples))}
    return np.array(
        [(ids[one.call] if one.call else row) % FOLDS for row, one in enumerate(examples)]
    )


def main() -> None:
    """Fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-write", action="store_true", help="keep the limits of the file")
    options = parser.parse_args()
    alone = list(lines())
    names = heads(alone)
    examples = [*alone, *(turn for call in calls() for turn in turns(call))]
    vectors = Vectors()
    if options.only_write:
        with np.load(TARGET) as kept:
            chosen = kept["limits"]
    else:
        chosen = report(examples, names, vectors)
    whole = fit(examples, names, vectors)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        TARGET,
        heads=np.array(names),
        grams=np.array(list(whole.grams)),
        rarity=whole.rarity.astype(np.float16),
        matrix=whole.matrix.astype(np.float16),
        limits=chosen,
    )
    print(f"{TARGET.name}: {TARGET.stat().st_size // 1000} kB, {len(examples)} examples")


def report(examples: Sequence[Example], names: Sequence[str], vectors: Vectors) -> Floats:
    """Judge every example by a fit without it; print how each head did in calls."""
    where = folds(examples)
    found = np.zeros((len(examples), len(names)), np.float32)
    for fold in range(FOLDS):
        kept = [one for one, at in zip(examples, where, strict=True) if at != fold]
        out = np.flatnonzero(where == fold)
        found[out] = odds(fit(kept, names, vectors), [examples[at] for at in out], vectors)
    chosen = limits(found, examples, names)
    in_calls = np.array([bool(one.call) for one in examples])
    print(f"{'head':24}{'hit':>5}{'miss':>6}{'false':>7}   lines hit, false")
    for at, name in enumerate(names):
        right = np.array([name in one.cues for one in examples])
        heard = np.array([_hears(name, one) and not _unclear(one, name) for one in examples])
        raised = (found[:, at] > chosen[at]) & heard
        print(
            f"{name:24}{(raised & right & in_calls).sum():5}{(~raised & right & in_calls).sum():6}"
            f"{(raised & ~right & in_calls).sum():7}"
            f"   {(raised & right & ~in_calls).sum()}, {(raised & ~right & ~in_calls).sum()}"
        )
    for margin in (-0.5, -0.25, 0.0, 0.25, 0.5):
        print(f"margin {margin:+.2f}: {overall(found - chosen - margin, examples, names)}")
    return np.asarray(chosen + MARGIN, np.float32)


def overall(lead: Floats, examples: Sequence[Example], names: Sequence[str]) -> str:
    """Precision, recall, F1 and false chips in five minutes over the turns of the calls.

    As in the product, the surest of the cues that listen to a turn is raised, and a commitment or
    an open question beside it.
    """
    beside = {"commitment", "open_question"}
    hits = missed = false = 0
    words = 0
    for row, one in enumerate(examples):
        if not one.call:
            continue
        words += len(one.text.split())
        over = [(lead[row, at], name) for at, name in enumerate(names) if _hears(name, one)]
        raised = {name for sure, name in over if name in beside and sure > 0}
        best = max((entry for entry in over if entry[1] not in beside), default=(-1.0, ""))
        raised |= {best[1]} if best[0] > 0 else set()
        wanted = set(one.cues) & set(names)
        hits, missed = hits + len(raised & wanted), missed + len(wanted - raised)
        false += len(raised - wanted)
    precision, recall = hits / max(hits + false, 1), hits / max(hits + missed, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    # The development calls run at 2.4 words a second, pauses included.
    often = false / (words / 2.4 / 300)
    return f"P {precision:.2f} R {recall:.2f} F1 {f1:.3f}, {often:.2f} false in 5 min"


if __name__ == "__main__":
    main()
