"""The vendors' paths as they come over a wire: one path is one route, who has no key is told so in the vendor's own form."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given, strategies as st
from plivo.exceptions import ResourceNotFoundError

from callsim.dialects import VENDORS
from callsim.server.accounts import account, opened, shown_by
from callsim.server.reception import MOST_BODY, Received, Replied
from callsim.testing import Emulator

from .emulated import CALL, KEYS, PLIVO, TRYVOX, VOIPNOW

LISTS = {"plivo": f"{PLIVO}/Call/", "tryvox": f"{TRYVOX}/calls", "voipnow": f"{VOIPNOW}/0003*210"}
MAKES = {"plivo": f"{PLIVO}/Call/", "tryvox": f"{TRYVOX}/calls", "voipnow": f"{VOIPNOW}/simple"}


def sent(
    vendor: str, method: str, path: str, body: bytes | None = b"", headers: dict[str, str] | None = None, query: str = ""
) -> tuple[int, Any, dict[str, str]]:
    """Status, body and headers of the answer of an emulator in which there is nothing."""
    return _taken(Emulator().handle(Received(method, path, query, KEYS[vendor] if headers is None else headers, body)))


def _taken(replied: Replied) -> tuple[int, Any, dict[str, str]]:
    return replied.status, json.loads(replied.body) if replied.body else None, dict(replied.headers)


# -- paths -------------------------------------------------------------------------------------------------------------

ODD = (
    "{root}//", "{root}/Call//", "{root}/%2FCall/", "{root}/Call%2F", "{root}/Call/%2e%2e/", "{root}/Call/..", "{root}/./Call/",
    "{root}/Call/;x", "{root};x/Call/", "{root}/Call/%00", "{root}/Call/%0a", "{root}/%43all/x%2fy/", "{root}/Call/a\\b/", "{root}/Call/%5c/",
    "{root}/../MADEMODEMODEMODEMO00/Call/x/",
)  # fmt: skip


@pytest.mark.parametrize("path", ODD)
@pytest.mark.parametrize("method", ["DELETE", "GET", "POST"])
def test_a_path_that_could_be_read_in_two_ways_is_no_route_at_all(method: str, path: str) -> None:
    emulator = Emulator()
    made = emulator.handle(Received("POST", f"{PLIVO}/Call/", "", KEYS["plivo"], json.dumps(CALL).encode()))
    assert made.status == 201
    status, body, headers = _taken(emulator.handle(Received(method, path.format(root=PLIVO), "", KEYS["plivo"], b"")))
    assert status in (401, 404)
    assert "error" in body
    assert headers["x-callsim-rule"].endswith((".nowhere.unknown", ".unauthorized", ".foreign"))
    assert [call.state for call in emulator.calls] == ["queued"]


def test_an_empty_id_never_means_all_calls() -> None:
    emulator = Emulator()
    client = emulator.plivo()
    client.calls.create(from_="+15550100000", to_="+15550100001", answer_url="http://my.app/answer")
    with pytest.raises(ResourceNotFoundError):
        client.calls.delete("")
    assert [call.state for call in emulator.calls] == ["queued"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_encoded_path_is_decoded_once(vendor: str) -> None:
    plain, coded = LISTS[vendor], LISTS[vendor].replace("*", "%2A").replace("Call", "%43all").replace("calls", "call%73")
    assert plain != coded
    assert sent(vendor, "PUT", plain)[0] == sent(vendor, "PUT", coded)[0]
    assert sent(vendor, "PUT", coded.replace("%", "%25"))[0] == 404


def test_a_path_of_no_vendor_says_which_there_are() -> None:
    status, body, headers = sent("plivo", "GET", "/2010-04-01/Accounts")
    assert (status, headers["x-callsim-rule"]) == (404, "none")
    assert all(root in body["error"] for root in ("/v1/Account/", "/v1/voice/accounts/", "/uapi/", "/_callsim/"))


# -- doors -------------------------------------------------------------------------------------------------------------


def basic(id: str, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + b64encode(f"{id}:{secret}".encode()).decode()}


WRONG: dict[str, list[dict[str, str]]] = {
    "plivo": [
        {}, basic("MADEMODEMODEMODEMO00", "wrong"), basic("MAOTHEROTHEROTHER000", "demo-token"), {"authorization": "Basic ???"},
        {"authorization": "Bearer demo-token"}, {"authorization": "Basic"}, {"authorization": ""}, {"authorization": "Basic " + "A" * 9000},
    ],
    "tryvox": [{}, {"authorization": "Bearer"}, {"authorization": "Bearer tvx_sk_dem"}, basic("demo", "demo"), basic("other", "tvx_sk_demo")],
    "voipnow": [{}, {"authorization": "Bearer no"}, basic("1", "demo")],
}  # fmt: skip


@pytest.mark.parametrize(("vendor", "headers"), [(vendor, each) for vendor in VENDORS for each in WRONG[vendor]])
def test_who_has_no_key_is_told_so_in_the_vendors_form(vendor: str, headers: dict[str, str]) -> None:
    status, body, answered = sent(vendor, "GET", LISTS[vendor], headers=headers)
    assert status == 401
    assert "error" in body
    assert answered["x-callsim-rule"] == f"answer.{vendor}.door.unauthorized"


@pytest.mark.parametrize(
    ("vendor", "headers", "query"),
    [
        ("plivo", basic("MADEMODEMODEMODEMO00", "demo-token"), ""), ("tryvox", {"authorization": "bearer tvx_sk_demo"}, ""),
        ("tryvox", basic("demo", "tvx_sk_demo"), ""), ("voipnow", {"authorization": "Bearer demo"}, ""),
        ("voipnow", {}, "accessRequestToken=Bearer%20demo"), ("voipnow", {}, "accessRequestToken=Bearer+demo"),
    ],
)  # fmt: skip
def test_who_has_a_key_is_let_in_whichever_way_it_is_shown(vendor: str, headers: dict[str, str], query: str) -> None:
    assert sent(vendor, "GET", LISTS[vendor], headers=headers, query=query)[0] == 200


def test_the_path_of_another_account_opens_to_nobody() -> None:
    status, _, headers = sent("plivo", "GET", "/v1/Account/MAOTHEROTHEROTHER000/Call/")
    assert (status, headers["x-callsim-rule"]) == (401, "answer.plivo.door.foreign")


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b'{"from": NaN}', b'{"a": "\\ud800"}', b"\xff\xfe", b'{"a": ' + b"9" * 5000 + b"}"])
def test_a_body_that_is_no_json_is_refused_in_the_vendors_form(vendor: str, body: bytes) -> None:
    status, said, headers = sent(vendor, "POST", MAKES[vendor], body)
    assert status == 400
    assert "error" in said
    assert headers["x-callsim-rule"] == f"answer.{vendor}.door.bad-json"


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_body_that_was_too_long_is_refused_in_the_vendors_form(vendor: str) -> None:
    status, said, headers = sent(vendor, "POST", MAKES[vendor], None)
    assert (status, "error" in said, headers["x-callsim-rule"]) == (413, True, f"answer.{vendor}.door.too-large")
    assert MOST_BODY == 1024 * 1024


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_answer_names_its_rule_and_what_it_stands_on(vendor: str) -> None:
    for method, path in (("GET", LISTS[vendor]), ("POST", MAKES[vendor]), ("PUT", MAKES[vendor]), ("DELETE", LISTS[vendor] + "/x/y/z")):
        _, _, headers = sent(vendor, method, path, b"{}")
        assert headers["x-callsim-rule"].startswith(f"answer.{vendor}.")
        assert headers["x-callsim-basis"] in ("documented", "observed", "disputed", "assumed")
        assert ("x-callsim-assumption" in headers) == (headers["x-callsim-basis"] in ("disputed", "assumed"))


def test_a_form_is_read_where_it_is_labelled_as_one() -> None:
    headers = {**KEYS["plivo"], "content-type": "application/x-www-form-urlencoded"}
    status, said, _ = sent("plivo", "POST", MAKES["plivo"], b"from=15550100000&to=15550100001&answer_url=http%3A%2F%2Fmy.app%2Fanswer", headers)
    assert (status, said["message"]) == (201, "call fired")
    assert sent("plivo", "POST", MAKES["plivo"], json.dumps(CALL).encode(), headers)[0] == 201


# -- so many requests and no more --------------------------------------------------------------------------------------


def test_the_request_that_is_one_too_many_is_refused_until_some_time_has_gone_by() -> None:
    emulator = Emulator()
    asked = Received("GET", f"{PLIVO}/Call/", "", KEYS["plivo"], b"")
    assert [emulator.handle(asked).status for _ in range(301)].count(429) == 1
    emulator.advance(4_999)
    assert emulator.handle(asked).status == 429
    emulator.advance(1)
    assert emulator.handle(asked).status == 200


def test_who_has_no_key_uses_up_nothing() -> None:
    emulator = Emulator()
    for _ in range(400):
        emulator.handle(Received("GET", f"{PLIVO}/Call/", "", {}, b""))
    assert emulator.request("GET", f"{PLIVO}/Call/").status == 200


# -- accounts ----------------------------------------------------------------------------------------------------------


def test_an_account_never_shows_its_secret() -> None:
    assert "very-secret" not in repr(account("plivo:MAXXXXXXXXXXXXXXXXXX:very-secret"))


@given(st.text(max_size=40), st.text(max_size=40))
def test_only_the_very_id_and_secret_open_an_account(id: str, secret: str) -> None:
    own = account("plivo:MAXXXXXXXXXXXXXXXXXX:some:token")
    header = {"authorization": "Basic " + b64encode(f"{id}:{secret}".encode()).decode()}
    shown = shown_by(_empty(), header, "basic")
    assert (opened(shown, [own]) is own) == ((id, secret) == ("MAXXXXXXXXXXXXXXXXXX", "some:token"))


def _empty() -> Any:
    from callsim.dialects import Request

    return Request("GET", "/")


PIECES = ("/", "//", "%2F", "..", "%2e", ";", "%00", "Call", "v1", "Account", "uapi", "calls", "é", "%", "%zz", PLIVO, TRYVOX)


@given(
    st.sampled_from(["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "BREW"]),
    st.lists(st.sampled_from(PIECES), max_size=8),
    st.text(max_size=20), st.binary(max_size=40), st.sampled_from(VENDORS),
)  # fmt: skip
def test_whatever_comes_is_answered_with_a_status_and_a_rule(method: str, parts: list[str], query: str, body: bytes, vendor: str) -> None:
    status, _, headers = sent(vendor, method, "/" + "".join(parts), body, query=query)
    assert status < 500 or status == 501
    assert headers["x-callsim-rule"]
