"""Run `liveconvo call` as a user would, in its own process, and keep what it said and used."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import soundfile as sf

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "bench-output"
RATE = 16_000

LIVECONVO = str(Path(sys.executable).with_name("liveconvo"))

Watch = Callable[[dict[str, Any], float], None]


@dataclass(frozen=True, slots=True)
class Run:
    """What one call said and used.

    Attributes:
        events: Every JSON line, the last one ("end") apart.
        end: The last line.
        process_cpu: CPU seconds of the whole process: start, model loading and end included.
    """

    events: list[dict[str, Any]]
    end: dict[str, Any]
    process_cpu: float

    @property
    def cpu(self) -> float:
        """CPU seconds per second of audio while the call ran."""
        return self.end["cpu_seconds"] / self.end["audio_seconds"]


def run_call(
    audio: Path,
    pace: str,
    model: str | None = None,
    extra: Sequence[str] = (),
    watch: Watch | None = None,
) -> Run:
    """Play a stereo file through a call in a process and a home of its own.

    Args:
        extra: Further options of the command.
        watch: Called with each event and the process's resident memory in MB at that moment.
    """
    command = [LIVECONVO, "call", "--stereo", str(audio), "--pace", pace, "--json", *extra]
    command += ["--model", model] if model else []
    with tempfile.TemporaryDirectory(prefix="liveconvo-bench-") as home:
        environment = {**os.environ, "LIVECONVO_HOME": home}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
        ) as process:
            events = list(_events(process, watch))
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or not events or events[-1]["event"] != "end":
        raise SystemExit(f"the call failed with status {process.returncode}: {' '.join(command)}")
    for fault in (e for e in events if e["event"] == "fault"):
        print(f"fault during {audio.name}: {fault}", file=sys.stderr)
    return Run(events[:-1], events[-1], usage.ru_utime + usage.ru_stime)


def _events(process: subprocess.Popen[str], watch: Watch | None) -> Iterator[dict[str, Any]]:
    resident = psutil.Process(process.pid)
    assert process.stdout
    for line in process.stdout:
        if not line.startswith("{"):
            continue
        event = json.loads(line)
        if watch:
            watch(event, resident.memory_info().rss / 1e6)
        yield event


def snippet(audio: Path, reference: dict[str, Any], seconds: float, folder: Path) -> Path:
    """The first seconds of a call, cut; drops the turns that do not end within them."""
    samples, rate = sf.read(audio, frames=int(seconds * sf.info(audio).samplerate))
    target = folder / audio.name
    sf.write(target, samples, rate)
    reference["turns"] = [t for t in reference["turns"] if t["end"] < seconds]
    return target


def save(name: str, result: dict[str, Any]) -> None:
    """Keep a result where ``report`` finds it, with the command and the machine that made it."""
    OUTPUT.mkdir(exist_ok=True)
    about = {"machine": machine(), **result}
    (OUTPUT / f"{name}.json").write_text(json.dumps(about, indent=1) + "\n")


def machine() -> str:
    """The processor and the versions that the figures depend on."""
    found = (line for line in _cpuinfo().splitlines() if line.startswith("model name"))
    name = next(found, "").partition(":")[2].strip() or platform.machine()
    cores = len(psutil.Process().cpu_affinity() or ())
    return f"{name}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def _cpuinfo() -> str:
    path = Path("/proc/cpuinfo")
    return path.read_text() if path.exists() else ""


def table(rows: list[dict[str, Any]]) -> str:
    """A Markdown table; the first row's keys are its columns."""
    if not rows:
        return ""
    columns = list(rows[0])

    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cells) + " |"

    body = [line(["–" if r.get(c) is None else str(r[c]) for c in columns]) for r in rows]
    return "\n".join([line(columns), line(["---"] * len(columns)), *body])
