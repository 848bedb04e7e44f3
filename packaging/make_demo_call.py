"""Make the demo call: two minutes of a sales call, its audio and its reference.

Needs Debian's ``flite`` (``apt-get install flite``) and this project's environment:

    python packaging/make_demo_call.py

The text is our own. The voices are flite's ``rms`` (the salesperson, on the microphone side) and
``slt`` (the customer, on the loudspeaker side), made at Carnegie Mellon University from the CMU
Arctic recordings and free to use, modify and distribute, output included. Turn times are those of
the speech itself: what the synthesiser leaves silent before and after is trimmed.

Writes ``resources/demo/sales_call.opus`` (stereo, left microphone, right loudspeaker; Opus, because
two minutes as FLAC are more than 1 MB) and ``resources/demo/sales_call.json``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

RATE = 16_000
LEVEL = 10 ** (-23 / 20)
"""RMS of a turn, relative to full scale: the loudness of an ordinary call."""
NOISE = 10 ** (-72 / 20)
"""RMS of the room on each side."""
LEAD_IN = 0.8
COMPRESSION = 0.93
"""Of libsndfile's 0 (256 kbit/s a channel) to 1 (6 kbit/s): about 25 kbit/s a channel."""
OUT = Path(__file__).resolve().parent.parent / "resources" / "demo"
LICENCE = (
    "Text by the LiveConvo project, Apache-2.0. Voices: flite rms and slt (CMU Arctic), "
    "Copyright Carnegie Mellon University, free to use, modify and distribute."
)

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Line:
    """One turn: who speaks, after how many seconds (negative: while the other still does), what."""

    channel: Literal["mic", "speaker"]
    gap: float
    text: str
    stretch: float = 1.0


VOICES = {"mic": ("rms", 0.94), "speaker": ("slt", 1.0)}
"""Voice and its duration factor; rms reads slowly."""

CALL = (
    Line("mic", 0.0, "Hi Dana, this is Marcus from North Peak. Thanks for making the time today."),
    Line("speaker", 0.5, "Hi Marcus. No problem, I have about ten minutes."),
    Line("mic", 0.4, "Perfect. Last time you told me that planning the week takes all of Monday. "
         "Is that still the case?"),
    Line("speaker", 0.6, "It is getting worse. We do everything by hand, and last month we lost "
         "two jobs because nobody saw the emails. It drives me crazy."),
    Line("mic", 0.7, "That sounds painful. With our planner, the whole week is on one screen, and "
         "every technician sees it on the phone."),
    Line("speaker", 0.5, "Okay, I like that. How soon could we start?"),
    Line("mic", 0.5, "You could start within two weeks. We move your data for you."),
    Line("speaker", 0.6, "That is good to hear. And where is our data stored? Is it stored in this "
         "country, or somewhere else?"),
    Line("mic", 0.6, "That is a great question. You know, what really matters is the dashboard. "
         "People love the dashboard, and you can even change the colors."),
    Line("speaker", -0.3, "Okay."),
    Line("speaker", 0.9, "So what would the planner cost for twenty people?"),
    Line("mic", 0.5, "For twenty people it is nineteen hundred dollars a month."),
    Line("speaker", 0.6, "Wow. That is too expensive for us. It is more than double what we "
         "pay now."),
    Line("mic", -0.2, "I understand. What are you comparing it with?"),
    Line("speaker", 0.6, "We are also talking to another vendor. They offered us a much lower "
         "price last week."),
    Line("mic", 0.8, "Well, if you sign this week, I can give you twenty percent off for the "
         "first year."),
    Line("speaker", 0.7, "Twenty percent would help. But our last supplier promised us a lot, and "
         "then they let us down."),
    Line("mic", 0.5, "That will not happen with us. I guarantee that you will save ten hours every "
         "week."),
    Line("speaker", 0.9, "Hm. I cannot sign anything without my business partner. He approves all "
         "of our contracts."),
    Line("mic", 0.5, "That makes sense. Could he join us for a short call?"),
    Line("speaker", 0.5, "Yes, I think he would like that. He is back on Thursday."),
    Line("mic", 0.5, "Good. I will send you the written offer by Wednesday, and we will call both "
         "of you on Friday at ten."),
    Line("speaker", 0.5, "Friday at ten works for me."),
    Line("mic", 0.4, "Great. Thank you for your time, Dana. Have a good day."),
    Line("speaker", -0.2, "Thank you, Marcus. Goodbye."),
)  # fmt: skip


def speak(line: Line, folder: Path) -> Samples:
    """The words of a line, trimmed to the speech, at ``LEVEL``; shape (n,), ``RATE`` Hz."""
    voice, pace = VOICES[line.channel]
    wav = folder / "line.wav"
    stretch = f"duration_stretch={pace * line.stretch}"
    subprocess.run(
        ["flite", "-voice", voice, "--setf", stretch, "-t", line.text, "-o", str(wav)], check=True
    )
    samples, rate = sf.read(wav, dtype="float32")
    if rate != RATE:
        raise SystemExit(f"flite gave {rate} Hz, {RATE} was expected")
    return _level(_trim(samples))


def _trim(samples: Samples) -> Samples:
    """Cut what is more than 45 dB below the loudest 10 ms, before and after."""
    frame = RATE // 100
    count = len(samples) // frame
    power = (samples[: count * frame].reshape(count, frame) ** 2).mean(axis=1)
    loud = np.flatnonzero(power > power.max() * 10**-4.5)
    return samples[loud[0] * frame : (loud[-1] + 1) * frame]


def _level(samples: Samples) -> Samples:
    scaled = samples * (LEVEL / np.sqrt((samples**2).mean()))
    return np.clip(scaled, -0.95, 0.95).astype(np.float32)


def mix() -> tuple[Samples, list[dict[str, object]]]:
    """The call as (n, 2) samples and its turns with their true times."""
    placed: list[tuple[int, int, Samples]] = []
    turns: list[dict[str, object]] = []
    end = round(LEAD_IN * RATE)
    with tempfile.TemporaryDirectory() as folder:
        for line in CALL:
            samples = speak(line, Path(folder))
            start = end + round(line.gap * RATE)
            end = start + len(samples)
            placed.append((start, 0 if line.channel == "mic" else 1, samples))
            turns.append(
                {
                    "channel": line.channel,
                    "start": round(start / RATE, 2),
                    "end": round(end / RATE, 2),
                    "text": line.text,
                }
            )
    noise = np.random.default_rng(7).standard_normal((end + RATE, 2)).astype(np.float32)
    stereo = noise * np.float32(NOISE)
    for start, side, samples in placed:
        stereo[start : start + len(samples), side] += samples
    return stereo, turns


def main() -> None:
    """Write the audio and the reference."""
    OUT.mkdir(parents=True, exist_ok=True)
    stereo, turns = mix()
    audio = OUT / "sales_call.opus"
    sf.write(audio, stereo, RATE, format="OGG", subtype="OPUS", compression_level=COMPRESSION)
    call = {
        "id": "demo-sales-call",
        "conversation_type": "sales_call",
        "title": "Northpeak planner, second call with Dana",
        "licence": LICENCE,
        "duration": round(len(stereo) / RATE, 2),
        "turns": turns,
    }
    reference = OUT / "sales_call.json"
    reference.write_text(json.dumps(call, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{audio.stat().st_size / 1e6:.2f} MB, {call['duration']} s\n")


if __name__ == "__main__":
    main()
