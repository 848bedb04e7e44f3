"""What the window layer asks of the rest of the product."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from liveconvo_desktop.audio.devices import Device
    from liveconvo_desktop.call.plan import CallPlan, CallStatus
    from liveconvo_desktop.events import Chip, Event, Fault, Feedback, Gap, Segment, Session
    from liveconvo_desktop.store import SessionRow

Show = Callable[["Event"], None]


class CallHandle(Protocol):
    """One running call."""

    @property
    def session_id(self) -> str:
        """The session's row."""

    def pause(self) -> None:
        """Stop listening until ``resume``."""

    def resume(self) -> None:
        """Listen again."""

    def mute(self, on: bool) -> None:
        """Replace the user's microphone by silence, in this app only."""

    def stop(self) -> None:
        """Begin to end the call; returns at once. A completed Session event follows."""

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the call is saved; False when ``timeout`` seconds were not enough."""

    def status(self) -> CallStatus:
        """A picture of now; cheap."""


class Backend(Protocol):
    """Every method may block; the windows call them through ``Bridge.run``.

    Raises:
        LiveConvoError: From any method, when the user has to do something.
    """

    def start_call(self, plan: CallPlan, show: Show) -> CallHandle:
        """Start a call; ``show`` is called from its threads with events that are saved."""

    def devices(self) -> list[Device]:
        """Microphones and loopbacks now."""

    def sound_problems(self) -> list[Fault]:
        """What keeps this machine from hearing a call; ``audio`` where it is no single device."""

    def playbooks(self) -> list[tuple[str, str, str]]:
        """(name, title, conversation type) of each playbook."""

    def sessions(self, limit: int, offset: int) -> list[SessionRow]:
        """Past sessions, newest first."""

    def session(self, session_id: str) -> SessionRow | None:
        """One past session, or None where it is gone."""

    def transcript(self, session_id: str) -> list[Segment]:
        """A session's lines in order of time."""

    def chips(self, session_id: str) -> list[Chip]:
        """A session's guidance in order of time."""

    def gaps(self, session_id: str) -> list[Gap]:
        """Where a session's audio is missing, in order of time."""

    def unfinished(self) -> list[Session]:
        """Sessions that a crash left open."""

    def recover(self, session_id: str, show: Show) -> CallHandle:
        """Finish a session's transcript from its recording."""

    def note_chip(
        self,
        chip_id: str,
        *,
        displayed: bool | None = None,
        clicked: bool | None = None,
        dismissed: bool | None = None,
        feedback: Feedback | None = None,
    ) -> None:
        """Record what the user did with a chip; None leaves a field alone."""

    def put_off(self, chip_id: str) -> None:
        """Record that a chip was dismissed, and let guidance leave its matter for a while."""
