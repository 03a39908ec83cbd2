"""The sentences of the four published pages that callsim began with, in our words; scenarios say which they prove."""

from __future__ import annotations

_PLIVO = "https://www.plivo.com/docs/voice/detailed-reference/api/call/hangup-a-call/"
_TRYVOX = "TryVox, Hangup Call (docs.tryvox.io/voice/hangup-call)"
_VOIPNOW = "4PSA wiki, VNUAPI30, Delete PhoneCalls"
_MPC = "https://docs.plivo.com/docs/voice/api/multiparty-call/end-a-multiparty-call"
PAGES = {"P": _PLIVO, "T": _TRYVOX, "V": _VOIPNOW, "M": _MPC}
"""Which page a sentence is from, by the letter of its id."""

TEXTS = {
    "P1": "DELETE on a call's UUID hangs up that ongoing call.",
    "P2": "It also cancels a queued outbound call.",
    "P3": "To end an incoming call without answering it, the Hangup element is the way.",
    "P4": "The path is /v1/Account/{auth_id}/Call/{call_uuid}/.",
    "P5": "Without a UUID, all ongoing calls of that account are disconnected.",
    "P6": "No arguments are needed; a JSON body on DELETE, which SDKs send all the same, is ignored.",
    "P7": "The answer is 204.",
    "T1": "An active or ringing call is terminated immediately.",
    "T2": "The answer is 204, without a body and without a Content-Type.",
    "T3": "The call ends for all its parties.",
    "T4": "Actions in progress, such as recording or playing, are stopped.",
    "T5": "The hangup_url callback is made, with the final details.",
    "T6": "The status becomes completed with end reason api-hangup, and the callback says so too.",
    "T7": "An outbound call can be cancelled before it is answered.",
    "T8": "Hanging up a conference participant's call removes that participant.",
    "T9": "An unknown UUID comes to call_not_found, with the UUID in the message.",
    "T10": "A call that has ended comes to call_already_ended, 404.",
    "T11": "Only ringing and in-progress calls can be hung up.",
    "T12": "There is no undo.",
    "V1": "The contexts of a request are User, Organization and global.",
    "V2": "A call is identified by user, extension, call id and the number that the extension is connected to.",
    "V3": "Success returns the id of the call just hung up.",
    "V4": "The request comes from an App registered to a User account.",
    "V5": "DELETE /uapi/phoneCalls/{user}/{extension}[/{id}] without a payload returns an array of PhoneCall.",
    "V6": "@me and @viewer are the authenticated user, @owner the user owning the extension; @me is the default.",
    "V7": "@self means all extensions of the user.",
    "V8": "Without an id, all calls owned by the extension are ended.",
    "V9": "If you do not know the extension, @self with the call id finds it.",
    "V10": "The standard request parameters and fields are accepted, all of them optional.",
    "V11": "With phoneNumber, that number's leg and the extension's are closed.",
    "V12": "If id and number do not belong together, nothing is ended.",
    "V13": "200 says that calls were hung up, 204 that there was nothing to hang up.",
    "V14": "An id that is not alphanumeric, or references no existing call, comes to 400 pc_phonecall_invalid.",
    "V15": "A number that is not digits with an optional + comes to 400 pc_phonenumber_invalid.",
    "V16": "Every 4xx and 5xx has the error body; 200 has JSON.",
    "M1": "DELETE ends an ongoing multiparty call.",
    "M2": "The path is .../MultiPartyCall/name_{name}/.",
    "M3": "A leg let in by XML without an exit URL is disconnected from it, and its call goes on with the next element.",
    "M4": "A leg let in by XML with an exit URL goes on with the document which that URL returns.",
    "M5": "A leg added by the API without an exit URL ends with Multiparty Call Ended, 4020, source API Request.",
    "M6": "A leg added by the API with an exit URL goes on with the document returned.",
    "M7": "No arguments are needed.",
    "M8": "The answer acknowledges that the multiparty call has ended: 204.",
}
SENTENCES = tuple(TEXTS)
"""Their ids, which a scenario can say it proves."""
