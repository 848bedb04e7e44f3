"""What a level meter shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SILENCE_DBFS = -90.0
"""What a meter shows at silence; 16-bit audio cannot be quieter."""


def peak_dbfs(samples: NDArray[np.float32]) -> float:
    """Peak level in dB below full scale; ``SILENCE_DBFS`` at silence or no samples."""
    peak = float(np.abs(samples).max()) if len(samples) else 0.0
    return max(SILENCE_DBFS, 20 * float(np.log10(peak))) if peak > 0 else SILENCE_DBFS
