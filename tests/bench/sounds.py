"""Kinds of nothing said: silence, noise and music, made from numbers (float32 mono, 16 kHz)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tests.bench.harness import RATE

Samples = NDArray[np.float64]
Maker = Callable[[int, np.random.Generator], Samples]


def silence(n: int, _: np.random.Generator) -> Samples:
    return np.zeros(n)


def room(n: int, rng: np.random.Generator) -> Samples:
    """The noise floor of a quiet room: -60 dBFS."""
    return 0.001 * rng.standard_normal(n)


def white(n: int, rng: np.random.Generator) -> Samples:
    return 0.03 * rng.standard_normal(n)


def pink(n: int, rng: np.random.Generator) -> Samples:
    spectrum = np.fft.rfft(rng.standard_normal(n))
    spectrum /= np.sqrt(np.maximum(1, np.arange(len(spectrum))))
    noise = np.fft.irfft(spectrum, n)
    return 0.05 * noise / noise.std()


def hum(n: int, rng: np.random.Generator) -> Samples:
    """Mains hum with its odd harmonics and a fan."""
    t = np.arange(n) / RATE
    tones = sum(np.sin(2 * np.pi * 50 * k * t + k) / k for k in (1, 3, 5, 7, 9, 11))
    return 0.05 * tones + 0.3 * pink(n, rng)


def keyboard(n: int, rng: np.random.Generator) -> Samples:
    """Keystrokes: two short bursts each, in runs with pauses, over a quiet room."""
    out = room(n, rng)
    burst = np.exp(-np.arange(int(0.012 * RATE)) / (0.002 * RATE))
    at = 0
    while (
        at := at + int(RATE * rng.choice([0.11, 0.16, 0.25, 2.0], p=[0.5, 0.3, 0.17, 0.03]))
    ) < n:
        for start in (at, at + int(0.07 * RATE)):
            part = out[start : start + len(burst)]
            part += rng.uniform(0.1, 0.4) * (burst * rng.standard_normal(len(burst)))[: len(part)]
    return out


def music(n: int, rng: np.random.Generator) -> Samples:
    """Four chords, a melody and drums at 100 beats a minute."""
    beat = int(0.6 * RATE)
    chords = (
        (220.0, 261.6, 329.6),
        (174.6, 220.0, 261.6),
        (261.6, 329.6, 392.0),
        (196.0, 246.9, 293.7),
    )
    bar = 4 * beat
    out = np.zeros(n + bar)
    for index, at in enumerate(range(0, n, bar)):
        chord = chords[index % len(chords)]
        out[at : at + bar] += sum(_note(f, bar, 1.6) for f in chord) * 0.05
        for step in range(8):
            start = at + step * beat // 2
            tone = _note(2 * rng.choice(chord), beat // 2, 0.25)
            out[start : start + len(tone)] += 0.06 * tone
        for step in range(4):
            hit = _snare(beat, rng) if step % 2 else _kick(beat)
            out[at + step * beat : at + (step + 1) * beat] += hit
    return out[:n]


def _note(frequency: float, n: int, decay: float) -> Samples:
    t = np.arange(n) / RATE
    tone = sum(np.sin(2 * np.pi * frequency * k * t) / k**1.5 for k in range(1, 7))
    return tone * np.minimum(1, t / 0.01) * np.exp(-t / decay)


def _kick(n: int) -> Samples:
    t = np.arange(n) / RATE
    return 0.3 * np.sin(2 * np.pi * (50 * t + 4 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / 0.09)


def _snare(n: int, rng: np.random.Generator) -> Samples:
    return 0.12 * rng.standard_normal(n) * np.exp(-np.arange(n) / (0.05 * RATE))


KINDS: dict[str, Maker] = {
    "digital silence": silence,
    "quiet room": room,
    "white noise": white,
    "pink noise": pink,
    "hum and fan": hum,
    "keyboard": keyboard,
    "music": music,
}


def stereo(make: Maker, seconds: float, seed: int = 1) -> NDArray[np.float32]:
    """Shape (n, 2): the same kind on both channels, differently drawn."""
    n = int(seconds * RATE)
    sides = [make(n, np.random.default_rng(seed + side)) for side in range(2)]
    return np.clip(np.stack(sides, axis=1), -1, 1).astype(np.float32)
