"""What was answered wrongly comes back, and nothing that was answered is lost."""

from __future__ import annotations

from hypothesis import given, strategies as st

from callsim.learn.keeping import as_data, courses_of
from callsim.learn.standing import RIGHT_ENOUGH, Standing

A, B = ("01-a", "state"), ("01-a", "cause")
LESSONS = st.sampled_from(["a", "b", "c"])
ASKED = st.tuples(LESSONS, st.sampled_from(["state", "cause", "by"]))
DONE = st.one_of(
    st.tuples(st.just("answered"), ASKED, st.booleans(), st.integers(1, 9)),
    st.tuples(st.just("reviewed"), ASKED, st.booleans()),
    st.tuples(st.just("closed"), LESSONS),
    st.tuples(st.just("anew"), LESSONS),
)  # fmt: skip


def after(*done: tuple[object, ...]) -> Standing:
    standing = Standing()
    for name, *arguments in done:
        standing = getattr(standing, str(name))(*arguments)
    return standing


def test_a_wrong_answer_comes_back_after_the_next_lesson_and_not_before() -> None:
    standing = after(("answered", A, False, 1), ("closed", "01-a"))
    assert standing.due() == []
    assert standing.closed("02-b").due() == [A]


def test_it_leaves_once_it_was_answered_rightly_twice() -> None:
    once = after(("answered", A, False, 1), ("closed", "a"), ("closed", "b"), ("reviewed", A, True))
    assert (once.due(), once.box[A].right) == ([], 1)
    later = once.closed("c").closed("d")
    assert later.due() == [A]
    assert later.reviewed(A, True).box == {}


def test_wrong_once_more_it_starts_anew_after_the_next_lesson() -> None:
    wrong = after(("answered", A, False, 1), ("closed", "a"), ("closed", "b"), ("reviewed", A, True), ("reviewed", A, False))
    assert wrong.box[A].right == 0
    assert wrong.due() == []
    assert wrong.closed("c").due() == [A]


def test_what_has_waited_longest_comes_first() -> None:
    standing = after(("answered", A, False, 1), ("closed", "a"), ("answered", B, False, 1), ("closed", "b"), ("closed", "c"))
    assert standing.due() == [A, B]


def test_after_the_last_lesson_all_that_is_left_comes_back() -> None:
    standing = after(("answered", A, False, 1))
    assert (standing.due(), standing.due(everything=True)) == ([], [A])


def test_a_lesson_that_is_closed_is_finished_once_and_begins_anew() -> None:
    standing = after(("answered", A, True, 2), ("closed", "01-a"), ("closed", "01-a"))
    assert (standing.finished, standing.reached, standing.lessons) == (("01-a",), {}, 2)


@given(st.lists(DONE, max_size=40))
def test_what_is_wrong_stays_in_the_box_until_it_was_right_often_enough(done: list[tuple[object, ...]]) -> None:
    standing, owed = Standing(), {}
    for name, *arguments in done:
        standing = getattr(standing, str(name))(*arguments)
        if name in ("answered", "reviewed"):
            asked, right = arguments[0], arguments[1]
            if not right:
                owed[asked] = RIGHT_ENOUGH
            elif asked in owed:
                owed[asked] -= 1
                if not owed[asked]:
                    del owed[asked]
    assert standing.box.keys() == owed.keys()
    assert standing.asked == sum(name in ("answered", "reviewed") for name, *_ in done)
    assert 0 <= standing.right <= standing.asked


@given(st.lists(DONE, max_size=40))
def test_whatever_is_in_the_box_comes_back_within_two_lessons(done: list[tuple[object, ...]]) -> None:
    standing = after(*done)
    assert set(standing.closed("x").closed("y").due()) == set(standing.box)


@given(st.dictionaries(st.text(max_size=20), st.lists(DONE, max_size=20), max_size=3))
def test_a_standing_that_is_written_is_read_as_it_was(courses: dict[str, list[tuple[object, ...]]]) -> None:
    import json

    standings = {id: after(*done) for id, done in courses.items()}
    assert courses_of(json.dumps(as_data(standings)).encode()) == standings
