"""What the reader of a summary looks for in each kind of call, and the words that show it.

Phrases are of the small language of ``language.phrases``. They name an idea in the words that many
people use for it; none stands for a single sentence of a single call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from liveconvo_desktop.language.phrases import PhraseBook
from liveconvo_desktop.language.words import word_set

Key = Literal[
    "want", "pain", "price", "offer", "concern", "others", "decides", "risk", "experience", "terms"
]


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing to look for.

    Attributes:
        heading: Of its notes, where the user's own outline has none for it.
        about: Words by which a heading of the user's outline is known to be for it.
        side: Who has to say it; empty for either.
    """

    key: Key
    heading: str
    about: frozenset[str]
    side: Literal["user", "other", ""]


NEXT_ABOUT = word_set("next step steps commitments action actions agreed follow-up tasks")
"""Words of a heading of the user's outline under which promises stand."""

_NEED = word_set("situation need needs pain pains problem problems goal goals background")
_WANT = Aspect("want", "Situation and need", _NEED, "other")
_PAIN = Aspect("pain", "Situation and need", _NEED, "other")
_PRICE = Aspect(
    "price", "Price", word_set("price prices pricing cost costs money budget fee fees"), ""
)
_OFFER = Aspect(
    "offer", "What was offered", word_set("offer offered offers proposal proposed advice"), "user"
)
_CONCERN = Aspect(
    "concern", "Concerns", word_set("objection objections concern concerns doubts"), "other"
)
_OTHERS = Aspect(
    "others", "Other options in play",
    word_set("competitor competitors competition alternatives alternative options"), "other",
)  # fmt: skip
_DECIDES = Aspect(
    "decides", "Who decides, and how", word_set("decides decide decision-maker decider"), "other"
)
_RISK = Aspect("risk", "Risks", word_set("risk risks blockers blocker issues"), "")
_EXPERIENCE = Aspect(
    "experience", "Examples and experience",
    word_set("example examples experience evidence strengths"), "other",
)  # fmt: skip
_TERMS = Aspect("terms", "Terms", word_set("terms pay salary conditions availability"), "")

_SALE = (_WANT, _PAIN, _OFFER, _PRICE, _CONCERN, _OTHERS, _DECIDES)
ASPECTS: Mapping[str, tuple[Aspect, ...]] = {
    "sales_call": _SALE,
    "consultation": _SALE,
    "interview": (_EXPERIENCE, _TERMS),
    "meeting": (_RISK, _PRICE),
}
"""By kind, in the order of the notes."""

NAMED_OTHER = re.compile(
    r"\b(?:(?:[Ww]e|[Tt]hey|I|[Hh]e|[Ss]he)(?:'re|'ve|'m| are| am| have)?(?: got| all)? "
    r"(?:us(?:e|ed|ing)|on|with)|[Ss]tay(?:ed|ing)? with|[Ww]ent to see|[Ll]ook(?:ed|ing) at|"
    r"[Cc]ompar(?:ed|ing|e) (?:to|with|it with)|[Ss]witch(?:ed|ing)? (?:to|from)|"
    r"[QqOo](?:uote|ffer) from|[Ss]omebody from|[Tt]alk(?:ed|ing) to) (?P<name>[A-Z][\w'’]+)"
)
"""A competitor by name: a capital after words for what one uses or compares with."""

HURDLES: tuple[Key, ...] = ("concern", "others", "decides")
"""What stands between the two sides, in the order in which the short version tells it."""

