"""Call-flow documents as data: XML text in, elements out. `reading` is the only module that parses XML.

`parse` reads untrusted text within bounds and never raises for what it reads: a document that cannot be used is a
`Rejected` value, and what becomes of the call is for the rules to say. Whether a URL or a method can be used is left
to them as well, because a vendor ends the call differently for those than for XML it cannot read.
"""

from callsim.instructions.elements import (
    Conference,
    Dial,
    Document,
    Dtmf,
    Element,
    GetDigits,
    GetInput,
    Hangup,
    Message,
    MultiPartyCall,
    Number,
    Play,
    PreAnswer,
    Prompt,
    Record,
    Redirect,
    Rejected,
    Speak,
    Stream,
    Unknown,
    User,
    Wait,
    children,
    within,
)
from callsim.instructions.reading import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, parse
from callsim.instructions.values import MAX_LOOPS, MAX_SECONDS

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_ELEMENTS",
    "MAX_LOOPS",
    "MAX_SECONDS",
    "Conference",
    "Dial",
    "Document",
    "Dtmf",
    "Element",
    "GetDigits",
    "GetInput",
    "Hangup",
    "Message",
    "MultiPartyCall",
    "Number",
    "Play",
    "PreAnswer",
    "Prompt",
    "Record",
    "Redirect",
    "Rejected",
    "Speak",
    "Stream",
    "Unknown",
    "User",
    "Wait",
    "children",
    "parse",
    "within",
]
