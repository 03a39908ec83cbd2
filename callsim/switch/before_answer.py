"""What a document has executed before the answer: it begins, it is over, and the call goes on with what may answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callsim.model import Action, ActionUrl, By, Call, Timer, Verb
from callsim.rules import Effect
from callsim.switch.beginnings import start_action
from callsim.switch.clocks import forget, set_clock
from callsim.switch.effects import EFFECTS
from callsim.switch.world import running

if TYPE_CHECKING:
    from callsim.switch.agenda import Due
    from callsim.switch.switch import Switch


def _start(switch: Switch, call: Call, due: Due) -> None:
    call.early, call.early_position = due.detail.elements, 0
    start_action(switch, call, "preanswer", None, due.because, action_url_fact=ActionUrl.BEFORE_ANSWER)
    if call.answered_at is None:
        longest = int(switch.limit("pre_answer_time"))
        set_clock(switch, call.name, Timer.PRE_ANSWER, Verb.PRE_ANSWER_TIME_OVER, longest, due.row.id, due.because)


def _finish(switch: Switch, call: Call, due: Due) -> None:
    for action in running(call.actions):
        if action.action_url_fact is ActionUrl.BEFORE_ANSWER:
            switch._do(action, Verb.FINISH, By.PLATFORM, due.because, due.row.id, None)


def _leave(switch: Switch, action: Action, due: Due) -> None:
    action.call.early = None
    forget(switch, action.call.name, Timer.PRE_ANSWER, due.row.id)


EFFECTS[Effect.START_PRE_ANSWER] = _start
EFFECTS[Effect.FINISH_PRE_ANSWER] = _finish
EFFECTS[Effect.LEAVE_PRE_ANSWER] = _leave
