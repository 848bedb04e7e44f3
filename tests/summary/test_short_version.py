"""Protects what the reader of a short call's summary looks for, and the honesty of its edges."""

from __future__ import annotations

import pytest

from liveconvo_desktop.language.summaries import FOREIGN, NO_NEXT_STEP, for_the_user
from liveconvo_desktop.summary.aspects import AMOUNT, MONEY, NAMED_OTHER
from liveconvo_desktop.summary.base import Conversation, Line
from liveconvo_desktop.summary.caveats import is_english
from liveconvo_desktop.summary.extractive import OfflineWriter
from liveconvo_desktop.summary.people import far_name
from liveconvo_desktop.summary.points import MOST, clip
from tests.summary.make import WEDNESDAY, embed, lines

SALE = lines(
    ("user", "Hi Maria, this is Tom from Oakfield. How is the depot?"),
    ("other", "Morning Tom. We are looking for a way to plan the vans without the whiteboard."),
    ("user", "And what happens when a van breaks down?"),
    ("other", "It is a nightmare. We lost three deliveries last week because nobody saw the note."),
    ("user", "The vans would all be on one map. It is forty euros a month per van."),
    ("other", "Forty euros? That is too expensive for us, we pay less than half of that today."),
    ("user", "What do you use at the moment?"),
    ("other", "We are on Fleetly, and they quoted us a lower price for next year."),
    ("user", "Who else would look at it?"),
    ("other", "I cannot sign anything without my boss. He approves all of it."),
    ("user", "I will send you the offer by Friday, and a list of customers."),
    ("other", "Good, thank you Tom."),
)  # fmt: skip


def write(said, kind="sales_call", names=None, **more):
    made = Conversation(kind=kind, day=WEDNESDAY, lines=said, **more)
    if names is not None:
        made = made.model_copy(update={"names": names})
    return OfflineWriter(embed).write(made, lambda done, doing: None, lambda: False)


def told(draft, label):
    found = [one for one in draft.tldr if one.text.startswith(label)]
    return found[0] if found else None


def test_a_sales_call_says_who_what_for_how_much_what_is_in_the_way_and_what_comes_next():
    draft = write(SALE)
    assert draft.tldr[0].text.startswith("The call with Maria was about ")
    need = told(draft, "Need – The customer: ").text
    assert "plan the vans without the whiteboard" in need
    assert "lost three deliveries" in need
    assert told(draft, "Price – You: ").text.endswith("It is forty euros a month per van.")
    concerns = told(draft, "Concerns – The customer: ").text
    places = [concerns.index(part) for part in ("too expensive", "Fleetly", "without my boss")]
    assert places == sorted(places)
    assert "by Friday" in told(draft, "Next step – You: ").text


def test_what_is_said_about_the_price_comes_before_other_doubts():
    doubts = (
        ("other", "I am not sure about it, our last supplier promised the moon and let us down."),
        ("other", "That is too expensive."),
    )
    for said in (doubts, doubts[::-1]):
        made = lines(*SALE_OPENS, said[0], ("user", "I see, go on."), said[1], *SALE_ENDS)
        told_first = told(write(made), "Concerns").text
        assert "too expensive" in told_first


SALE_OPENS = (("user", "Hi Maria, it is forty euros a month per van for the whole depot."),)
SALE_ENDS = tuple(
    (("user", "other")[n % 2], f"The depot in {place} has its own vans and drivers there.")
    for n, place in enumerate(("Leeds", "York", "Hull", "Bath", "Ely", "Wells"))
)


def test_each_statement_cites_the_lines_that_it_quotes_and_no_other():
    words = {line.id: line.text for line in SALE}
    for one in write(SALE).tldr[1:]:
        said = " ".join(words[source] for source in one.sources)
        for quote in one.text.partition(": ")[2].split(" … "):
            assert quote.rstrip(".") in said


def test_the_order_of_sources_is_the_order_of_the_call():
    order = [line.id for line in SALE]
    for one in write(SALE).tldr[1:]:
        places = [order.index(source) for source in one.sources]
        assert places == sorted(places)


