"""The shape of a scenario file: what stands in it, and what has no place beside what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from callsim.scenario.calls import AnyCall, Call, WantedMpc
from callsim.scenario.fields import (
    TEXT_SCHEMA,
    AppPath,
    Duration,
    Filled,
    HttpStatus,
    Name,
    Reads,
    Shape,
    Text,
    Whole,
    YesNo,
    absolute,
    complaint,
    complaint_at,
    complaints_at,
    filled,
    kind_of,
    one_of,
    text,
)
from callsim.scenario.lessons import AnyLesson, check_moments
from callsim.scenario.limits import AnyLimits
from callsim.scenario.matchers import AnyCheck, Check
from callsim.scenario.sentences import SENTENCES
from callsim.scenario.steps import AnyStep
from callsim.scenario.streams import AnyTraffic, Streams
from callsim.scenario.wording import listed, nearest, quoted

VERSION = "1"
PROPERTIES = ("always", "never", "eventually")
UNTIMED = ("proves", "teaches", "calls", "mpcs", "steps", "until", "expect", *PROPERTIES, "order", "lesson")
"""The keys that have no place beside arrivals."""
MOST_PROPERTIES = 200
MOST_ORDERED = 100_000
HANGS = "hangs"


class Page(Shape):
    """What the application answers for one path."""

    status: HttpStatus = Field(default=200, description="The HTTP status.")
    type: Filled = Field(default="application/xml", description="The content type.")
    after: Duration = Field(default=0, description="How long the answer takes.")
    body: Text = Field(default="", description="The body; for instructions, their XML.")
    size: Whole = Field(default=0, description="As many bytes as it is taken to have; unless said, those of its body.")
    refuses: YesNo = Field(default=False, description="Whether nobody takes the connection.")

    @model_validator(mode="after")
    def _who_refuses_says_nothing(self) -> Self:
        said = [key for key in self.written_keys() if key != "refuses" and key in self.model_fields_set]
        if self.refuses and said:
            raise complaint_at(said[0], "a page that refuses to be connected answers nothing", "expected refuses alone")
        return self


class User(Shape):
    """A VoipNow user."""

    organization: Filled = Field(default="1", description="The organization it belongs to.")
    extensions: tuple[Filled, ...] = Field(default=(), description="The extensions it owns, such as 0003*210.")


class MpcOptions(WantedMpc):
    """Options of a multiparty call, which comes into being by being joined."""


AnyUser = Annotated[User, Reads(User.read, User)]
AnyOptions = Annotated[MpcOptions, Reads(MpcOptions.read, MpcOptions)]


def _page(value: Any) -> Page | str:
    if not isinstance(value, str):
        return Page.read(value)
    return value if value == HANGS else Page.read({"body": value})


_XML = {"type": "string", "description": "The XML of the instructions."}
AnyPage = Annotated[Page | str, Reads(_page, {"anyOf": [{"oneOf": [Page, {"enum": [HANGS]}]}, _XML]})]


def _version(value: Any) -> int:
    if text(value) != VERSION:
        raise complaint(f"this is format {quoted(value)}", f"expected callsim: {VERSION}")
    return int(value)


def _sentence(value: Any) -> str:
    if text(value) not in SENTENCES:
        counts = Counter(each[0] for each in SENTENCES)
        ranges = listed(f"{letter}1 to {letter}{most}" for letter, most in counts.items())
        raise complaint(f"{quoted(value)} is no sentence of the specification", f"expected {ranges}")
    return str(value)


def _media_key(value: Any) -> str:
    if not text(value).startswith(("/", "http://", "https://")):
        raise complaint(f"{quoted(value)} is no media file", "expected a path that begins with / or a URL")
    return str(value)


def _default_users() -> dict[str, User]:
    return {"1": User(organization="1", extensions=("0003*210", "0003*211"))}


def _vendors(value: Any, listed: Callable[[Any], list[str]]) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(listed([value]))
    if not value:
        raise complaint("there is no vendor", "expected one name, or a list")
    counted = Counter(one for one in value if isinstance(one, str))
    if counted and max(counted.values()) > 1:
        raise complaint(f"the vendor {quoted(max(counted, key=counted.__getitem__))} stands there twice")
    return tuple(listed(value))


def _property(value: Any) -> Check:
    if value == {}:
        raise complaint("this says nothing", "expected what calls, callbacks and so on must be")
    return Check.read(value)


def _properties(value: Any, listed: Callable[[Any], list[Check]]) -> tuple[Check, ...]:
    if isinstance(value, list) and len(value) > MOST_PROPERTIES:
        raise complaint(f"there are {len(value)} of these", f"at most {MOST_PROPERTIES} are read")
    return tuple(listed(value)) if isinstance(value, list) else (_property(value),)


def _ordered(value: Any, listed: Callable[[Any], list[str]]) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise complaint(f"{kind_of(value)} stands here", "expected a list")
    if len(value) > MOST_ORDERED:
        raise complaint(f"there are {len(value):,} of these", f"at most {MOST_ORDERED:,} are read")
    return tuple(listed(value))


_PROPERTIES = {"anyOf": [{"type": "array", "items": Check, "maxItems": MOST_PROPERTIES}, Check]}
Properties = Annotated[tuple[Check, ...], Reads(_properties, _PROPERTIES, items=_property)]
"""One mapping, or a list of them: each is a property of its own."""
_ORDER = {"type": "array", "items": TEXT_SCHEMA, "maxItems": MOST_ORDERED}
Order = Annotated[tuple[str, ...], Reads(_ordered, _ORDER, items=filled)]
Version = Annotated[int, Reads(_version, {"enum": [int(VERSION), VERSION]})]
Sentence = Annotated[str, Reads(_sentence, {"enum": list(SENTENCES)})]
MediaKey = Annotated[str, Reads(_media_key, {"type": "string", "pattern": "^(/|https?://)"})]
_VENDORS = {"anyOf": [{"type": "array", "items": TEXT_SCHEMA}, {"type": "string"}]}
Vendors = Annotated[tuple[str, ...], Reads(_vendors, _VENDORS, items=filled)]
_Token = Annotated[str, one_of(("user", "organization", "system"), "token")]


class Scenario(Shape):
    """A world, what is said to it and when, and what should come of it. Durations are milliseconds."""

    callsim: Version = Field(description="The version of the format: 1.")
    title: Filled = Field(description="What this shows, in one line.")
    about: Text = Field(default="", description="More about it, in a sentence or two.")
    vendor: Vendors = Field(description="Whose rules hold: one name, or a list for a case each.")
    proves: tuple[Sentence, ...] = Field(default=(), description="The sentences of the specification that this shows.")
    teaches: tuple[Filled, ...] = Field(
        default=(), description="Ids of rules that must be used, or the scenario fails."
    )
    assume: dict[Text, Text] = Field(default={}, description="Which way the disputed and assumed rules go, by id.")
    documents: dict[AppPath, AnyPage] = Field(default={}, description="What the application answers, by path.")
    media: dict[MediaKey, Duration] = Field(default={}, description="How long audio files play, by path or URL.")
    users: dict[Text, AnyUser] = Field(default_factory=_default_users, description="Users by id (VoipNow).")
    token: _Token = Field(default="user", description="What the token is issued for (VoipNow).")
    calls: dict[Name, AnyCall] = Field(default={}, description="Calls that are placed without a step, by name.")
    mpcs: dict[Name, AnyOptions] = Field(default={}, description="Options of multiparty calls, by name.")
    limits: AnyLimits | None = Field(default=None, description="What each account may do; unless said nothing is limited.")
    steps: tuple[AnyStep, ...] = Field(default=(), description="What is said and checked, in order of time.")
    until: Duration | None = Field(default=None, description="When the play ends; once nothing is due unless said.")
    expect: AnyCheck | None = Field(default=None, description="What must be so at the end.")
    always: Properties = Field(
        default=(), description="What must be so whenever nothing more follows from what was said: one mapping or several."
    )
    never: Properties = Field(default=(), description="What must not be so, as a whole, at any moment.")
    eventually: Properties = Field(default=(), description="What must be so, as a whole, at some moment.")
    order: Order = Field(default=(), description="In which order things happen, where it is not their times that tell.")
    lesson: AnyLesson | None = Field(default=None, description="What a learner is asked about it, for `callsim learn`.")
    arrivals: Streams | None = Field(default=None, description="Calls that arrive at random, by stream, for `callsim traffic`.")
    traffic: AnyTraffic | None = Field(default=None, description="How long such calls arrive, and how often that is made anew.")

    def model_post_init(self, context: Any, /) -> None:
        now = 0
        for step in self.steps:
            now = step.at if step.at is not None else now + (step.after or 0)
            step._at_ms = now

    @model_validator(mode="after")
    def _asks_of_what_there_is(self) -> Self:
        if self.lesson is not None:
            check_moments(self.lesson, self.steps)
        return self

    @model_validator(mode="after")
    def _is_played_or_made(self) -> Self:
        """A scenario is either played or made as traffic."""
        if self.arrivals is None:
            return self._has_no_word_of_traffic()
        wrong: list[tuple[tuple[str, ...], str, str]] = [
            ((key, "[key]"), f"{quoted(key)} has no place beside arrivals", "expected a file of its own for what is played")
            for key in UNTIMED if key in self.model_fields_set
        ]  # fmt: skip
        if self.traffic is None:
            expected = "expected traffic: {horizon: 1h} beside it"
            wrong.append((("arrivals", "[key]"), "nothing says how long calls arrive", expected))
        if wrong:
            raise complaints_at(wrong)
        return self

    def _has_no_word_of_traffic(self) -> Self:
        expected = "expected arrivals beside it"
        if self.traffic is not None:
            raise complaint_at(("traffic", "[key]"), "no calls arrive", expected)
        if self.limits is not None and self.limits.trunks is not None:
            raise complaint_at(("limits", "trunks", "[key]"), "trunks are for calls that arrive at random", expected)
        return self

    @cached_property
    def placed(self) -> dict[str, Call]:
        """The calls that are placed without a step."""
        return {name: call for name, call in self.calls.items() if call.leg_of is None}

    @cached_property
    def legs(self) -> dict[str, Call]:
        """The calls that other calls dial, by the names they are to have."""
        return {name: call for name, call in self.calls.items() if call.leg_of is not None}

    @cached_property
    def _lengths(self) -> dict[str, int]:
        return {absolute(key): length for key, length in self.media.items()}

    def length_of(self, url: str) -> int | None:
        """How many milliseconds an audio file plays; None if the scenario does not say."""
        return self._lengths.get(absolute(url))

    def page(self, url: str) -> Page | str | None:
        """What the application answers for a URL; the word `hangs`; None if nobody defined it. A query that no document is
        named with is no matter."""
        app = absolute("/")
        if not absolute(url).startswith(app):
            return None
        path = "/" + absolute(url).removeprefix(app)
        found = self.documents.get(path)
        return self.documents.get(path.partition("?")[0]) if found is None else found

    @classmethod
    def unknown_key(cls, key: str) -> tuple[str, str, str]:
        words = [*cls.written_keys(), "cases"]
        return (
            f"the key {quoted(key)} is not known here",
            f"expected {listed(words)}, or x-... for your own",
            nearest(key, words),
        )
