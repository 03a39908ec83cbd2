"""What the cells say, held against tables written by hand; and what is true of all of them."""

from __future__ import annotations

import json

import pytest

from callsim.atlas.cells import KEYS, cells
from callsim.atlas.comparing import assumed_otherwise
from callsim.atlas.operations import ending_verbs
from callsim.atlas.worlds import reference_worlds
from callsim.dialects import VENDORS, dialect_class, rulebook
from callsim.errors import Undecided
from callsim.model import FINAL, SIGNATURES, By, Entity, Verb
from callsim.provenance import Kind

from .drawn import atlas, cell, drawn

# -- hanging up one call: status, cause and code by state, as the specification has them ------------------------------

STATES = ("queued", "ringing", "in-progress", "completed", "unknown")
HANGING_UP = """
plivo   hang_up      204 cancelled 1000        204 cancelled 1000        204 normal 4000        404  404
plivo   cancel       204 cancelled 1000        204 cancelled 1000        404                    404  404
plivo   hang_up_all  204                       204 cancelled 0           204 normal 0           204  204
tryvox  hang_up      409                       204 cancelled api-hangup  204 normal api-hangup  404  404
voipnow hang_up      200 cancelled 3           200 cancelled 3           200 normal 0           400  400
voipnow hang_up_all  200 cancelled 3           200 cancelled 3           200 normal 0           204  204
"""
FAR_ENDS = """
outbound callee   hang_up             -             rejected 3020       normal 4000      -
outbound callee   reject              rejected 3020 rejected 3020       -                -
outbound callee   busy                busy 3010     busy 3010           -                -
outbound carrier  no_answer           no-answer 3000 no-answer 3000     -                -
outbound carrier  fail                failed 2000   failed 2000         -                -
outbound platform ring_time_over      .             ring-timeout 6010   -                -
outbound platform time_limit_reached  .             .                   time-limit 6000  -
inbound  caller   hang_up             .             cancelled 1000      normal 4000      -
inbound  api      hang_up             .             cancelled 1000      normal 4000      -
"""
"""A dash: nothing changes; a full stop: it cannot be said there."""


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def in_states(words: list[str]) -> list[list[str]]:
    """The words of a row, each state's together: a state's begin with its status."""
    found: list[list[str]] = []
    for word in words:
        if word.isdigit() and len(word) == 3 and word[0] in "245":
            found.append([])
        found[-1].append(word)
    return found


@pytest.mark.parametrize("row", rows(HANGING_UP), ids=lambda row: " ".join(row[:2]))
def test_hanging_up_comes_to_what_the_specification_says(row: list[str]) -> None:
    vendor, operation, *words = row
    expected = in_states(words)
    assert len(expected) == len(STATES)
    for state, (status, *end) in zip(STATES, expected, strict=True):
        found = cell(vendor, "outbound", state, operation)
        assert [str(found.status), *([found.cause, str(found.code)] if found.cause else [])] == [status, *end], state
        assert found.to == ("completed" if end else state)


@pytest.mark.parametrize("row", rows(FAR_ENDS), ids=lambda row: " ".join(row[:3]))
def test_other_ends_come_to_what_the_specification_says(row: list[str]) -> None:
    world, by, operation, *words = row
    for state in STATES[:4]:
        word = words.pop(0)
        places = {each.place for each in atlas() if each.vendor == "plivo"}
        if word == ".":
            assert (world, state, by, operation) not in places
            continue
        found = cell("plivo", world, state, operation, by)
        if word == "-":
            assert (found.to, found.cause, found.callbacks) == (state, None, ()), state
        else:
            assert (found.to, found.cause, str(found.code)) == ("completed", word, words.pop(0)), state
            assert len(found.callbacks) == 1


# -- ending a multiparty call: what becomes of each leg ---------------------------------------------------------------

