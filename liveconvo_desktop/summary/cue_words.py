"""Words by which people decide, promise, ask for and decline; phrases of ``language.phrases``."""

from __future__ import annotations

from liveconvo_desktop.language.phrases import PhraseBook

_DECIDES = (
    "that is the plan|decision", "the decision is", "the call is", "final answer",
    "we|i have? decided|agreed", "we decided|agree|agreed", "it is|was decided|agreed",
    "let us go|stick|stay with|for|ahead", "we will|shall go|stick|stay with|for",
    "we|i am|are going with", "go with option|plan", "go ahead with", "settled then|that",
    "agreed then", "that is settled|sorted|final|agreed", "we are agreed", "that settles",
    "from now on", "is|was|been signed off", "consider it done|settled|approved",
    "i am approving|instructing",
    "okay|right|fine we split|move|drop|keep|use|start|cut|switch|push|delay|cancel|freeze",
    "then we split|move|drop|keep|use|start|cut|switch|push|delay|cancel|freeze|ship",
    "let us drop|cancel|park|scrap|postpone|freeze|keep|lock|make it|that|this|the",
    "so it is|will be", "we have a deal", "it is a deal", "i am happy to sign", "i vote we",
    "we will keep|drop|use|skip|leave out",
    "okay|right|fine drop|keep|use|take|cancel|scrap|split it|that|them",
    "<day> * works|suits", "<day> * is good|fine|perfect",
)  # fmt: skip
_UNDECIDED = (
    "not * decided|agreed|settled|sure", "should|could|shall|can we", "if we|i|you|they",
    "have to decide", "need to decide", "before we decide|agree", "who|they decided",
    "what|whether we|i have? decided|agreed", "we were|had decided", "might|may",
    "would * agreed|decided", "if <day>", "do|does * work|suit",
)  # fmt: skip

_DEEDS = (
    "send|email|mail|ring|phone|draft|chase|check|book|update|forward|raise|order|"
    "prepare|circulate|file|arrange|schedule|confirm|deliver|submit|review|invite|introduce|sign|"
    "finish|fix|post|issue|organise|organize|upload|install|research|investigate|reply|return"
)
"""What one does after a call: a promise of it counts without a day."""
_DEEDS_WITH_DAY = (
    "come|have|do|be|see|meet|get|put|give|make|take|start|pick|bring|visit|move|pay|ship|call|speak|"
    "talk|drop|let|try|write|share|set|look|show|go|drive|test|print|collect|join|present|ask|add"
)
_PROMISES = (
    f"i|we will|shall * {_DEEDS}",
    f"i|we am|are going to {_DEEDS}",
    f"i|we am|are happy to {_DEEDS}",
    f"i|we can {_DEEDS}",
    f"let me {_DEEDS}",
    "i|we will find out", "i am going straight|over|there", "i|we will|shall get back to",
    "i|we will follow up", "i|we will look into|at",
    "i|we will put together|up", "i|we will set up", "i|we will write * up|down|to|the|a",
    "i|we will talk|speak|ask to|with|the|my|our|around", "i|we will let you know",
    "i|we will call|ring|write you|them|him|her|back|the|your|my",
    "i|we will bring|share|test|move",
    "leave|give that|it with|to me", "i can|will take that|it", "i am on it",
    "count on me", "put me down",
)  # fmt: skip
_PROMISES_WITH_DAY = (
    f"i|we will|shall * {_DEEDS_WITH_DAY}",
    f"i|we am|are going to {_DEEDS_WITH_DAY}",
    f"i|we can {_DEEDS_WITH_DAY}",
    "let us say|do|call|make|book|meet|talk|speak",
    "expect it|that|them", "same time|place|again", "see|speak|talk|meet you|to|again",
    "you will have|get|hear|receive",
)  # fmt: skip
_REQUESTS = (
    f"can|could|will|would you please? {_DEEDS}",
    "can|could|will|would you please? bring|share|write|put|look into|the|together|it|up",
    "can|could|will|would you please? talk|speak to|with",
    f"please {_DEEDS}|call|bring|share|write",
    f"i|we need|want|like you to {_DEEDS}|call|bring|write|share|talk|have|get",
    f"you will|should {_DEEDS}", f"make sure you|to {_DEEDS}",
    "action for|on|item", "you take|own that|it|this|the",
    "would he|she|they|you join",
)  # fmt: skip
_COMMANDS = (
    "ring|call him|her|them|the|your",
    "ring|call me back|on|when|if|about",
    "send|email|mail|forward|bring|book|check|chase|share|print|sign|remind|invite "
    "it|me|us|them|him|her|that|this|the|a|your",
    "go and send|email|ring|call|check|book|ask|get",
)
"""Said at the beginning of a sentence, it is a request."""
_IDLE = (
    "send shiver", "i|we will see|think|say|admit|bet", "i will be honest|frank|quick|straight",
    "if i|we|you|they|it", "find it|that|this|myself * hard|odd|funny|interesting|useful",
    "check out of", "can|could i|we", "i|we would", "might|maybe|probably * send|check|find",
    "you will find|see|notice|remember|hear", "you will have to|had|been|seen|heard",
    "move|moving|going|go forward", "look forward", "talk|speak to you more|later|soon|about",
    "i|we|they will have had|been", "order to", "in order", "used to", "i|we can not",
    "check|find that * interesting",
)  # fmt: skip
_DECLINES = (
    "no", "can not", "will not", "rather not", "not possible", "afraid not", "i do not think so",
)  # fmt: skip

BOOK: PhraseBook[str] = PhraseBook(
    [("decides", p) for p in _DECIDES]
    + [("undecided", p) for p in _UNDECIDED]
    + [("promise", p) for p in _PROMISES]
    + [("dated promise", p) for p in _PROMISES_WITH_DAY]
    + [("request", p) for p in _REQUESTS]
    + [("command", p) for p in _COMMANDS]
    + [("idle", p) for p in _IDLE]
)
NO: PhraseBook[str] = PhraseBook([("no", p) for p in _DECLINES])