_PEOPLE = (
    "wife|husband|boss|partner|manager|director|board|team|committee|owner|cfo|ceo|finance|legal|"
    "dad|father|mother|mum|mom|landlord|publisher|accountant|colleague|head|gm"
)
_FIRMS = (
    "vendor|supplier|provider|company|firm|agency|broker|venue|studio|bidder|contractor|system|"
    "tool|software|outfit|place"
)
_PHRASES: Mapping[Key, tuple[str, ...]] = {
    "want": (
        "we|i would like|love a|an|some|to", "we|i|they need a|an|some|something|to",
        "we|they|i want a|an|to", "we|i am|are looking for|to", "hoping to|for", "our goal|aim is",
    ),
    "pain": (
        "drives|driving|drive us|me|them|everyone crazy|mad|nuts|insane",
        "nightmare|headache|disaster|bottleneck|shambles", "by hand", "manually",
        "lost|losing|lose|wasted|missed * <number>|job|customer|client|order|sale|deal|slot|money",
        "lost|losing|lose|wasted|missed * appointment|patient|year|week|month|hour|day",
        "getting|got worse", "takes|took|spend|spent * hour|day|month|forever|ages|minute",
        "takes|took all|half", "nobody see|saw|pick|picks|answer|know|find|reads",
        "no one see|saw|pick|picks|answer|know|find",
        "keeps|kept break|fail|crash|drop|lose", "crash|crashed|tripped|leaking|freezing",
        "just|it|they|that|all died|broke|failed|stopped", "went|goes|gone down", "goes dump|lose",
        "struggle|struggling|drowning|fighting|stuck", "fed up", "sick of",
        "big|real|main|biggest problem|trouble|issue", "problem|trouble|issue is|was",
        "cost|costing us|me", "down the drain", "went up * <number>",
        "apologise|apologize|apologizing", "can not * find|cope|keep up|sleep|track|reach",
        "not sleep", "roasted|furious|complain|complaining", "not close|open|work|works any",
        "have had nothing",
    ),
    "offer": (
        "we would propose|suggest|recommend", "i would propose|suggest|recommend",
        "i|we can|could give|offer|do|waive|include", "percent|months off|free",
        "free sample|trial",
        "with our|ours", "you could|can start", "we could|can usually? start|move|train|port",
        "we move|train|port|install|migrate", "ours texts|does|has|takes|is", "waived the|a",
        "included|includes", "on site", "i will pencil|hold|reserve", "we do * for",
    ),
    "concern": (
        "too expensive|pricey|steep|dear|high|late|risky", "too much for",
        "more than|double what|that|we",
        "double|triple|twice what", "can not|could not afford|justify|stretch",
        "can not make * sense|work|it|that", "over|outside|above|beyond our|my|the budget|range",
        "bit|pretty|quite|very|really punchy|steep|pricey|expensive|high|rich",
        "had * <number> in my|mind|head", "my|our|the|only|big worry|concern|fear is",
        "am|are worried|concerned|nervous|sceptical|skeptical|wary",
        "do|does|did not really? trust|believe|buy|see why",
        "not convinced|comfortable|interested|ready", "not sure if|about|that|we|i|it",
        "do not know that|if|whether", "do not like|need|want", "will not like",
        "let us|me down",
        f"last|previous {_FIRMS}|people|man|guy|lot * promise|swore|said|told|took|left|vanish",
        "everybody|they|everyone says that", "hard to justify|walk|believe|swallow|sell",
        "do we even|really need", "why would|should we|i", "can not * before|until|till",
        "not right|before now|this|next|the", "flat out", "a freeze on", "not until|till",
        "look at it again", "nobody * asking", "awkward chat|conversation", "going up again",
        "gave|give me|us <number>", "who is looking|listening|watching", "not asking for",
        "been working|fine since|for", "do not text|have|use it",
    ),
    "others": (
        f"another|other|different|second|rival {_FIRMS}|bid|quote|offer|option",
        f"talk|talking|speak|spoke|speaking|met * other|another|competitor {_FIRMS}",
        "they|others|he|she quoted|offered|charge|charged|gave us|me|a|the",
        "quote|offer|bid|proposal from", "compare|comparing|compared * to|with",
        "we|i already|currently use|have|got|using|work", "already use|using|have|got a|an|one",
        "we|i are|am using", "stayed|staying|stick|happy with",
        "been with us|them", f"got|have a|our|their * {_FIRMS}", "went to see|look",
        "called|rang|emailed me last|yesterday|this", "just did his|hers|theirs",
        "up against", "shopping|shop around", "house agency", "in house", "in line with what",
        "looking|looked at * instead|too|alternatives|others",
        f"our|my|the current|old|existing|last|usual {_FIRMS}",
    ),
    "decides": (
        "can not|could not sign|approve|agree|decide|commit",
        f"without my|our|the|her|his * {_PEOPLE}",
        f"my|our|the {_PEOPLE} * sign|approve|decide|agree|say|look|see",
        "approves|signs|decides|authorises|authorizes * all|every|our|the|off|it|anything",
        "says|say yes or|if|to|no", "it has|have to be", "need|needs approval|permission",
        "signs|sign off", "run|put|take it|this|that by|past|to",
        f"sit|talk|speak|check * {_PEOPLE}",
        f"me and my|our * {_PEOPLE}", "he|she is the one who|that", "cuts|cut a po",
        "holds * budget",
        "who says yes", "would be me then", "decided|decide * board|together|committee",
        "not|never without her|him|them|me", "not * just me|mine", "it is her|his|their call|money",
        "not sign it|anything|for",
    ),
    "risk": (
        "risk|danger is|that|of|here", "if it|that|he|she|they|we * falls|fails|slips|breaks",
        "if * drops|slips|fails|breaks|leaves", "nobody to|who|in", "no one to|who|in",
        "down to one|two", "going to * fall|fail|break", "going to go down", "do not love",
        "worried|worry about",
        "takes us past", "taken off", "not back in place", "deadline|date slips|slip",
        "single point", "run out of", "over|behind budget|schedule", "behind on",
    ),
    "terms": (
        "salary|band", "on call", "same|more|less|the money|pay", "notice period",
        "how long is", "part|full time", "start date", "contract|post is|stops|runs|for",
        "references", "days|weeks holiday|leave", "funding|grant",
    ),
    "price": (),
    "experience": (),
}  # fmt: skip