LEGS = """
xml-leg, no exit URL: anna | stop room | in-progress (in-mpc)  | in-progress (left-mpc, speak) |           |      |
xml-leg, exit URL: anna    | stop room | in-progress (in-mpc)  | in-progress (left-mpc, awaits exit) |  |    | exit document
api-leg: cleo              | stop room | in-progress (in-mpc)  | completed                     | mpc-ended | 4020 | hangup
api-leg-exit-url: cleo     | stop room | in-progress (in-mpc)  | in-progress (left-mpc, awaits exit) |  |    | exit document
adopted-leg: anna          | stop room | in-progress (in-mpc)  | completed                     | mpc-ended | 4020 | hangup
api-leg: cleo              | stop room | ringing (joining-mpc) | completed                     | cancelled | 1000 | hangup
xml-leg, no exit URL: anna | kick      | in-progress (in-mpc)  | in-progress (left-mpc, speak) |           |      |
xml-leg, exit URL: anna    | kick      | in-progress (in-mpc)  | in-progress (left-mpc, awaits exit) |  |    | exit document
api-leg: cleo              | kick      | in-progress (in-mpc)  | completed                     | kicked    | 4030 | hangup
api-leg-exit-url: cleo     | kick      | in-progress (in-mpc)  | in-progress (left-mpc, awaits exit) |  |    | exit document
api-leg: cleo              | kick      | ringing (joining-mpc) | completed                     | cancelled | 1000 | hangup
"""


def barred(table: str) -> list[list[str]]:
    return [[word.strip() for word in line.split("|")] for line in table.strip().splitlines()]


@pytest.mark.parametrize("row", barred(LEGS), ids=lambda row: " ".join(row[:3]))
def test_a_leg_whose_multiparty_call_ends_goes_where_the_specification_says(row: list[str]) -> None:
    world, operation, state, to, cause, code, told = row
    found = cell("plivo", world, state, operation)
    assert (found.status, found.to, found.cause or "", str(found.code or "")) == (204, to, cause, code)
    assert [each["kind"] for each in found.callbacks] == ([told] if told else [])
    assert found.source == ("API Request" if cause else None)


ENDS = """
xml-leg, no exit URL: room | active: anna in-progress (in-mpc)                             | stop         | stopped         | 3000
two-in-a-room: room        | active: anna in-progress (in-mpc), cleo in-progress (in-mpc)  | stop         | stopped         | 3000
two-in-a-room: room        | active: anna in-progress (in-mpc), cleo in-progress (in-mpc)  | hang_up cleo | stay-alone      | 1010
two-in-a-room: room        | active: anna in-progress (in-mpc), cleo ringing (joining-mpc) | hang_up anna | no-participants | 1000
two-in-a-room: room        | active: anna in-progress (in-mpc), cleo in-progress (in-mpc)  | hang_up_all  | no-participants | 1000
host-and-guest: room       | active: host in-progress (in-mpc), guest in-progress (in-mpc) | hang_up host | ended-on-exit   | 1000
host-and-guest: room       | active: host in-progress (in-mpc), guest in-progress (in-mpc) | kick guest   |                 |
waiting-leg: room          | initialized: anna in-progress (in-mpc)                        | stop         | stopped         | 3000
two-who-may-stay: room     | active: anna in-progress (in-mpc), cleo in-progress (in-mpc)  | hang_up cleo |                 |
"""


@pytest.mark.parametrize("row", barred(ENDS), ids=lambda row: " ".join((row[0], row[2])))
def test_a_multiparty_call_ends_for_the_reason_the_specification_names(row: list[str]) -> None:
    world, state, operation, cause, code = row
    found = cell("plivo", world, state, operation)
    assert (found.cause or "", str(found.code or "")) == (cause, code)
    assert found.to.startswith("ended: " if cause else "active: ")


def test_who_is_left_alone_by_another_is_told_so() -> None:
    left = cell("plivo", "two-in-a-room: cleo", "in-progress (in-mpc)", "hang_up anna")
    assert (left.to, left.cause, left.code, left.source) == ("completed", "mpc-ended", 4020, "Plivo")


def test_a_multiparty_call_lasts_only_so_long() -> None:
    room = cell("plivo", "lasting-so-long: room", "active: cleo in-progress (in-mpc)", "max_duration_reached", "platform")
    cleo = cell("plivo", "lasting-so-long: cleo", "in-progress (in-mpc)", "max_duration_reached room", "platform")
    assert (room.cause, room.code) == ("max-duration", 2000)
    assert (cleo.to, cleo.cause, cleo.code, cleo.source) == ("completed", "mpc-ended", 4020, "Plivo")


