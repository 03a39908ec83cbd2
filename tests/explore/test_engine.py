"""The search, on worlds small enough to be counted by hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import comb, factorial, prod

import pytest
from hypothesis import given, settings, strategies as st

from callsim.errors import UsageError
from callsim.explore import Bound, Exploration, Kind, Progress, Property, Verdict, World, explore, workers as processes

from .small import Actors, Graph, Remembering, only, unless

ALWAYS, FINALLY, EVENTUALLY = Kind
QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def judged(world: World, kind: Kind, holds: object) -> Verdict:
    (verdict,) = explore(world, [Property("it", kind, holds)]).verdicts
    return verdict


def told(verdict: Verdict) -> tuple[bool, int | None, str | None, str, bool]:
    shortest = None if verdict.shortest is None else "".join(verdict.shortest)
    return verdict.holds, verdict.failing_orders, shortest, verdict.message, verdict.at_end


# -- orders --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [(0, 0), (1, 0), (1, 1), (2, 3), (7, 5), (60, 60)])
def test_two_actors_have_as_many_orders_as_their_steps_can_be_shuffled(first: int, second: int) -> None:
    found = explore(Actors(first, second))
    assert found.orders == comb(first + second, first)
    assert found.states == (first + 1) * (second + 1)
    assert found.transitions == first * (second + 1) + second * (first + 1)
    assert (found.depth, found.ends, found.bound, found.complete, found.holds) == (first + second, 1, "", True, True)


@QUICK
@given(st.lists(st.integers(0, 2), min_size=1, max_size=4))
def test_orders_are_counted_as_they_would_be_one_by_one(steps: list[int]) -> None:
    merged, apart = explore(Actors(*steps)), explore(Remembering(*steps))
    assert merged.orders == apart.orders == apart.ends == factorial(sum(steps)) // prod(map(factorial, steps))
    assert merged.states == prod(each + 1 for each in steps)


def test_a_world_in_which_nothing_happens_has_one_order_of_no_action() -> None:
    found = explore(Actors(), [Property("calm", FINALLY, unless(()))])
    assert (found.orders, found.states, found.transitions, found.depth, found.ends) == (1, 1, 0, 0, 1)
    assert told(found.verdicts[0]) == (False, 1, "", "at ()", True)


# What leads where, from a on; orders, states, transitions, depth, ends.
SHAPES = [
    (Graph(a="bc", b="d", c="d", d="e"), (2, 5, 5, 3, 1)),
    (Graph(a="bc", b="de", c="ef"), (4, 6, 6, 2, 3)),
    (Graph(a="bb"), (2, 2, 2, 1, 1)),
    (Graph(a="bc", b="c", c="d"), (2, 4, 4, 2, 1)),
    (Graph(a="cb", b="c", c="d"), (2, 4, 4, 2, 1)),
    (Graph(a="bd", b="c", c="d", d="e"), (2, 5, 5, 2, 1)),
    (Graph(a="bc", c="d", d="b", b="e"), (2, 5, 5, 2, 1)),
    (Graph(a="bcd", b="e", c="f", d="e", e="c"), (3, 6, 7, 2, 1)),
]


@pytest.mark.parametrize(("graph", "expected"), SHAPES)
def test_ways_that_meet_again_are_one_state_and_stay_two_orders(graph: Graph, expected: tuple[int, ...]) -> None:
    found = explore(graph)
    assert (found.orders, found.states, found.transitions, found.depth, found.ends) == expected


@pytest.mark.parametrize("graph", [
    Graph(a="a"), Graph(a="ab"), Graph(a="b", b="a"), Graph(a="be", b="c", c="db", d="e"), Graph(a="bc", b="b"),
])  # fmt: skip
def test_where_a_way_leads_back_there_is_no_count_of_orders(graph: Graph) -> None:
    found = explore(graph, [Property("never", FINALLY, lambda state: "never"), Property("fine", ALWAYS, only(*"abcde"))])
    assert found.orders is None
    assert found.complete
    assert [verdict.failing_orders for verdict in found.verdicts] == [None, None]
    assert found.verdicts[0].holds is (found.ends == 0)
    assert found.verdicts[1].holds


# -- properties ------------------------------------------------------------------------------------------------------

DIAMOND = Graph(a="bc", b="d", c="de", d="f")
"""The orders are bdf, cdf and ce."""

# Kind, what is wrong where; holds, failing orders, the shortest, what is said, whether at an end.
PROPERTIES = [
    (ALWAYS, unless(), (True, 0, None, "", False)),
    (ALWAYS, unless("a"), (False, 3, "", "at a", False)),
    (ALWAYS, unless("b"), (False, 1, "b", "at b", False)),
    (ALWAYS, unless("c"), (False, 2, "c", "at c", False)),
    (ALWAYS, unless("d"), (False, 2, "bd", "at d", False)),
    (ALWAYS, unless("b", "c"), (False, 3, "b", "at b", False)),
    (ALWAYS, unless("e"), (False, 1, "ce", "at e", True)),
    (ALWAYS, unless("f"), (False, 2, "bdf", "at f", True)),
    (ALWAYS, unless("e", "d"), (False, 3, "bd", "at d", False)),
    (FINALLY, unless(), (True, 0, None, "", False)),
    (FINALLY, unless(*"abcd"), (True, 0, None, "", False)),
    (FINALLY, unless("f"), (False, 2, "bdf", "at f", True)),
    (FINALLY, unless("e"), (False, 1, "ce", "at e", True)),
    (FINALLY, unless("e", "f"), (False, 3, "ce", "at e", True)),
    (EVENTUALLY, only("a"), (True, 0, None, "", False)),
    (EVENTUALLY, only("b", "c"), (True, 0, None, "", False)),
    (EVENTUALLY, only("d", "e"), (True, 0, None, "", False)),
    (EVENTUALLY, only("f", "e"), (True, 0, None, "", False)),
    (EVENTUALLY, only(), (False, 3, "ce", "not e", True)),
    (EVENTUALLY, only("b"), (False, 2, "ce", "not e", True)),
    (EVENTUALLY, only("c"), (False, 1, "bdf", "not f", True)),
    (EVENTUALLY, only("d"), (False, 1, "ce", "not e", True)),
    (EVENTUALLY, only("e"), (False, 2, "bdf", "not f", True)),
]


@pytest.mark.parametrize(("kind", "holds", "expected"), PROPERTIES)
def test_a_property_is_judged_where_its_kind_says(kind: Kind, holds: object, expected: tuple[object, ...]) -> None:
    assert told(judged(DIAMOND, kind, holds)) == expected


@pytest.mark.parametrize("kinds", [(ALWAYS, FINALLY, EVENTUALLY), (EVENTUALLY, ALWAYS, FINALLY)])
def test_several_properties_are_judged_as_each_would_be_alone(kinds: Sequence[Kind]) -> None:
    chosen = [row for kind in kinds for row in PROPERTIES if row[0] is kind]
    found = explore(DIAMOND, [Property(str(n), kind, holds) for n, (kind, holds, _) in enumerate(chosen)])
    assert [told(verdict) for verdict in found.verdicts] == [row[2] for row in chosen]
    assert [verdict.name for verdict in found.verdicts] == [str(n) for n in range(len(chosen))]
    assert (found.orders, found.ends) == (3, 3), "each order comes to an end of its own, so different were they"


@QUICK
@given(st.data())
def test_failing_orders_are_counted_as_they_would_be_one_by_one(data: st.DataObject) -> None:
    """The same properties, of what was so far, asked of whole orders that are walked one by one."""
    steps = data.draw(st.lists(st.integers(0, 3), min_size=2, max_size=3))
    states = st.tuples(*(st.integers(0, each) for each in steps))
    wrong = data.draw(st.lists(st.sets(states, max_size=3), min_size=1, max_size=3))
    kinds = data.draw(st.lists(st.sampled_from(Kind), min_size=len(wrong), max_size=len(wrong)))
    found = explore(Actors(*steps), [
        Property("", kind, only(*them) if kind is EVENTUALLY else unless(*them))
        for kind, them in zip(kinds, wrong, strict=True)
    ])  # fmt: skip
    walks = list(walked(Actors(*steps)))
    for verdict, kind, them in zip(found.verdicts, kinds, wrong, strict=True):
        failing = {
            ALWAYS: [walk for walk in walks if them & set(walk)],
            FINALLY: [walk for walk in walks if walk[-1] in them],
            EVENTUALLY: [walk for walk in walks if not them & set(walk)],
        }[kind]
        assert verdict.failing_orders == len(failing)
        assert verdict.holds is not failing


def walked(world: World) -> list[list[object]]:
    """Every order, as the states it goes through."""

    def on(state: object) -> list[list[object]]:
        ways = [on(world.step(state, action)) for action in world.actions(state)]
        return [[state, *rest] for way in ways for rest in way] or [[state]]

    return on(world.begin())


LETTERS = "abcdefg"


@st.composite
def graphs(draw: st.DrawFn, circles: bool = False) -> Graph:
    """A graph that begins at a; without circles every letter leads to later ones only, once they are shuffled."""
    order = ["a", *draw(st.permutations(LETTERS[1:]))]
    ways = {}
    for place, letter in enumerate(order):
        ahead = order if circles else order[place + 1 :]
        ways[letter] = "".join(draw(st.lists(st.sampled_from(ahead), max_size=3))) if ahead else ""
    return Graph(**ways)


@QUICK
@given(graphs(), st.data())
def test_ways_of_any_length_are_counted_as_they_would_be_one_by_one(graph: Graph, data: st.DataObject) -> None:
    walks = walked(graph)
    wrong = data.draw(st.sets(st.sampled_from(LETTERS), max_size=3))
    found = explore(graph, [
        Property("always", ALWAYS, unless(*wrong)), Property("finally", FINALLY, unless(*wrong)),
        Property("eventually", EVENTUALLY, only(*wrong)),
    ])  # fmt: skip
    assert found.orders == len(walks)
    assert [verdict.failing_orders for verdict in found.verdicts] == [
        sum(1 for walk in walks if wrong & set(walk)),
        sum(1 for walk in walks if walk[-1] in wrong),
        sum(1 for walk in walks if not wrong & set(walk)),
    ]
    always, finally_, eventually = (verdict.shortest for verdict in found.verdicts)
    assert shortest(always) == shortest_of(walk[: place + 1] for walk in walks for place, at in enumerate(walk) if at in wrong)
    assert shortest(finally_) == shortest_of(walk for walk in walks if walk[-1] in wrong)
    assert shortest(eventually) == shortest_of(walk for walk in walks if not wrong & set(walk))


def shortest(actions: tuple[str, ...] | None) -> int | None:
    return None if actions is None else len(actions)


def shortest_of(walks: Iterable[Sequence[object]]) -> int | None:
    return min((len(walk) - 1 for walk in walks), default=None)


@QUICK
@given(graphs(circles=True))
def test_a_circle_is_noticed_wherever_it_is(graph: Graph) -> None:
    def circles(state: str, before: str) -> bool:
        return state in before or any(circles(after, before + state) for after in dict.fromkeys(graph.actions(state)))

    assert (explore(graph).orders is None) is circles("a", "")


# -- broken laws -----------------------------------------------------------------------------------------------------


def test_a_bug_five_steps_deep_is_found_with_the_shortest_way_to_it() -> None:
    found = explore(Actors(4, 4, faults={(3, 2): "no three and two"}))
    (verdict,) = found.verdicts
    assert (verdict.name, verdict.law, verdict.holds, verdict.at_end) == ("no three and two", True, False, True)
    assert verdict.message == "stepped into (3, 2)"
    assert "".join(verdict.shortest or ()) == "aaabb", "of the ten ways of five actions the first in their order"
    assert verdict.failing_orders == comb(5, 2)
    assert not found.holds


def test_a_broken_law_is_an_end_of_its_own_and_orders_are_counted_up_to_it() -> None:
    found = explore(Actors(1, 1, faults={(1, 0): "law"}), [
        Property("end", FINALLY, unless((1, 1))),
        Property("met", EVENTUALLY, only((0, 1))),
        Property("ever", ALWAYS, unless((0, 0))),
    ])  # fmt: skip
    assert (found.orders, found.states, found.transitions, found.ends) == (2, 3, 3, 2)
    assert [told(verdict) for verdict in found.verdicts] == [
        (False, 1, "ba", "at (1, 1)", True),
        (True, 0, None, "", False),
        (False, 2, "", "at (0, 0)", False),
        (False, 1, "a", "stepped into (1, 0)", True),
    ]


def test_every_law_that_is_broken_has_its_verdict_in_the_order_found() -> None:
    found = explore(Actors(2, 2, faults={(0, 1): "second", (2, 0): "first", (1, 1): "second"}))
    told_ = [(verdict.name, verdict.shortest, verdict.failing_orders) for verdict in found.verdicts]
    assert told_ == [("second", ("b",), 2), ("first", ("a", "a"), 1)]
    assert found.orders == 3


# -- bounds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", range(1, 10))
def test_the_bound_of_states_is_met_exactly(most: int) -> None:
    found = explore(Actors(2, 2), max_states=most)
    complete = most == 9
    assert (found.states, found.bound, found.complete) == (most, "" if complete else "states", complete)
    assert (found.orders is None) is not complete


@pytest.mark.parametrize(("most", "holds"), [(1, True), (2, True), (3, False), (4, False)])
def test_what_was_found_before_a_bound_was_met_is_told(most: int, holds: bool) -> None:
    found = explore(Actors(2, 2), [Property("b", ALWAYS, unless((0, 1)))], max_states=most)
    assert told(found.verdicts[0]) == ((True, None, None, "", False) if holds else (False, None, "b", "at (0, 1)", False))


@pytest.mark.parametrize(("deepest", "states", "bound"), [(0, 1, "depth"), (1, 3, "depth"), (3, 8, "depth"), (4, 9, ""), (5, 9, "")])
def test_the_bound_of_depth_cuts_only_what_would_go_deeper(deepest: int, states: int, bound: str) -> None:
    found = explore(Actors(2, 2), [Property("end", FINALLY, unless((2, 2)))], max_depth=deepest)
    assert (found.states, found.bound, found.depth) == (states, bound, min(deepest, 4))
    assert found.verdicts[0].holds is bool(bound)


def test_an_end_that_is_as_deep_as_may_be_gone_is_judged() -> None:
    found = explore(Graph(a="bc", c="d"), [Property("b", FINALLY, unless("b"))], max_depth=1)
    assert (found.bound, found.ends, told(found.verdicts[0])) == ("depth", 1, (False, None, "b", "at b", True))


def test_the_bound_of_memory_cuts() -> None:
    found = explore(Actors(20, 20), max_memory=1)
    assert (found.bound, found.states, found.complete) == ("memory", 3, False)
    assert explore(Actors(2, 2), max_memory=1 << 40).complete


class Interrupted(Actors):
    """Somebody loses patience at the seventh step."""

    taken = 0

    def step(self, state: tuple[int, ...], action: str) -> tuple[int, ...]:
        self.taken += 1
        if self.taken == 7:
            raise KeyboardInterrupt
        return super().step(state, action)


def test_what_is_known_when_interrupted_is_told() -> None:
    found = explore(Interrupted(5, 5), [Property("b", ALWAYS, unless((0, 2)))])
    assert (found.bound, found.complete, found.orders, found.states, found.transitions) == ("interrupted", False, None, 6, 6)
    assert told(found.verdicts[0]) == (False, None, "bb", "at (0, 2)", False)


@pytest.mark.parametrize("bounds", [{"max_states": 0}, {"max_memory": 0}, {"max_depth": -1}, {"workers": 0}])
def test_a_bound_that_allows_nothing_is_refused(bounds: dict[str, int]) -> None:
    with pytest.raises(UsageError, match=f"{next(iter(bounds))} must be at least [01], not "):
        explore(Actors(1), **bounds)


# -- telling ---------------------------------------------------------------------------------------------------------


def test_progress_is_told_after_each_depth() -> None:
    told_: list[Progress] = []
    explore(Actors(1, 1), progress=told_.append)
    assert told_ == [Progress(3, 2, 0, 2), Progress(4, 4, 1, 1), Progress(4, 4, 2, 0)]


def test_progress_is_told_within_a_depth_of_very_many_states() -> None:
    told_: list[Progress] = []
    explore(Remembering(*[1] * 7), progress=told_.append)
    assert len(told_) > 8
    assert all(early.transitions <= late.transitions for early, late in pairwise(told_))


def test_every_step_taken_is_seen_with_the_states_before_and_after_it() -> None:
    steps: list[tuple[object, ...]] = []
    explore(Graph(a="bc", b="c"), seen=lambda before, action, after: steps.append((before, action, after)))
    assert steps == [("a", "b", "b"), ("a", "c", "c"), ("b", "c", "c")]


# -- the same everywhere -----------------------------------------------------------------------------------------------

BIG = Actors(5, 5, 5, 5, faults={(3, 3, 3, 3): "all three", (0, 4, 4, 4): "none and four"})
BIG_PROPERTIES = [
    Property("not so early", ALWAYS, unless((0, 0, 3, 4), (5, 0, 0, 0))),
    Property("in the middle", EVENTUALLY, lambda state: None if sum(map(abs, state)) == 9 and state[0] == 3 else "missed"),
    Property("well", FINALLY, unless((5, 5, 5, 5))),
]


class Packed(Actors):
    """A world that says itself how its states are sent."""

    def freeze(self, state: tuple[int, ...]) -> bytes:
        return bytes(state)

    def thaw(self, frozen: bytes) -> tuple[int, ...]:
        return tuple(frozen)


class Unsendable(Actors):
    """A world whose states nobody can send."""

    def freeze(self, state: tuple[int, ...]) -> object:
        return lambda: state


@pytest.fixture
def always_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LEAST", 2)


@pytest.mark.usefixtures("always_split")
@pytest.mark.parametrize("workers", [2, 3])
@pytest.mark.parametrize("bounds", [{}, {"max_states": 500}, {"max_depth": 9}])
@pytest.mark.parametrize("kind", [Actors, Packed, Unsendable])
def test_any_number_of_workers_comes_to_the_same(kind: type[Actors], bounds: dict[str, int], workers: int) -> None:
    world = kind(*BIG.steps, faults=BIG.faults)
    alone = explore(BIG, BIG_PROPERTIES, **bounds)
    together = explore(world, BIG_PROPERTIES, workers=workers, **bounds)
    assert together == alone
    assert explore(world, workers=workers, **bounds) == explore(BIG, **bounds)


@pytest.mark.usefixtures("always_split")
def test_what_a_world_raises_is_raised_whoever_works_on_it() -> None:
    class Crashing(Actors):
        def actions(self, state: tuple[int, ...]) -> Sequence[str]:
            if state == (2, 2):
                raise ZeroDivisionError("by nobody")
            return super().actions(state)

    for workers in (1, 2):
        with pytest.raises(ZeroDivisionError, match="by nobody"):
            explore(Crashing(4, 4), workers=workers)


@pytest.mark.usefixtures("always_split")
def test_workers_are_interrupted_with_whom_they_work_for() -> None:
    class Impatient(Actors):
        def actions(self, state: tuple[int, ...]) -> Sequence[str]:
            if state == (2, 2):
                raise KeyboardInterrupt
            return super().actions(state)

    assert explore(Impatient(4, 4), workers=2).bound == "interrupted"


ENDLESS = """
from callsim.explore import explore
from tests.explore.small import Actors

