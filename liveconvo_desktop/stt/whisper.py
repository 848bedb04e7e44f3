"""Whisper through CTranslate2 with encoder windows as long as the speech, not 30 s.

faster-whisper always encodes 30 s. A live utterance lasts a few seconds, and the encoder is most
of its cost, so this calls the same model with windows of 10 to 18 s: measured eight times cheaper
on a 10 s window at the same error rate (docs/benchmarks.md). What keeps short windows from
looping: never under 10 s, zeros appended to the *audio*, a token cap, and a second decode at 30 s
where the figures look wrong.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from numpy.typing import NDArray

from liveconvo_desktop.errors import ModelError
from liveconvo_desktop.events import SAMPLE_RATE
from liveconvo_desktop.stt.base import Effort, Transcript
from liveconvo_desktop.stt.guards import (
    Decode,
    is_invented,
    needs_full_window,
    token_cap,
    without_loop,
)
from liveconvo_desktop.stt.models import find_model

FULL_WINDOW = 30
_MARGIN = 2.0
_STEP = 2
_HOP = 160
_BEAMS: dict[Effort, int] = {"draft": 1, "hurried": 1, "final": 5}


class WhisperTranscriber:
    """A Whisper model on this machine.

    Args:
        name: As ``stt.models.find_model`` takes it.
        language: ISO 639-1 code; English-only models ignore it.
        min_window: Shortest encoder window in seconds; 30 turns the short windows off.
        workers: Threads that may call ``transcribe`` at the same time, each on a core of its own.

    Raises:
        ModelError: The model is missing, incomplete or cannot be read.
    """

    provider = "whisper"

    def __init__(
        self, name: str, language: str = "en", min_window: int = 10, workers: int = 1
    ) -> None:
        self.model, folder = find_model(name)
        self._min_window = min_window
        try:
            # One thread: two gave no gain for utterances, and the other core belongs to the call.
            self._whisper = WhisperModel(
                str(folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=1,
                num_workers=workers,
                local_files_only=True,
            )
        # CTranslate2 raises RuntimeError and ValueError, tokenizers a bare Exception.
        except Exception as error:
            raise self._broken(str(folder), error) from error
        self._tokenizer = Tokenizer(
            self._whisper.hf_tokenizer,
            self._whisper.model.is_multilingual,
            task="transcribe",
            language=language,
        )
        self._prompt = [*self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]
        self._suppress = list(get_suppressed_tokens(self._tokenizer, [-1]))

    def _broken(self, folder: str, error: Exception) -> ModelError:
        return ModelError(
            f"The speech model in {folder} cannot be loaded ({error}).",
            "Copy the model again, choose another one, or reinstall LiveConvo.",
            "stt",
        )

    def transcribe(self, samples: NDArray[np.float32], effort: Effort) -> Transcript:
        """Read one utterance: shape (n,), float32 mono at 16 kHz, at most 30 s.

        Raises:
            ModelError: The recogniser failed on it.
        """
        seconds = len(samples) / SAMPLE_RATE
        try:
            decode = self._decode(samples, self._window(seconds), _BEAMS[effort])
            if effort != "draft" and needs_full_window(decode) and self._min_window < FULL_WINDOW:
                full = self._decode(samples, FULL_WINDOW, _BEAMS[effort])
                decode = max(decode, full, key=lambda d: (not d.capped, d.log_prob))
        except RuntimeError as error:
            raise ModelError(
                f"The speech model failed on {seconds:.1f} s of audio ({error}).",
                "The recording keeps the words; reopen the session later to read them again.",
                "stt",
            ) from error
        if is_invented(decode):
            return Transcript("", None)
        return Transcript(without_loop(decode.text), round(math.exp(decode.log_prob), 4))

    def _window(self, seconds: float) -> int:
        """Steps of 2 s: with free lengths the allocator's caches grew by 280 MB in 480 calls."""
        needed = _STEP * math.ceil((seconds + _MARGIN) / _STEP)
        return min(max(self._min_window, needed), FULL_WINDOW)

    def _decode(self, samples: NDArray[np.float32], window: int, beam: int) -> Decode:
        padded = np.zeros(window * SAMPLE_RATE, np.float32)
        taken = min(len(samples), len(padded))
        padded[:taken] = samples[:taken]
        mel = self._whisper.feature_extractor(padded)[:, : window * SAMPLE_RATE // _HOP]
        features = StorageView.from_array(np.ascontiguousarray(mel[None]))
        encoded = self._whisper.model.encode(features)
        cap = token_cap(taken / SAMPLE_RATE)
        result: Any = self._whisper.model.generate(
            encoded,
            [self._prompt],
            beam_size=beam,
            # CTranslate2 halves max_length for Whisper's two text contexts.
            max_length=min(2 * cap, self._whisper.max_length),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=self._suppress,
        )[0]
        tokens = result.sequences_ids[0]
        # The score is length-normalised with penalty 1; the mean counts the end token too.
        log_prob = result.scores[0] * len(tokens) / (len(tokens) + 1)
        text = self._tokenizer.decode(tokens).strip()
        return Decode(text, log_prob, result.no_speech_prob, len(tokens) >= cap)