def test_a_leg_that_is_sent_elsewhere_leaves_its_multiparty_call() -> None:
    cleo = cell("plivo", "transferred-leg: cleo", "in-progress (in-mpc)", "transfer /elsewhere")
    anna = cell("plivo", "transferred-leg: anna", "in-progress (in-mpc)", "transfer cleo /elsewhere")
    assert (cleo.status, cleo.to) == (202, "in-progress (left-mpc, awaits transfer)")
    assert (anna.to, anna.cause) == ("in-progress (left-mpc, speak)", None)


def test_what_is_over_is_not_found_again() -> None:
    over = cell("plivo", "api-leg: room", "ended", "DELETE /v1/Account/$account/MultiPartyCall/uuid_$room/")
    assert (over.status, over.to, over.assumption) == (404, "ended", "plivo.mpc_stop.ended")


# -- calls that are joined to each other ------------------------------------------------------------------------------

JOINED = """
plivo  | dialling: anna        | in-progress (dial, joined) | hang_up            | api    | completed                   | normal
plivo  | dialling: anna-leg-1  | in-progress                | hang_up anna       | api    | completed                   | normal
plivo  | dialling: anna-leg-1  | in-progress                | hang_up            | api    | completed                   | normal
plivo  | dialling: anna        | in-progress (dial, joined) | hang_up anna-leg-1 | api    | in-progress (speak)         |
plivo  | dialling: anna        | in-progress (dial, joined) | hang_up anna-leg-1 | callee | in-progress (speak)         |
plivo  | dialling: anna-leg-1  | ringing                    | hang_up anna       | caller | completed                   | cancelled
plivo  | dialling: anna-leg-1  | ringing                    | reject             | callee | completed                   | rejected
plivo  | dialling-out: alice   | in-progress (dial, joined) | hang_up alice-leg-1 | callee | in-progress (awaits action) |
tryvox | dialling: anna        | in-progress (dial, joined) | hang_up anna-leg-1 | api    | completed                   | normal
tryvox | dialling: anna        | in-progress (dial, joined) | hang_up anna-leg-1 | callee | in-progress (speak)         |
"""


@pytest.mark.parametrize("row", barred(JOINED), ids=lambda row: " ".join((*row[:2], *row[3:5])))
def test_what_becomes_of_one_call_as_the_other_ends_is_what_the_specification_says(row: list[str]) -> None:
    vendor, world, state, operation, by, to, cause = row
    found = cell(vendor, world, state, operation, by)
    assert (found.to, found.cause or "") == (to, cause)


# -- documents and clocks ---------------------------------------------------------------------------------------------

DOCUMENTS = """
inbound-document  | ringing (awaits answer) | hang_up, answer                          | document | rejected            | 3020
inbound-document  | ringing (awaits answer) | busy, answer                             | document | busy                | 3010
inbound-document  | ringing (awaits answer) | run_out, answer                          | platform | end-of-instructions | 4010
inbound-document  | ringing (awaits answer) | bad_instructions (unreachable), answer   | platform | bad-instructions    | 7011
outbound-document | in-progress (awaits answer) | hang_up, answer                          | document | normal              | 4000
outbound-document | in-progress (awaits answer) | bad_instructions (invalid), answer       | platform | bad-instructions    | 8011
outbound-document | in-progress (awaits answer) | bad_instructions (unknown element), answer | platform | bad-instructions  | 8011
redirected        | in-progress (awaits redirect) | bad_instructions (unreachable), redirect | platform | bad-instructions    | 7014
recording         | in-progress (awaits action) | bad_instructions (empty), action         | platform | bad-instructions    | 8012
scheduled         | in-progress (wait, schedule clock) | schedule_reached  | platform | time-limit          | 6000
ending-set-as-it-rings | ringing (ring-schedule clock) | ring_schedule_reached | platform | time-limit    | 6000
media-lost        | in-progress (media clock) | media_time_over            | platform | media-timeout       | 6020
fallback          | in-progress (awaits answer) | hang_up, answer | document | normal | 4000
fallback          | in-progress (awaits fallback) | bad_instructions (unreachable), fallback | platform | bad-instructions | 7011
machine           | in-progress (machine-detection clock) | detect         | platform | machine             | 9100
outbound          | in-progress | out_of_credit                            | platform | out-of-credit       | 1010
inbound-document  | in-progress (speak) | finish                           | platform | end-of-instructions | 4010
"""


