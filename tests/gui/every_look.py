"""Draws pictures in every look: light and dark, at 100 % and 200 %, each in its own process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def run(module: str, render: Callable[[Path, str, str], None]) -> None:
    """What ``python -m MODULE FOLDER`` does; with a scheme and a ratio behind it, only that look.

    The scale cannot change once Qt has started, hence the processes.
    """
    folder, *look = sys.argv[1:]
    if look:
        render(Path(folder), *look)
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        for ratio in ("1", "2"):
            env = dict(os.environ, QT_SCALE_FACTOR=ratio)
            env.setdefault("QT_QPA_PLATFORM", "offscreen")
            command = [sys.executable, "-m", module, folder, scheme, ratio]
            subprocess.run(command, env=env, check=True)
