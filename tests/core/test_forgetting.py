"""What a switch forgets of what is over: the oldest first, whole groups only, and nothing that still matters."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given, strategies as st

from callsim.dialects import dialect, rulebook
from callsim.instructions import Dial, Document, MultiPartyCall, Number, Wait
from callsim.model import By, Call, Command, Direction, Placement, Purpose, Verb
from callsim.properties import Watch
from callsim.switch import Switch
from callsim.switch.forgetting import forget_over, forget_together

IN = Placement("default", Direction.INBOUND, "+15550100009", "+15550100000", "http://app.test/answer")
ROOM = Document((MultiPartyCall("room", stay_alone=True),))
TALK = Document((Wait(60_000),))
DIAL = Document((Dial((Number("+15550100003"),)), Wait(60_000)))


class Story:
    """A switch to which things are said one after the other."""

    def __init__(self) -> None:
        self.switch = Switch(rulebook("plivo"))
        self.watch = Watch(self.switch)
        self.clock = count(1)

    def say(self, verb: Verb, name: str, by: By, detail: object = None, purpose: Purpose | None = None) -> None:
        self.watch.check(self.switch.apply(Command(verb, name, by, detail, purpose), next(self.clock)))

    def arrive(self, name: str, document: Document = TALK) -> Call:
        """Somebody calls, and a document is run."""
        self.say(Verb.PLACE, name, By.FAR_PARTY, IN)
        self.say(Verb.RUN, name, By.DOCUMENT, document, Purpose.ANSWER)
        return self.switch.calls[name]

    def leave(self, *names: str) -> None:
        for name in names:
            self.say(Verb.HANG_UP, name, By.FAR_PARTY)

    def forget(self, most: int, *spared: str) -> tuple[str, ...]:
        gone = forget_over(self.switch, most, spared)
        self.watch.forget(gone)
        self.watch.check_all()
        return gone


    def pass_on(self, name: str, *spared: str) -> tuple[str, ...]:
        gone = forget_together(self.switch, name, spared)
        self.watch.forget(gone)
        self.watch.check_all()
        return gone


@pytest.fixture
def story() -> Story:
    return Story()


def test_the_oldest_calls_that_are_over_are_forgotten_first(story: Story) -> None:
    for name in "abcd":
        story.arrive(name)
    story.leave("b", "a", "d")
    assert story.forget(1) == ("a", "b")
    assert [*story.switch.calls] == ["c", "d"]
    assert (story.switch.forgotten, story.forget(1), story.forget(0)) == (2, (), ("d",))


def test_where_nothing_is_over_nothing_is_forgotten(story: Story) -> None:
    story.arrive("a")
    assert (story.forget(0), story.switch.forgotten) == ((), 0)


def test_a_call_is_never_given_the_number_of_one_that_was_forgotten(story: Story) -> None:
    numbers = [story.arrive(name).number for name in "abc"]
    story.leave("a", "b")
    story.forget(0)
    assert [*numbers, story.arrive("e").number] == [1, 2, 3, 4]


def test_a_call_that_is_spared_stays(story: Story) -> None:
    for name in "ab":
        story.arrive(name)
    story.leave("a", "b")
    assert story.forget(0, "a") == ("b",)


def test_calls_of_a_room_are_forgotten_together_and_it_with_them(story: Story) -> None:
    for name in "ab":
        story.arrive(name, ROOM)
    story.arrive("c")
    story.leave("a", "c")
    assert story.forget(0) == ("c",)
    story.leave("b")
    assert story.forget(0) == ("a", "b")
    assert (story.switch.mpcs, story.switch.rooms_forgotten) == ({}, 1)
    story.arrive("d", ROOM)
    assert [mpc.number for mpc in story.switch.mpcs.values()] == [2]


def test_a_call_and_its_legs_are_forgotten_together(story: Story) -> None:
    story.arrive("a", DIAL)
    [leg] = [name for name in story.switch.calls if name != "a"]
    story.say(Verb.RING, leg, By.CARRIER)
    story.say(Verb.ANSWER, leg, By.FAR_PARTY)
    story.leave(leg)
    assert story.forget(0) == ()
    story.leave("a")
    assert story.forget(1) == ()
    assert story.forget(0) == ("a", leg)
    assert story.switch.conversations == {}


def test_who_is_tied_to_somebody_who_is_spared_stays_and_so_does_who_is_tied_to_them(story: Story) -> None:
    story.arrive("a", ROOM)
    story.arrive("b", ROOM)
    story.leave("a", "b")
    assert story.forget(0, "b") == ()


def test_a_copy_of_what_has_forgotten_goes_on_as_it_would(story: Story) -> None:
    for name in "ab":
        story.arrive(name, ROOM)
    story.leave("a", "b")
    story.forget(0)
    other = story.switch.copy()
    assert (other.forgotten, other.rooms_forgotten, other.key()) == (2, 1, story.switch.key())


@given(st.lists(st.tuples(st.sampled_from(["talk", "room", "dial", "leave", "forget"]), st.integers(0, 5)), max_size=25))
def test_the_laws_hold_whatever_is_forgotten_in_between(steps: list[tuple[str, int]]) -> None:
    story, documents = Story(), {"talk": TALK, "room": ROOM, "dial": DIAL}
    for number, (what, which) in enumerate(steps):
        live = [*story.switch.live]
        if what in documents:
            story.arrive(f"call-{number}", documents[what])
        elif what == "forget":
            before = len(story.switch.calls)
            gone = story.forget(which)
            assert len(story.switch.calls) == before - len(gone)
            assert not set(gone) & set(live)
        elif live:
            story.leave(live[which % len(live)])
    numbers = [call.number for call in story.switch.calls.values()]
    assert numbers == sorted(set(numbers))


def test_ids_still_mean_the_same_calls_once_others_were_forgotten(story: Story) -> None:
    speaks = dialect("plivo")
    calls = {name: story.arrive(name) for name in "abc"}
    ids = {name: speaks.call_id(call) for name, call in calls.items()}
    assert all(speaks.call_of(ids[name], story.switch) is calls[name] for name in "abc")
    story.leave("a")
    story.forget(0)
    speaks.forget_calls()
    late = story.arrive("d")
    found = [speaks.call_of(id, story.switch) for id in (*ids.values(), speaks.call_id(late))]
    assert found == [None, calls["b"], calls["c"], late]
    assert speaks.free_name(story.switch) == "call#5"


def test_a_call_is_forgotten_by_itself_once_it_is_over(story: Story) -> None:
    for name in "ab":
        story.arrive(name)
    story.leave("a")
    assert (story.pass_on("b"), story.pass_on("nobody"), story.pass_on("a"), story.pass_on("a")) == ((), (), ("a",), ())
    assert [*story.switch.calls] == ["b"]
    assert story.arrive("c").number == 3


def test_who_was_in_one_multiparty_call_is_forgotten_when_all_are_over_and_none_is_spared(story: Story) -> None:
    for name in "abc":
        story.arrive(name, ROOM)
    story.leave("a", "b")
    assert story.pass_on("a") == ()
    story.leave("c")
    assert story.pass_on("c", "b") == ()
    assert sorted(story.pass_on("c")) == ["a", "b", "c"]
    assert (story.switch.calls, story.switch.mpcs, story.switch.forgotten, story.switch.rooms_forgotten) == ({}, {}, 3, 1)


def test_who_dialled_is_forgotten_with_whom_was_dialled_and_others_stay(story: Story) -> None:
    story.arrive("a", DIAL)
    story.arrive("z", DIAL)
    story.leave("a")
    [leg] = [name for name, call in story.switch.calls.items() if call.leg_of is not None and call.leg_of.call.name == "a"]
    assert story.switch.calls[leg].ending is not None, "who is dialled rings no longer than the caller waits"
    assert sorted(story.pass_on("a")) == sorted(("a", leg))
    assert "z" in story.switch.calls
    assert len(story.switch.conversations) == 1