@pytest.mark.parametrize("row", barred(DOCUMENTS), ids=lambda row: " ".join((row[0], row[2])))
def test_documents_and_clocks_end_calls_as_the_specification_says(row: list[str]) -> None:
    world, state, operation, by, cause, code = row
    found = cell("plivo", world, state, operation, by)
    assert (found.to, found.cause, str(found.code)) == ("completed", cause, code)


def test_a_clock_strikes_when_it_is_due_and_not_before() -> None:
    struck = cell("plivo", "outbound", "in-progress", "time_limit_reached", "platform")
    late = cell("plivo", "outbound", "in-progress", "ring_time_over", "platform")
    assert struck.to == "completed"
    assert (late.to, late.rule) == ("in-progress", "call.ring_time_over.in-progress.platform")


def test_every_published_failure_is_in_the_world_of_failures() -> None:
    codes = {each.code for each in atlas() if each.world == "failing" and each.cause == "failed"}
    assert codes >= set(dialect_class("plivo").failure_codes() or ())


# -- what is true of all of them --------------------------------------------------------------------------------------


def test_a_cell_has_exactly_its_keys_and_is_plain_data() -> None:
    for each in atlas():
        data = each.as_data()
        assert tuple(data) == KEYS
        assert json.loads(json.dumps(data)) == data
        assert (data["status"] is None) == (data["by"] != "api")


def test_no_two_cells_are_about_the_same() -> None:
    places = [(each.vendor, *each.place) for each in atlas()]
    assert len(places) == len(set(places))


def test_every_cell_stands_on_rules_and_is_as_firm_as_the_weakest() -> None:
    order = list(Kind)
    for each in atlas():
        rows = rulebook(each.vendor).rows
        bases = [rows[rule].basis for rule in each.rules]
        assert each.rules[0] == each.rule
        assert order.index(Kind(each.basis)) == max(order.index(basis.kind) for basis in bases)
        assert (each.assumption is None) == (each.basis in (Kind.DOCUMENTED, Kind.OBSERVED))


def test_what_takes_no_effect_leaves_its_subject_as_it_was() -> None:
    for each in atlas():
        if each.status is not None and each.status >= 400:
            assert (each.to, each.cause, each.callbacks) == (each.state.partition(";")[0], None, ()), each.name


def test_it_is_the_same_each_time() -> None:
    assert tuple(cells(reference_worlds())) == atlas()


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_state_of_a_call_is_in_it(vendor: str) -> None:
    found = {each.state for each in atlas() if each.vendor == vendor and each.world == "outbound"}
    assert found == set(STATES)


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_request_that_ends_something_is_in_it(vendor: str) -> None:
    ends = ending_verbs(rulebook(vendor))
    wanted = {str(verb) for verb in dialect_class(vendor).verbs if verb in ends}
    found = {each.operation.split()[0] for each in atlas() if each.vendor == vendor and each.by == By.API}
    assert wanted <= found


def test_what_ends_something_is_read_off_the_rules() -> None:
    ends = ending_verbs(rulebook("plivo"))
    assert {Verb.HANG_UP, Verb.CANCEL, Verb.STOP, Verb.KICK, Verb.RING_TIME_OVER} <= set(ends)
    assert not {Verb.PLACE, Verb.ADD, Verb.RING, Verb.ANSWER} & set(ends)
    assert all(SIGNATURES[verb].entity in FINAL for verb in ends)
    assert Entity.CALL in {SIGNATURES[verb].entity for verb in ends}


def choices(vendor: str) -> dict[str, list[str]]:
    """Every assumption of a vendor that can be chosen otherwise, with its other choices."""
    return {id: list(each.choices) for id, each in rulebook(vendor).assumptions.items() if each.choices and not each.reserved}


TOGETHER = [
    pytest.param(vendor, {id: several[min(number, len(several) - 1)] for id, several in choices(vendor).items()}, id=f"{vendor} {number + 1}")
    for vendor in VENDORS
    for number in range(max(map(len, choices(vendor).values())))
]


