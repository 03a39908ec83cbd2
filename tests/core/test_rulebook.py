"""A rulebook is whole, says where it comes from, and refuses what is laid over it by mistake."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from callsim.dialects import VENDORS, rulebook
from callsim.errors import RulebookError, UsageError
from callsim.model import CallState, Direction, HangupUrl, MpcState, Status
from callsim.provenance import Basis, Evidence, Kind, assumed, documented
from callsim.rules import Assumption, Consequence, Picker, Rulebook, Vendor, lay, patch
from callsim.rules.rows import Followers, Limit

BASE = lay()
BOOKS = [BASE, *map(rulebook, VENDORS)]
EVIDENCE = Evidence("https://example.test", "2026-11-21")
EITHER = Assumption("test.either", "this", "Which?", "Nobody says.", {"that": (patch("limit.redirects", value=2),)})


def vendor(*overlay: object, **parts: object) -> Vendor:
    return Vendor("test", "Test", tuple(overlay), **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.vendor)
def test_every_row_has_a_basis_with_a_source_and_a_date(book: Rulebook) -> None:
    for row in book.rows.values():
        assert row.why.endswith((".", "?")), row.id
        assert row.basis.source, row.id
        for evidence in row.basis.evidence:
            assert date.fromisoformat(evidence.seen) <= date(2026, 11, 22), row.id


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.vendor)
def test_what_is_disputed_or_assumed_has_a_switch_and_nothing_else_has(book: Rulebook) -> None:
    for row in book.rows.values():
        switchable = row.basis.kind in (Kind.DISPUTED, Kind.ASSUMED)
        assert (row.basis.assumption in book.assumptions) is switchable, row.id


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.vendor)
def test_every_choice_of_every_assumption_makes_a_rulebook(book: Rulebook) -> None:
    name = None if book.vendor == "base" else book.vendor
    for assumption in book.assumptions.values():
        for choice in assumption.all_choices():
            if not assumption.reserved:
                chosen = rulebook(name, {assumption.id: choice})
                assert chosen.chosen(assumption.id) == choice
                assert (chosen.rows == book.rows) is (choice == assumption.default), f"{assumption.id}={choice}"


def test_ids_are_unique_and_begin_with_what_they_are_about() -> None:
    for book in BOOKS:
        assert all(row.id == id for id, row in book.rows.items())
        assert all(row.id.startswith(f"{row.entity}.{row.verb}.{row.state}.{row.by}") for row in book.transitions)


# -- overlays ------------------------------------------------------------------------------------------------------


def test_an_overlay_lays_its_values_over_a_row_and_over_a_family() -> None:
    basis = documented(EVIDENCE)
    book = lay(vendor(patch("limit.redirects", value=3), patch("call.hang_up.completed", basis=basis)))
    assert book.limits["redirects"].value == 3
    assert [row.basis for row in book.family("call.hang_up.completed")] == [basis] * 3
    assert list(book.rows) == list(BASE.rows)


def test_an_overlay_that_names_no_row_is_refused() -> None:
    with pytest.raises(RulebookError, match=r"'call\.hang_up\.quueued', which names no row"):
        lay(vendor(patch("call.hang_up.quueued", status=Status.REFUSED)))


def test_an_overlay_that_changes_nothing_is_refused() -> None:
    with pytest.raises(RulebookError, match="changes nothing"):
        lay(vendor(patch("limit.redirects", value=70)))


def test_an_overlay_that_changes_what_a_row_is_about_is_refused() -> None:
    with pytest.raises(RulebookError, match="a row may not change what it is about"):
        lay(vendor(patch("call.hang_up.queued.api", state=CallState.RINGING)))


def test_an_assumption_may_change_only_rows_that_say_they_stand_on_it() -> None:
    with pytest.raises(RulebookError, match=r"does not say that it stands on test\.either"):
        lay(vendor(assumptions=(EITHER,)), {"test.either": "that"})
    stands = patch("limit.redirects", basis=assumed("test.either"))
    book = lay(vendor(stands, assumptions=(EITHER,)), {"test.either": "that"})
    assert (book.limits["redirects"].value, book.assume) == (2, {"test.either": "that"})
    assert book.standing_on("test.either") == (book.rows["limit.redirects"],)


def test_a_row_that_stands_on_an_unknown_assumption_is_refused() -> None:
    with pytest.raises(RulebookError, match=r"stands on test\.either, which is no assumption of test"):
        lay(vendor(patch("limit.redirects", basis=assumed("test.either"))))


def test_a_row_that_calls_an_assumption_disputed_when_it_is_not_is_refused() -> None:
    basis = Basis(Kind.DISPUTED, (EVIDENCE,), "test.either")
    with pytest.raises(RulebookError, match=r"calls test\.either disputed, which is assumed"):
        lay(vendor(patch("limit.redirects", basis=basis), assumptions=(EITHER,)))


# -- assumptions ---------------------------------------------------------------------------------------------------


def test_an_assumption_nobody_has_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"base has no assumption 'many\.atomc'; did you mean many\.atomic\?"):
        lay(assume={"many.atomc": "one-by-one"})
    with pytest.raises(UsageError, match=r"base has no assumption 'zzz'$"):
        lay(assume={"zzz": "x"})


def test_a_choice_nobody_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="it is one of snapshot-first, one-by-one"):
        lay(assume={"many.atomic": "at-once"})
    with pytest.raises(UsageError, match=r"core\.limits is always common"):
        lay(assume={"core.limits": "rare"})


def test_a_reserved_assumption_takes_only_its_default() -> None:
    reserved = Assumption("test.kept", "this", "Which?", "Nobody says.", {"that": ()}, reserved=True)
    assert lay(vendor(assumptions=(reserved,)), {"test.kept": "this"}).assume == {}
    with pytest.raises(UsageError, match=r"test\.kept is reserved: for now it is always this"):
        lay(vendor(assumptions=(reserved,)), {"test.kept": "that"})
    with pytest.raises(UsageError, match=r"it is one of this, that"):
        lay(vendor(assumptions=(reserved,)), {"test.kept": "other"})


@pytest.mark.parametrize("value", ["fast", "80", "0ms", "60001ms", "1e3ms", "٣ms"])
def test_a_measure_takes_whole_milliseconds_only(value: str) -> None:
    with pytest.raises(UsageError, match="a whole number of milliseconds"):
        lay(assume={"speech.pace": value})


def test_a_measure_sets_its_limit() -> None:
    assert lay(assume={"speech.pace": "80ms"}).limits["speech_pace"].value == 80
    assert BASE.chosen("speech.pace") == "100ms"
    assert lay(assume={"speech.pace": "80ms"}).chosen("speech.pace") == "80ms"


def test_an_assumption_knows_whether_it_is_disputed() -> None:
    assert EITHER.kind == "assumed"
    assert Assumption("a.b", "x", "Which?", "Two say.", disputed=True).kind == "disputed"


# -- looking rules up ------------------------------------------------------------------------------------------------


def test_a_rule_is_found_by_its_id_and_by_a_former_one() -> None:
    book = lay(vendor(aliases={"call.drop.queued.api": "call.hang_up.queued.api"}))
    assert book.rule("call.drop.queued.api") is book.rule("call.hang_up.queued.api")
    assert book.family("call.drop.queued.api") == (book.rule("call.hang_up.queued.api"),)


def test_a_family_is_all_whose_ids_begin_alike() -> None:
    family = BASE.family("call.hang_up.ringing")
    assert {row.id.split(".")[3] for row in family} == {"api", "far-party", "document"}
    assert BASE.family("call.hang") == ()


def test_an_unknown_rule_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"'call\.hang_up\.queued\.apj'; did you mean call\.hang_up\.queued\.api"):
        BASE.rule("call.hang_up.queued.apj")
    with pytest.raises(UsageError, match=r"no rule is called '%%%%'$"):
        BASE.rule("%%%%")


def test_a_rulebook_shows_its_vendor_its_size_and_its_choices() -> None:
    assert repr(BASE) == f"<Rulebook base: {len(BASE.rows)} rows, all defaults>"
    assert "many.atomic" in repr(lay(assume={"many.atomic": "one-by-one"}))


# -- finding the row that fits ---------------------------------------------------------------------------------------


def test_a_table_that_need_not_be_total_leaves_cases_out() -> None:
    rows = [BASE.rows["call.hang_up.ringing.far-party.inbound"]]
    picker = Picker(rows, lambda row: row.when, {Direction: "direction"}, total=False)  # type: ignore[union-attr]
    assert list(picker.rows()) == rows
    assert set(picker.table) == {Direction.INBOUND}


def test_consequences_without_facts_always_follow() -> None:
    rows = [row for row in BASE.rows.values() if isinstance(row, Consequence) and row.on is MpcState.ENDED and not row.when]
    assert Followers(rows).pick(object()) == tuple(rows)
    assert HangupUrl.SET in {fact for row in BASE.rows.values() if isinstance(row, Consequence) for fact in row.when}


def test_a_limit_is_named_in_its_id_and_a_spelling_is_told_from_others_by_its_own() -> None:
    assert len({*rulebook("plivo").spellings}) == len(rulebook("plivo").spellings)
    assert Limit("patience", 3, documented(EVIDENCE), "Three.").id == "limit.patience"


def test_what_follows_is_asked_only_of_facts_that_are_known() -> None:
    rows = [row for row in BASE.rows.values() if isinstance(row, Consequence) and row.when and row.on is CallState.RINGING]
    followers = Followers([row for row in rows if set(map(type, row.when)) == {Direction}])
    assert followers.pick(SimpleNamespace(direction=Direction.OUTBOUND)) == followers.all
    with pytest.raises(KeyError):
        followers.pick(SimpleNamespace(direction=None))
