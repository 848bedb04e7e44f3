"""The adviser must give guidance whatever happens to its judge."""

from __future__ import annotations

from liveconvo_desktop.call.advise import Adviser
from liveconvo_desktop.errors import ModelError
from liveconvo_desktop.events import Chip, Fault
from liveconvo_desktop.guidance.engine import Engine
from liveconvo_desktop.guidance.learned import Learned
from liveconvo_desktop.guidance.playbook import builtin
from tests.guidance.conftest import segment


def broken(texts):
    raise ModelError("The language model cannot be loaded.", "Reinstall LiveConvo.", "language")


def test_without_the_language_model_the_phrases_go_on_and_the_user_is_told_once():
    told = []
    engine = Engine(builtin("sales_call"), "s", judge=Learned(broken))
    adviser = Adviser(engine, told.append, lambda: 0.0)
    adviser.hear(segment("other", "It is too expensive for us.", 0, 2))
    adviser.hear(segment("other", "That was a nightmare, we lost two clients last week.", 30, 32))
    adviser.close()
    adviser.run()
    assert [type(one) for one in told] == [Fault, Chip, Chip]
    assert "phrases only" in told[0].message
    assert (told[0].session_id, told[0].fatal) == ("s", False)