def draw(vendor: str, assume: dict[str, str]) -> None:
    """Draw everything of a vendor: what is undecided raises."""
    found = list(cells([world for world in reference_worlds() if world.vendor == vendor], assume))
    assert len({each.place for each in found}) == len(found)
    assert {each.world for each in found} == {each.world for each in atlas() if each.vendor == vendor}


@pytest.mark.parametrize(("vendor", "assume"), TOGETHER)
def test_no_cell_is_undecided_whatever_is_assumed(vendor: str, assume: dict[str, str]) -> None:
    """Every first choice of every assumption at once, every second one, and so on: each of them is made."""
    draw(vendor, assume)


@pytest.mark.nightly
@pytest.mark.parametrize("vendor", VENDORS)
def test_no_cell_is_undecided_if_one_thing_is_assumed_otherwise(vendor: str) -> None:
    for id, several in choices(vendor).items():
        for value in several:
            draw(vendor, {id: value})


def test_what_an_assumption_changes_stands_on_it() -> None:
    pairs = assumed_otherwise(reference_worlds(), "plivo.hang_up.ended", "204")
    assert {(pair.one.status, pair.other.status) for pair in pairs if pair.one and pair.other} == {(404, 204)}
    assert {pair.one.assumption for pair in pairs if pair.one} == {"plivo.hang_up.ended"}


# -- worlds of one's own ----------------------------------------------------------------------------------------------

TWO = """
two:
  title: Two calls
  vendor: plivo
  subject: [anna, ben]
  calls:
    anna: {far_end: {rings: 1s, answers: 1s}}
    ben: {far_end: {rings: 3s, answers: 1s}}
"""


def test_of_several_subjects_each_is_told_what_the_others_come_to() -> None:
    found = {each.place for each in drawn(TWO)}
    assert ("two: anna", "ringing", "api", "hang_up") in found
    assert ("two: ben", "ringing", "api", "hang_up_all") in found
    assert not [place for place in found if place[3] == "hang_up ben"], "it makes no difference to anna"


def test_one_state_at_several_moments_is_told_apart_by_the_others() -> None:
    places = [each.place for each in atlas() if each.vendor == "plivo" and each.world == "two-of-one-account: alice"]
    assert [state for _, state, _, operation in places if operation == "hang_up_all"] == [
        "queued", "ringing", "in-progress; bob ringing", "in-progress; bob in-progress", "unknown",
    ]  # fmt: skip
    alone = [state for _, state, by, operation in places if (by, operation) == ("api", "hang_up")]
    assert alone == ["queued", "ringing", "in-progress", "unknown"]


def test_an_operation_of_its_own_is_tried_in_every_state() -> None:
    found = drawn("""
lone:
  title: A call
  vendor: plivo
  subject: anna
  calls:
    anna: {far_end: {rings: 1s, answers: 1s}}
  operations:
    - {fail: anna, code: 3050}
    - request: DELETE /v1/Account/$account/Call/
      body: {call_uuid: $anna}
""")
    failed = [each for each in found if each.operation == "fail 3050"]
    assert [(each.state, each.by, each.code) for each in failed] == [
        ("queued", "carrier", 3050), ("ringing", "carrier", 3050), ("in-progress", "carrier", None),
    ]  # fmt: skip
    assert [each.status for each in found if each.operation.startswith("DELETE")] == [204, 204, 204]


def test_a_clock_for_a_digit_that_has_been_pressed_since_is_not_asked() -> None:
    found = [each for each in atlas() if each.world == "asked-for-digits" and each.operation == "finish"]
    assert [(each.state, each.to) for each in found] == [("in-progress (getdigits)", "completed")]


def test_a_cell_without_an_answer_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*_: object) -> None:
        raise KeyError("no answer")

    monkeypatch.setattr(dialect_class("plivo"), "answer", answer)
    with pytest.raises(Undecided, match=r"^plivo, lone, unknown: hang_up by api is undecided: 'no answer'$"):
        drawn("""
lone:
  title: A call
  vendor: plivo
  subject: anna
  calls: {anna: {far_end: {rings: 1s}}}
""")
