"""Level meters."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

SILENCE_DBFS = -90.0


def peak_dbfs(samples: NDArray[np.float32]) -> float:
    """Peak of ``samples``, shape (n,), relative to full scale, -90.0 at silence."""
    peak = float(np.abs(samples).max()) if len(samples) else 0.0
    return max(SILENCE_DBFS, 20 * math.log10(peak)) if peak > 0 else SILENCE_DBFS