def test_the_notes_stand_under_the_headings_of_the_users_outline():
    outline = (
        "## Their situation\n## Objections and answers\n## Who decides, and how\n## Next step\n"
    )
    headings = [one.heading for one in write(SALE, template=outline).topics]
    assert headings[:3] == ["Their situation", "Objections and answers", "Who decides, and how"]
    assert headings[-1] == "Next step"


def test_without_an_outline_the_notes_have_headings_of_their_own():
    headings = [one.heading for one in write(SALE).topics]
    assert headings[:2] == ["Situation and need", "Price"]
    assert "Concerns" in headings


def test_a_name_that_the_user_gave_wins_over_the_greeting():
    draft = write(SALE, names={"user": "You", "other": "Maria Santos"})
    assert draft.tldr[0].text.startswith("The call with Maria Santos was about ")
    assert told(draft, "Need – Maria Santos: ")
    assert not any("The customer" in one.text for one in draft.tldr)


@pytest.mark.parametrize(
    ("kind", "who"),
    [("interview", "The candidate"), ("consultation", "The client"), ("meeting", "The other side"),
     ("", "The other side")],
)  # fmt: skip
def test_the_far_side_is_called_by_its_part_in_the_call(kind, who):
    assert Conversation(kind=kind).name("other") == who
    assert Conversation(kind=kind).name("user") == "You"
    assert Conversation(kind=kind).side("user") == "your side"


def test_the_sides_of_a_hole_read_as_words():
    assert Conversation(kind="sales_call").side("other") == "the customer's side"
    assert Conversation(kind="meeting").side("other") == "the other side"
    assert Conversation(names={"other": "Dana"}).side("other") == "Dana's side"


def test_a_call_that_ends_without_a_next_step_says_so():
    said = (*SALE[:-2], *lines(("user", "Well, thank you for the talk.")))
    draft = write(said)
    assert draft.tldr[-1].text == NO_NEXT_STEP
    assert draft.tldr[-1].sources
    assert told(write(SALE), NO_NEXT_STEP) is None


@pytest.mark.parametrize(
    ("text", "amount", "money"),
    [
        ("It is nineteen hundred dollars a month.", True, True),
        ("It's $49 per seat.", True, True),
        ("Fourteen cents a word.", True, True),
        ("The total comes to thirty-one thousand two hundred.", True, True),
        ("I can give you twenty percent off.", False, True),
        ("Turnout was sixty-one percent.", False, False),
        ("Nine of ten people pick up.", False, False),
        ("I have a question and a half.", False, False),
    ],
)
def test_what_is_an_amount_of_money(text, amount, money):
    assert bool(AMOUNT.search(text)) == amount
    assert bool(MONEY.search(text)) == money


def test_looking_for_amounts_takes_no_time_on_hostile_words():
    assert AMOUNT.search("one " * 3000 + "hello") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [("We use Fleetly today.", "Fleetly"), ("We went to see Fennbury.", "Fennbury"),
     ("We're on Dentrix now.", "Dentrix"), ("We are on holiday.", None)],
)  # fmt: skip
def test_competitors_are_known_by_their_capital(text, name):
    found = NAMED_OTHER.search(text)
    assert (found and found["name"]) == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (("user", "Hi, is this Renata? It's Colin."), "Renata"),
        (("user", "Hello Dr Ferreira, it's me."), "Dr Ferreira"),
        (("other", "Good morning, this is Priya from Atlas."), "Priya"),
        (("user", "Hi there, can you hear me?"), ""),
        (("user", "Hi, It is late."), ""),
        (("other", "Hi Tom, thanks for the call."), ""),
    ],
)
def test_whom_the_call_was_with(said, name):
    other = ("other", "Yes.") if said[0] == "user" else ("user", "Fine.")
    assert far_name(Conversation(lines=lines(said, other)))[0] == name


