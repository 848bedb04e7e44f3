"""How much of a partial can be trusted: what two decodes in a row agree on.

LocalAgreement-2 on words (Macháček et al. 2023, "Turning Whisper into Real-Time Transcription
System"); used here only to dim the rest, never to hold text back.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"\S+")


def _key(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())


def stable_prefix(before: str, now: str) -> int:
    """Leading characters of ``now`` whose words ``before`` has too, case and marks aside."""
    end = 0
    for old, new in zip(_WORD.finditer(before), _WORD.finditer(now), strict=False):
        if _key(old.group()) != _key(new.group()):
            break
        end = new.end()
    return end


class Agreement:
    """Remembers the last partial of every open utterance."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def feed(self, utterance_id: str, text: str) -> int:
        """Stable characters of ``text``, the newest partial of this utterance."""
        stable = stable_prefix(self._last.get(utterance_id, ""), text)
        self._last[utterance_id] = text
        return stable

    def forget(self, utterance_id: str) -> str | None:
        """The utterance is over; its last partial, or None where none was ever fed."""
        return self._last.pop(utterance_id, None)