def tell(progress):
    if progress.depth == 60:
        print("begun", flush=True)

found = explore(Actors(200, 200, 200), workers=2, progress=tell)
print(found.bound, found.orders, found.states > 1000)
"""


def test_an_interrupt_from_the_keyboard_reaches_all_processes_and_leaves_no_trace() -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", ENDLESS], env=environment(), text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert run.stdout is not None
    assert run.stdout.readline() == "begun\n"
    os.killpg(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert (out.splitlines()[-1], err, run.returncode) == ("interrupted None True", "", 0)


def environment(**values: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path), **values}


def test_where_every_step_is_to_be_seen_all_is_done_in_one_process(always_split: None) -> None:
    seen: list[object] = []
    explore(Actors(3, 3), workers=2, seen=lambda *step: seen.append(step))
    assert len(seen) == 24


def test_where_no_process_can_be_forked_all_is_done_in_one(always_split: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes.multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert explore(BIG, workers=2) == explore(BIG)


SCRIPT = """
from tests.explore.test_engine import BIG, BIG_PROPERTIES
from callsim.explore import explore
print(explore(BIG, BIG_PROPERTIES))
"""


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_every_hash_seed_comes_to_the_same(seed: str) -> None:
    seeded = environment(PYTHONHASHSEED=seed)
    run = subprocess.run([sys.executable, "-c", SCRIPT], env=seeded, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(explore(BIG, BIG_PROPERTIES))


def test_an_exploration_is_what_it_says() -> None:
    found = explore(Actors(1), [Property("it", ALWAYS, unless((1,)))])
    assert found == Exploration(
        1, 2, 1, 1, 1, Bound.NONE, (Verdict("it", False, 1, ("a",), "at (1,)", True, False),)
    )  # fmt: skip
