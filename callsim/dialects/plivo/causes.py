"""Plivo's hang-up causes: the whole published table, as data."""

from __future__ import annotations

from typing import NamedTuple

from callsim.provenance import Basis, Evidence, documented, observed

SEEN = "2026-11-21"
HC = Evidence("https://plivo.com/docs/voice/troubleshooting/hangup-causes.md", SEEN, "codes, names, sources and call phases")
AGENT = Evidence("Plivo agent skills plivo-voice-xml and plivo-audio-streaming", SEEN, "codes seen by its own engineers")
_D, _O = documented(HC), observed(AGENT)


class HangupCause(NamedTuple):
    """One cause. `source` is who Plivo names for it, or "" where it depends or nobody says; `failure`: a call that was
    never set up may end with it."""

    code: int
    name: str
    when: str
    source: str
    failure: bool = False
    basis: Basis = _D


CAUSES: dict[int, HangupCause] = {
    each.code: each
    for each in (
        HangupCause(0, "Unknown", "cannot be determined; a known bug: left by ending all calls at once", "Unknown"),
        HangupCause(1000, "Canceled", "hung up by the API before it was answered", "API Request"),
        HangupCause(1010, "Canceled (Out Of Credits)", "the balance reached zero", "Plivo"),
        HangupCause(1020, "Canceled (Simultaneous dial limit reached)", "too many dials to one destination", "Plivo"),
        HangupCause(2000, "Invalid Destination Address", "no valid number or endpoint", "Carrier", True),
        HangupCause(2010, "Destination Out Of Service", "the destination is out of service", "Carrier", True),
        HangupCause(2020, "Endpoint Not Registered", "the SIP endpoint is offline", "Plivo", True),
        HangupCause(2030, "Destination Country Barred", "geographic permissions forbid it", "Plivo", True),
        HangupCause(2040, "Destination Number Barred", "a premium number", "Plivo", True),
        HangupCause(2050, "Destination Prefix Barred", "a barred prefix", "Plivo", True),
        HangupCause(2060, "Loop Detected", "a leg would call its own caller, or was sent on more than 70 times", "Plivo", True),
        HangupCause(2070, "Violates Media Anchoring", "media must stay in its country", "Plivo", True),
        HangupCause(3000, "No Answer", "the destination is unavailable", "Carrier"),
        HangupCause(3010, "Busy Line", "the destination is busy", "Callee"),
        HangupCause(3020, "Rejected", "the called party declined", "Callee"),
        HangupCause(3030, "Unknown Caller ID", "the caller id is not the account's", "Plivo", True),
        HangupCause(3040, "Forbidden", "the destination blocks the call", "Carrier", True),
        HangupCause(3050, "Unallocated number", "nobody has this number", "Carrier", True),
        HangupCause(3070, "Request timeout", "the carrier did not respond", "Carrier", True),
        HangupCause(3080, "Internal server error from carrier", "the carrier failed", "Carrier", True),
        HangupCause(3090, "Network congestion from carrier", "the carrier is congested", "Carrier", True),
        HangupCause(3100, "Busy everywhere", "busy at every place", "Carrier", True),
        HangupCause(3110, "Declined", "declined at every place", "Carrier", True),
        HangupCause(3120, "User does not exist anywhere", "unknown at every place", "Carrier", True),
        HangupCause(3130, "Spam block", "blocked as spam", "Carrier", True),
        HangupCause(3140, "DNO Caller ID", "the caller id is on a do-not-originate list", "Carrier", True),
        HangupCause(4000, "Normal Hangup", "an ordinary end after the answer", ""),
        HangupCause(4010, "End Of XML Instructions", "the document ran out of elements", "Plivo"),
        HangupCause(4020, "Multiparty Call Ended", "its multiparty call was ended", "API Request"),
        HangupCause(4030, "Kicked Out Of Multiparty Call", "it was removed from its multiparty call", "API Request"),
        HangupCause(4210, "sip_auth_failed", "an inbound SIP login failed", "Carrier", True, basis=_O),
        HangupCause(4240, "sip_auth_failed", "a SIP login was rejected", "Carrier", True, basis=_O),
        HangupCause(4250, "sip_auth_timeout", "a SIP login timed out", "Carrier", True, basis=_O),
        HangupCause(5000, "Network Error", "the network failed", "Plivo", True),
        HangupCause(5010, "Internal Error", "the platform failed", "Plivo", True),
        HangupCause(5020, "Routing Error", "no route", "Plivo", True),
        HangupCause(5030, "Concurrency Limit Breached", "too many calls at once", "Plivo", basis=_O),
        HangupCause(6000, "Scheduled Hangup", "its longest duration was reached", "Plivo"),
        HangupCause(6010, "Ring Timeout Reached", "not answered in time", "Plivo"),
        HangupCause(6020, "Media Timeout", "a minute without media", "Plivo"),
        HangupCause(7011, "Error Reaching Answer URL", "no usable answer from the answer URL", "Error"),
        HangupCause(7012, "Error Reaching Action URL", "no usable answer from an action URL", "Error"),
        HangupCause(7013, "Error Reaching Transfer URL", "no usable answer from a transfer URL", "Error"),
        HangupCause(7014, "Error Reaching Redirect URL", "no usable answer from a redirect URL", "Error"),
        HangupCause(7022, "Invalid Action URL", "not an http or https URL", "Error"),
        HangupCause(7023, "Invalid Transfer URL", "not an http or https URL", "Error"),
        HangupCause(7024, "Invalid Redirect URL", "not an http or https URL", "Error"),
        HangupCause(7032, "Invalid Method For Action URL", "neither GET nor POST", "Error"),
        HangupCause(7033, "Invalid Method For Transfer URL", "neither GET nor POST", "Error"),
        HangupCause(7034, "Invalid Method For Redirect URL", "neither GET nor POST", "Error"),
        HangupCause(8011, "Invalid Answer XML", "the answer URL returned no valid document", "Error"),
        HangupCause(8012, "Invalid Action XML", "an action URL returned no valid document", "Error"),
        HangupCause(8013, "Invalid Transfer XML", "a transfer URL returned no valid document", "Error"),
        HangupCause(8014, "Invalid Redirect XML", "a redirect URL returned no valid document", "Error"),
        HangupCause(9000, "Lost Race", "another leg answered first", "Plivo"),
        HangupCause(9100, "Machine Detected", "a machine answered", "Plivo"),
        HangupCause(9110, "Confirm Key Challenge Failed", "the key was not pressed", "Plivo"),
    )
}

FAILURES: dict[int, str] = {code: each.name for code, each in CAUSES.items() if each.failure}
