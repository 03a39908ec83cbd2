"""Plivo's own request for each of our verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from callsim.dialects.dialect import Made
from callsim.model import Call, Joining, RoomKind, Verb
from callsim.switch import Switch

from . import conferences, parts, platform, recordings
from .bodies import adding, placing
from .transferring import transferring

if TYPE_CHECKING:
    from callsim.dialects.plivo import Plivo


def made(dialect: Plivo, verb: Verb, name: str, switch: Switch, detail: Any) -> Made | None:
    """The request of Plivo's for a verb, or None."""
    call = switch.calls.get(name)
    account = call.placement.account if call else getattr(detail, "account", None) or "default"
    root = f"/v1/Account/{dialect.account_id(account)}"
    match verb:
        case Verb.HANG_UP if call:
            return Made("DELETE", f"{root}/Call/{dialect.call_id(call)}/")
        case Verb.CANCEL if call:
            return Made("DELETE", f"{root}/Request/{dialect.request_id(call)}/")
        case Verb.TRANSFER if call and detail is not None:
            return Made("POST", f"{root}/Call/{dialect.call_id(call)}/", transferring(detail))
        case Verb.HANG_UP_ALL:
            return Made("DELETE", f"/v1/Account/{dialect.account_id(name)}/Call/")
        case Verb.START | Verb.STOP | Verb.RECORD | Verb.PAUSE_RECORDING | Verb.RESUME_RECORDING | Verb.END_RECORDING if _is_conference(
            name, switch
        ):
            return None
        case Verb.START:
            return Made("POST", _mpc_path(dialect, name, switch), {"status": "active"})
        case Verb.STOP:
            return Made("DELETE", _mpc_path(dialect, name, switch))
        case Verb.RECORD | Verb.PAUSE_RECORDING | Verb.RESUME_RECORDING | Verb.END_RECORDING:
            return recordings.made(verb, _mpc_path(dialect, name, switch), detail)
        case Verb.KICK if call and call.participant and call.participant.mpc.kind is RoomKind.CONFERENCE:
            return conferences.kicking(root, call.participant, dialect.member_id(call.participant))
        case Verb.KICK if call and call.participant:
            mpc = call.participant.mpc
            return Made("DELETE", f"{root}/MultiPartyCall/uuid_{dialect.mpc_id(mpc)}/Participant/{dialect.member_id(call.participant)}/")
        case _ if verb in parts.PARAMETERS and call and call.participant and call.participant.mpc.kind is RoomKind.MPC:
            mpc, (parameter, value) = call.participant.mpc, parts.PARAMETERS[verb]
            path = f"{root}/MultiPartyCall/uuid_{dialect.mpc_id(mpc)}/Participant/{dialect.member_id(call.participant)}/"
            return Made("POST", path, {parameter: value})
        case Verb.PLACE:
            return Made("POST", f"{root}/Call/", {**placing(detail), **platform.asking(detail)})
        case Verb.ADD:
            return _made_add(dialect, call, detail)
        case _:
            return None


def _mpc_path(dialect: Plivo, name: str, switch: Switch) -> str:
    mpc = switch.mpcs.get(name)
    account = dialect.account_id(mpc.account if mpc else "default")
    return f"/v1/Account/{account}/MultiPartyCall/name_{quote(mpc.name if mpc else name, safe='')}/"


def _made_add(dialect: Plivo, call: Call | None, joining: Joining) -> Made:
    account = call.placement.account if call else joining.placement.account if joining.placement else "default"
    body = adding(joining, None if call is None else dialect.call_id(call))
    return Made("POST", f"/v1/Account/{dialect.account_id(account)}/MultiPartyCall/name_{quote(joining.mpc, safe='')}/Participant/", body)


def _is_conference(name: str, switch: Switch) -> bool:
    """Whether a multiparty call is one that requests about multiparty calls do not know."""
    return name in switch.mpcs and switch.mpcs[name].kind is RoomKind.CONFERENCE
