"""A call begins with the documents of its template."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from liveconvo_desktop.call import CallPlan, build_call
from liveconvo_desktop.call.playbooks import find_playbook, seed_playbooks
from liveconvo_desktop.events import new_id
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.documents import DocumentRows, NewContent, Owner


@pytest.mark.model
def test_a_call_has_the_documents_of_its_template(tmp_path):
    store = Store.open(tmp_path / "s.db")
    seed_playbooks(store)
    _, template_id = find_playbook(store, "sales_call")
    rows = DocumentRows(store)
    content = NewContent(new_id(), "0" * 64, "d/offer.pdf", "pdf", 9)
    rows.add(Owner("template", template_id), "offer.pdf", content)
    quiet = tmp_path / "quiet.wav"
    soundfile.write(quiet, np.zeros((16_000, 2), np.float32), 16_000)
    plan = CallPlan(files=(("stereo", quiet),), pace="fast", record=False)
    call = build_call(plan, store, lambda _: None)
    call.begin()
    assert call.join(60)
    found = rows.of(Owner("session", call.session_id))
    assert [one.filename for one in found] == ["offer.pdf"]
    store.close()
