"""The child of the kill test: saves finals for ever, and says each id once it is durable."""

from __future__ import annotations

import sys
from pathlib import Path

from liveconvo_desktop.events import SPEAKER_OF
from liveconvo_desktop.store import Store
from tests.store.make import make_segment, make_session

if __name__ == "__main__":
    store = Store.open(Path(sys.argv[1]))
    session = make_session()
    store.save(session)
    print(session.id, flush=True)
    t = 0.0
    while True:
        partial = make_segment(
            session.id, channel="mic", speaker=SPEAKER_OF["mic"], t0=t, t1=t + 1, final=False
        )
        store.save(partial)
        final = make_segment(session.id, id=partial.id, t0=t, t1=t + 2)
        store.save(final)
        print(final.id, flush=True)
        t += 2
