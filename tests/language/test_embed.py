"""Protects that likeness of meaning, not of words, decides what is close."""

import numpy as np
import pytest

from liveconvo_desktop.language.embed import DIMENSIONS, shared_embedder


@pytest.mark.model
def test_sentences_of_the_same_meaning_are_closer_than_others():
    found = shared_embedder()(
        ["That is too expensive for us.", "The price is above our budget.", "My cat likes fish."]
    )
    assert found.shape == (3, DIMENSIONS)
    assert found.dtype == np.float32
    assert found[0] @ found[1] > found[0] @ found[2] + 0.2
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


@pytest.mark.model
def test_a_vector_belongs_to_its_text_whatever_stands_beside_it():
    """Texts are sorted by length into batches and padded: neither may show in the result."""
    texts = ["word " * n for n in (40, 1, 7)] + ["short one", "a somewhat longer sentence here"]
    embed = shared_embedder()
    together = embed(texts)
    # int8 activations are scaled by the batch, so not bit for bit.
    for text, vector in zip(texts, together, strict=True):
        assert embed([text])[0] @ vector > 0.98


@pytest.mark.model
def test_nothing_gives_no_vectors():
    assert shared_embedder()([]).shape == (0, DIMENSIONS)