def test_a_long_sentence_is_quoted_around_what_counts():
    text = (
        "so he says my guy backed into him, which is not what happened at all as far as I know and "
        "now it is his word against ours and my insurance went up two hundred a month while they "
        "figure it out so yeah that has been a real treat for all of us here"
    )
    at = text.index("went up")
    cut = clip(text, at, at + len("went up two hundred"))
    assert "my insurance went up two hundred a month" in cut
    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert len(cut.replace("…", "").split()) <= MOST
    assert cut.strip("… ") in text
    assert clip("Short as it is.", 0, 5) == "Short as it is."


def test_three_lines_are_enough():
    draft = write(
        lines(
            ("user", "Hi Ana, did the parcel arrive?"),
            ("other", "No, it is lost, and we need it for the fair."),
            ("user", "I will send you another one tomorrow."),
        )
    )
    assert [(one.owner, one.due.isoformat()) for one in draft.actions] == [("user", "2026-03-05")]
    assert "we need it for the fair" in " ".join(one.text for one in draft.tldr)
    assert told(draft, NO_NEXT_STEP) is None


def test_a_next_step_is_told_by_the_one_who_said_it():
    draft = write(
        lines(
            ("user", "The fair is on Monday. Please send me the invoice by email."),
            ("other", "I will do that today."),
        )
    )
    assert told(draft, "Next step – You: Please send me the invoice by email.")


def test_one_side_alone_is_said_and_leaves_no_question_open():
    mine = tuple(line for line in SALE if line.speaker == "user")
    draft = write(mine)
    assert draft.tldr[-1].text == "Only you can be heard in this call."
    assert draft.questions == ()
    assert told(draft, NO_NEXT_STEP) is None
    theirs = tuple(line for line in SALE if line.speaker == "other")
    told_of_them = write(theirs).tldr
    assert told_of_them[-1].text == "Only the customer can be heard in this call."
    # No document has it, whoever it is about.
    for tldr in (draft.tldr, told_of_them, write(theirs, names={"other": "Dana (Acme)"}).tldr):
        assert [for_the_user(one.text) for one in tldr][-2:] == [False, True]


GERMAN = [
    ("user", "Guten Tag Frau Weber, hier ist Tom von Oakfield, haben Sie kurz Zeit für mich?"),
    ("other", "Ja, aber der Preis war uns ehrlich gesagt viel zu hoch, das können wir nicht."),
    ("user", "Ich schicke Ihnen bis Freitag ein neues Angebot mit den Rabatten."),
]
RUSSIAN = [
    ("user", "Здравствуйте, вы получили наше предложение на прошлой неделе?"),
    ("other", "Да, но цена для нас слишком высокая, мы работаем с другим поставщиком."),
]


@pytest.mark.parametrize("said", [GERMAN, RUSSIAN])
def test_another_language_is_said_and_nothing_is_read_into_it(said):
    draft = write(lines(*said))
    assert [one.text for one in draft.tldr] == [FOREIGN]
    assert draft.tldr[0].sources
    assert (draft.decisions, draft.actions, draft.questions) == ((), (), ())
    quoted = " ".join(one.text for one in draft.topics[0].statements)
    assert said[1][1].split(",")[0] in quoted


@pytest.mark.parametrize(
    "text",
    [
        "hi is this rick it's jolene with trackline we do gps and dash cams for service trucks",
        "Thirty two a month per van, that's with the GPS and the install on your site.",
        "Send me the contract.", "José's café", "",
    ],
)  # fmt: skip
def test_english_is_english(text):
    assert is_english([Line(id="1", speaker="user", t0=0, t1=1, text=text)])


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour madame, je voulais savoir si vous avez reçu notre offre pour la semaine prochaine",
        "Buenos días, quería saber si ha recibido nuestra oferta para la semana que viene, gracias",
        "Dzień dobry, chciałem zapytać czy dostali państwo naszą ofertę na przyszły tydzień",
        "Goedemorgen, ik wilde weten of u onze offerte voor volgende week heeft ontvangen, dank u",
        "您好,我想知道您是否收到了我们的报价", "Καλημέρα, λάβατε την προσφορά μας;",
    ],
)  # fmt: skip
def test_other_languages_are_none(text):
    assert not is_english([Line(id="1", speaker="user", t0=0, t1=1, text=text)])
