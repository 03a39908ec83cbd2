"""Hypothesis strategies for what people write: documents as XML, and whole scenario files."""

from __future__ import annotations

from collections.abc import Sequence

from callsim.dialects import VENDORS
from callsim.errors import MissingExtra
from callsim.model import Command
from callsim.scenario.markup import document_text
from callsim.scenario.writing import scenario_of, written

try:
    from hypothesis import strategies as st
except ImportError as missing:
    raise MissingExtra("hypothesis", "testing") from missing

from callsim.testing.strategies import MEDIA, NAMES, ROOMS, documents, stories
from callsim.testing.worlds import mpcs

_BROKEN = (
    "", " ", "<", "<Response>", "<Request/>", "<Response><Hangup></Response>", "<Response/><Response/>",
    "<!DOCTYPE r [<!ENTITY a 'b'>]><Response>&a;</Response>",
    "<Response><Play/></Response>", '<Response><Wait length="-1"/></Response>', '<Response><Speak loop="many">x</Speak></Response>',
    "<Response><Hangup><Wait/></Hangup></Response>", "<Response>" + "<a>" * 40 + "</a>" * 40 + "</Response>",
)  # fmt: skip


def document_texts(rooms: Sequence[str] = ROOMS, usable: bool | None = None) -> st.SearchStrategy[str]:
    """Documents as an application sends them: only those that can be used, only broken ones (False), or any (None)."""
    good = documents(rooms).map(document_text)
    broken = st.sampled_from(_BROKEN)
    return good if usable else broken if usable is False else good | broken | st.text(max_size=40)


def scenarios(vendor: str | None = None, names: Sequence[str] = NAMES, rooms: Sequence[str] = ROOMS) -> st.SearchStrategy[str]:
    """The text of a scenario file that can be read and played, and whose expectations hold; of any vendor if none is named."""
    vendors = st.sampled_from(VENDORS) if vendor is None else st.just(vendor)
    rooms_first = st.lists(mpcs(names, rooms), max_size=1).map(lambda found: [each for part in found for each in part])
    return st.builds(_file, vendors, rooms_first, stories(names, rooms), st.text(max_size=30))


def _file(vendor: str, first: Sequence[Command], told: Sequence[tuple[Command, int]], title: str) -> str:
    said, now = [(0, command) for command in first], 0
    for command, later in told:
        now += later
        said.append((now, command))
    return written(scenario_of(said, vendor=vendor, title=title, media=MEDIA))
