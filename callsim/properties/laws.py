"""Every law by its name, and by what it is asked of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callsim.errors import BrokenLaw
from callsim.model import Entity
from callsim.properties.conversations import (
    a_conversation_has_a_call_that_waits,
    a_conversations_end_is_complete,
    a_leg_is_in_one_conversation,
    a_live_leg_has_a_live_conversation,
    an_over_conversation_has_no_live_leg,
    who_is_joined_talks,
)
from callsim.properties.lines import no_account_has_more_than_allowed, who_was_placed_first_goes_first
from callsim.properties.outcomes import (
    a_refusal_changes_nothing,
    an_ending_is_the_change_that_ended,
    every_change_names_its_rule,
    every_rule_has_its_basis,
    only_what_is_done_moves,
    the_counts_add_up,
    the_end_is_told_once,
    what_ended_asks_for_nothing,
)
from callsim.properties.things import (
    a_call_ends_once,
    a_calls_times_are_in_order,
    a_clock_runs_for_what_is_not_over,
    a_duration_is_from_answer_to_end,
    a_name_is_free_again,
    a_stay_lasts_as_long_as_its_member,
    an_active_mpc_has_somebody_in_it,
    an_ended_call_has_stopped,
    an_ended_mpc_is_empty,
    an_exit_is_complete,
    an_mpc_has_started_or_waits_to,
    an_mpc_is_not_overfull,
    an_mpc_is_recorded_as_it_says,
    an_mpcs_end_is_complete,
    its_call_knows_of_it,
    membership_is_mutual,
    no_call_is_lost,
    one_element_runs_at_a_time,
    states_have_their_times,
    the_first_ending_stays,
    what_runs_has_a_live_call,
    who_is_in_is_answered,
)
from callsim.switch import World

Law = Callable[[Any, Any], "str | None"]

CALL_LAWS: tuple[Law, ...] = (
    a_call_ends_once, the_first_ending_stays, an_ended_call_has_stopped, membership_is_mutual, no_call_is_lost,
    a_calls_times_are_in_order, states_have_their_times, a_duration_is_from_answer_to_end,
    a_leg_is_in_one_conversation, a_live_leg_has_a_live_conversation,
    who_was_placed_first_goes_first, no_account_has_more_than_allowed,
)  # fmt: skip
MPC_LAWS: tuple[Law, ...] = (
    an_ended_mpc_is_empty, a_name_is_free_again, an_mpcs_end_is_complete, an_active_mpc_has_somebody_in_it,
    an_mpc_has_started_or_waits_to, an_mpc_is_not_overfull, an_mpc_is_recorded_as_it_says,
)  # fmt: skip
PARTICIPANT_LAWS: tuple[Law, ...] = (who_is_in_is_answered, its_call_knows_of_it, an_exit_is_complete)
ACTION_LAWS: tuple[Law, ...] = (what_runs_has_a_live_call, one_element_runs_at_a_time, a_stay_lasts_as_long_as_its_member)
CONVERSATION_LAWS: tuple[Law, ...] = (
    an_over_conversation_has_no_live_leg, a_conversation_has_a_call_that_waits, who_is_joined_talks,
    a_conversations_end_is_complete,
)  # fmt: skip
CLOCK_LAWS: tuple[Law, ...] = (a_clock_runs_for_what_is_not_over,)
CHANGE_LAWS: tuple[Law, ...] = (
    every_change_names_its_rule, only_what_is_done_moves, an_ending_is_the_change_that_ended,
)  # fmt: skip
OUTCOME_LAWS: tuple[Law, ...] = (a_refusal_changes_nothing, the_end_is_told_once, what_ended_asks_for_nothing)
WORLD_LAWS: tuple[Law, ...] = (the_counts_add_up, every_rule_has_its_basis)

LAWS_OF: dict[Entity, tuple[Law, ...]] = {
    Entity.CALL: CALL_LAWS,
    Entity.MPC: MPC_LAWS,
    Entity.PARTICIPANT: PARTICIPANT_LAWS,
    Entity.ACTION: ACTION_LAWS,
    Entity.CONVERSATION: CONVERSATION_LAWS,
}


def name_of(law: Law) -> str:
    return law.__name__.replace("_", " ")


LAWS: dict[str, Law] = {
    name_of(law): law
    for laws in (*LAWS_OF.values(), CLOCK_LAWS, CHANGE_LAWS, OUTCOME_LAWS, WORLD_LAWS)
    for law in laws
}
"""Every law by name. Each takes the switch and what it is about, and returns what is wrong, or None."""


def hold(laws: tuple[Law, ...], world: World, about: object) -> None:
    """Ask each of these laws about something. Raises BrokenLaw with what the first one says that is broken."""
    for law in laws:
        wrong = law(world, about)
        if wrong is not None:
            raise BrokenLaw(name_of(law), wrong, [])
