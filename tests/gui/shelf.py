"""A library with calls to look at."""

from __future__ import annotations

from datetime import timedelta

from liveconvo_desktop.events import Segment, Session, new_id
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.library import Library, Person
from tests.gui.script import NOW

TALK = (
    "Thanks for making the time today, Dana. How did the pilot go for your team?",
    "Honestly, better than I expected. The onboarding took two days instead of a week.",
    "What would have to be true for the other two reps to switch?",
    "They would need to trust the transcript. And the price has to come down a bit.",
    "Understood. What are you comparing the price with?",
    "Mostly with what we pay today, which is around forty dollars a seat, and the budget for next "
    "year is not decided, so finance will want a reason in writing before the end of the month.",
)
CALLS: tuple[tuple[str, str, str, str], ...] = (
    ("Northwind renewal", "sales_call", "Dana Whitfield (Northwind), Lee Ito", "renewal, q4"),
    (
        "Contoso: discovery with the procurement team and their legal department in Lyon",
        "sales_call",
        "Amélie Durand (Contoso)",
        "",
    ),
    ("Weekly pipeline review", "meeting", "Sam Okafor, Priya Nair, Jo Berg", "internal"),
    ("Backend engineer, second round", "interview", "Mateo Ruiz", "hiring, backend, strong yes"),
    ("Adatum onboarding advice", "consultation", "Ines Kovač (Adatum)", ""),
    ("Fabrikam: pricing", "sales_call", "Robin Hale (Fabrikam)", "price, follow up"),
    ("Tailspin cold call", "sales_call", "", ""),
    ("", "meeting", "", ""),
    ("Quarterly business review", "meeting", "Dana Whitfield (Northwind)", "q4"),
    ("Wingtip: security questions", "consultation", "Noor Haddad (Wingtip)", "security"),
)


def fill(store: Store, calls: int = len(CALLS), *, lines: int = len(TALK)) -> list[str]:
    """Add calls, the newest first; the second one was cut off."""
    library = Library(store)
    made = []
    for number in range(calls):
        title, kind, people, tags = CALLS[number % len(CALLS)]
        start = NOW - timedelta(hours=7 * number + 1, minutes=11 * number)
        session = Session(new_id(), title, kind, None, start)
        store.save(session)
        for at in range(lines):
            user = (at + number) % 3 != 1
            side = ("mic", "user") if user else ("speaker", "other")
            t0 = 9.0 * at + 4
            words = (new_id(), session.id, *side, t0, t0 + 3 + at % 4, TALK[at % len(TALK)])
            store.save(Segment(*words, 0.9, "whisper", final=True))
        if number != 1:
            seconds = 300.0 + 271 * (number % 9)
            store.finish_session(session.id, start + timedelta(seconds=seconds), seconds)
        if tags:
            library.tag([session.id], tags.split(", "))
        named = [part.partition(" (") for part in people.split(", ") if part]
        library.set_people(
            session.id, [Person(name, firm.removesuffix(")")) for name, _, firm in named]
        )
        made.append(session.id)
    return made
