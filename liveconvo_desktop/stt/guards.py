"""Guards against text that nobody said. Pure functions over one decode's figures."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

_MAX_COMPRESSION = 2.4
_LOW_LOG_PROB = -0.7
_NO_SPEECH = 0.6
_SILENT_LOG_PROB = -1.0


@dataclass(frozen=True, slots=True)
class Decode:
    """One decode's figures.

    Attributes:
        log_prob: Mean natural log-probability a token.
        no_speech: The model's probability that nothing was said, 0..1.
        capped: The decode ran into its token cap.
    """

    text: str
    log_prob: float
    no_speech: float
    capped: bool


def token_cap(seconds: float) -> int:
    """New tokens that speech of this length can hold; more is a loop."""
    return 8 + round(6 * seconds)


def compression_ratio(text: str) -> float:
    """Length over zlib-compressed length, as Whisper's reference decoder takes it."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0


def needs_full_window(decode: Decode) -> bool:
    """A short window misled the decoder: read again with the 30 s it was trained on."""
    return (
        decode.capped
        or decode.log_prob < _LOW_LOG_PROB
        or compression_ratio(decode.text) > _MAX_COMPRESSION
    )


def is_invented(decode: Decode) -> bool:
    """Text without speech under it.

    Low log-probability alone deletes real, mumbled words, so both signs are asked for; a loop is
    recognised by how well it compresses.
    """
    silent = decode.no_speech > _NO_SPEECH and decode.log_prob < _SILENT_LOG_PROB
    return silent or not any(c.isalnum() for c in decode.text)


def without_loop(text: str) -> str:
    """Cut a phrase that repeats three or more times at the end down to one.

    Only texts that compress like a loop are touched: people do say "no, no, no".
    """
    if compression_ratio(text) <= _MAX_COMPRESSION:
        return text
    words = text.split()
    for size in range(1, len(words) // 3 + 1):
        unit = words[-size:]
        count = 1
        while words[-size * (count + 1) : -size * count] == unit:
            count += 1
        if count >= 3:
            return " ".join(words[: len(words) - size * (count - 1)])
    return text