BOOK: PhraseBook[Key] = PhraseBook(
    [(key, phrase) for key, phrases in _PHRASES.items() for phrase in phrases]
)

# Bounded, so that a line of nothing but numbers takes no longer than another.
_NUMBER = (
    r"(?:\d[\d,.]{0,12}k?|(?:(?:a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundred|thousand|million|and)[ -]?){1,10})"
)
_EACH = r"(?:an?|per|each|every) (?:month|year|week|day|hour|head|seat|user|person|van|word|bottle|"
_EACH += r"licen[cs]e|language|unit|batch|piece|square \w+|night)"
_AMOUNT = (
    rf"[$£€] ?\d|\b{_NUMBER} ?(?:dollars?|pounds?|euros?|grand|cents?|bucks|quid|k\b)"
    rf"|\b{_NUMBER} ?{_EACH}"
    rf"|\b(?:comes? to|total|price|costs?|fees?|charged?|pa(?:y|id|ying)|budget|quoted?|went up|"
    rf"corkage|deposit)\b[^.?!]{{0,40}}?\b(?:\d|{_NUMBER}(?:hundred|thousand|[ -]\w))"
)
AMOUNT = re.compile(_AMOUNT, re.I)
"""An amount of money: a figure with its currency, with what it is for, or beside a word for it."""

MONEY = re.compile(
    rf"{_AMOUNT}|\b{_NUMBER} ?(?:percent|per cent|%)[\w ]{{0,12}}? (?:off|discount)", re.I
)
"""An amount, or how much comes off."""

DEEDS = re.compile(
    r"\bI(?:'d|'ve| had| have)? (?:\w{2,}ed|ran|rang|led|built|did|took|held|cut|won|wrote|split|"
    r"brought|made|taught|kept|sold|went)\b"
)
"""What a candidate did, in the first person."""
