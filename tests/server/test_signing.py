"""What vendors sign is accepted by their own validators, and nothing else is."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings, strategies as st
from plivo.utils import validate_signature, validate_v3_signature

from callsim.dialects import VENDORS, dialect_class
from callsim.server.sending import Sending, encode
from callsim.server.signing import SIGNERS, Secret, signed

SECRET = Secret("demo-token", "17", 1_793_000_000, "main-token")

URLS = (
    "http://127.0.0.1:5000", "http://127.0.0.1:5000/", "https://my.app/answer", "https://My.App:443/answer/", "https://my.app?x=1",
    "https://my.app/a?", "https://my.app/a?x=1&y=2", "https://my.app/a?y=2&x=1&y=1", "https://my.app/a?to=+1555&empty=&none",
    "https://my.app/a?next=http://my.app/b?c%26d", "https://my.app//a/%41%2f?x=%2B1", "https://my.app/a?x=1#rc=2&rt=1000",
    "https://my.app/with space", "https://my.app/\u00fcber",
)  # fmt: skip
PARAMS: tuple[Mapping[str, Any], ...] = (
    {}, {"CallUUID": "1", "Direction": "outbound"}, {"b": "2", "a": "1", "B": "3", "": "4"}, {"empty": "", "none": None},
    {"To": "+1555", "From": "sip:ann@phone.test", "Digits": "1*#"}, {"several": ["b", "a", "b"], "nothing": []},
    {"text": "\u00fc \u20ac %41 & = ?"}, {"yes": True, "number": 3, "half": 0.5, "more": {"a": [1]}},
)  # fmt: skip


def headers(sending: Sending, how: str = "plivo", secret: Secret = SECRET) -> Mapping[str, str]:
    return signed(how, sending, secret).headers


def received(sending: Sending) -> dict[str, str | list[str]]:
    """The form that arrives, as a web framework hands it to a validator."""
    if sending.method == "GET":
        return {}
    found = parse_qs(encode(sending).body.decode(), keep_blank_values=True)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def accepted(sending: Sending, url: str, form: dict[str, Any]) -> tuple[bool, bool, bool]:
    """What Plivo's Python package says of the second, the third and the main account's signature of a request that came."""
    sent = headers(sending)
    nonce = sent["X-Plivo-Signature-V3-Nonce"]
    return (
        validate_signature(url, sent["X-Plivo-Signature-V2-Nonce"], sent["X-Plivo-Signature-V2"], SECRET.token),
        validate_v3_signature(sending.method, url, nonce, SECRET.token, sent["X-Plivo-Signature-V3"], dict(form)),
        validate_v3_signature(sending.method, url, nonce, SECRET.main, sent["X-Plivo-Signature-Ma-V3"], dict(form)),
    )


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("url", URLS)
def test_what_is_posted_is_accepted_by_plivos_own_validators(url: str, params: Mapping[str, Any]) -> None:
    sending = Sending(url, "POST", params)
    assert accepted(sending, encode(sending).url, received(sending)) == (True, True, True)


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("url", URLS)
def test_what_is_asked_for_is_accepted_by_plivos_own_validators(url: str, params: Mapping[str, Any]) -> None:
    sending = Sending(url, "GET", params)
    came = encode(sending).url
    if "text" in params:
        # Of a query with more than ASCII its validator for Python breaks; it takes such parameters beside the URL.
        assert accepted(sending, encode(Sending(url)).url, dict(params)) == (True, True, True)
    else:
        assert accepted(sending, came, {}) == (True, True, True)


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
values = names | st.lists(names, max_size=3) | st.booleans() | st.integers() | st.none()
printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="#"), max_size=12)
urls = st.builds(
    lambda scheme, host, port, path, query: f"{scheme}://{host}{port}{path}{query}",
    st.sampled_from(["http", "https"]), st.sampled_from(["my.app", "127.0.0.1", "[::1]", "A_b.test"]), st.sampled_from(["", ":80", ":5000"]),
    st.just("") | printable.map(lambda text: "/" + text.replace("?", "")), st.just("") | printable.map(lambda text: f"?{text}"),
)  # fmt: skip


def takes(url: str) -> bool:
    """Whether Plivo's validator for Python can read a query at all."""
    return all(text.isascii() for pair in parse_qs(urlsplit(url).query, keep_blank_values=True).items() for text in (pair[0], *pair[1]))


@given(url=urls.filter(takes), params=st.dictionaries(names, values, max_size=4))
@settings(deadline=None)
def test_whatever_is_posted_is_accepted(url: str, params: dict[str, Any]) -> None:
    sending = Sending(url, "POST", params)
    assert accepted(sending, encode(sending).url, received(sending)) == (True, True, True)


@given(url=urls.filter(takes), params=st.dictionaries(printable, printable | st.lists(printable, max_size=3), max_size=4))
@settings(deadline=None)
def test_whatever_is_asked_for_is_accepted(url: str, params: dict[str, Any]) -> None:
    sending = Sending(url, "GET", params)
    assert accepted(sending, encode(sending).url, {}) == (True, True, True)


@given(url=urls.filter(takes), params=st.dictionaries(names, names, min_size=1, max_size=3), other=names)
@settings(deadline=None)
def test_a_form_that_was_changed_on_its_way_is_not_accepted(url: str, params: dict[str, str], other: str) -> None:
    sending = Sending(url, "POST", params)
    changed = {**params, min(params): params[min(params)] + "x" + other}
    assert accepted(sending, encode(sending).url, changed) == (True, False, False)


def test_another_token_or_nonce_makes_another_signature() -> None:
    sending = Sending("http://app.test/a", "POST", {"a": "1"})
    variants = [SECRET, Secret("other", "17", main="main-token"), Secret("demo-token", "18", main="main-token")]
    for name in ("X-Plivo-Signature-V2", "X-Plivo-Signature-V3"):
        assert len({headers(sending, secret=each)[name] for each in variants}) == 3


def test_an_account_that_belongs_to_none_signs_both_with_its_own_token() -> None:
    sent = headers(Sending("http://app.test/a"), secret=Secret("demo-token", "17"))
    assert sent["X-Plivo-Signature-V3"] == sent["X-Plivo-Signature-Ma-V3"]


# -- TryVox ----------------------------------------------------------------------------------------------------------


def test_tryvox_signs_its_time_and_the_body_as_it_is_sent() -> None:
    sending = Sending("http://app.test/a", "POST", {"event": "call.answered", "note": "\u00fc"}, form=False)
    sent = headers(sending, "tryvox")
    when, _, digest = sent["X-TryVox-Signature"].partition(",v1=")
    assert when == "t=1793000000"
    assert sent["X-TryVox-Timestamp"] == "1793000000"
    body = encode(sending).body
    assert json.loads(body) == sending.params
    assert digest == hmac.new(b"demo-token", b"1793000000." + body, hashlib.sha256).hexdigest()


def test_tryvox_signs_an_empty_body_where_parameters_are_in_the_query() -> None:
    sent = headers(Sending("http://app.test/a", "GET", {"a": "1"}, form=False), "tryvox")
    assert sent["X-TryVox-Signature"].endswith(hmac.new(b"demo-token", b"1793000000.", hashlib.sha256).hexdigest())


# -- all -------------------------------------------------------------------------------------------------------------

WAYS = {"plivo": ("plivo", True), "tryvox": ("tryvox", False), "voipnow": ("", True)}


def test_each_vendor_signs_and_encodes_in_its_own_way() -> None:
    assert {name: (dialect_class(name).signature, dialect_class(name).form) for name in VENDORS} == WAYS
    assert {how for how, _ in WAYS.values()} == set(SIGNERS)


def test_a_vendor_without_a_signature_adds_no_header() -> None:
    assert headers(Sending("http://app.test/a", headers={"X-Own": "1"}), "") == {"X-Own": "1"}


def test_headers_that_were_there_stay() -> None:
    assert headers(Sending("http://app.test/a", headers={"X-Own": "1"}))["X-Own"] == "1"


# -- Node ------------------------------------------------------------------------------------------------------------

NODE = Path(__file__).parent / "node"
_ALPHABET = "aB1 +%&=?*#/.,\u00fc\u20ac\u4e2d"
MISSING = "" if shutil.which("node") and (NODE / "node_modules" / "plivo").is_dir() else (
    "needs node and Plivo's package for it: npm ci --prefix tests/server/node"
)  # fmt: skip


def drawn(chance: Random) -> Sending:
    def text() -> str:
        return "".join(chance.choices(_ALPHABET, k=chance.randint(0, 5)))

    params = {text(): [text(), text()] if chance.random() < 0.2 else text() for _ in range(chance.randint(0, 4))}
    return Sending(chance.choice(URLS), chance.choice(["GET", "POST"]), params)


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_everything_is_accepted_by_plivos_validators_for_node() -> None:
    chance = Random(1)
    sendings = [Sending(url, method, params) for url in URLS for method in ("GET", "POST") for params in PARAMS]
    sendings += [drawn(chance) for _ in range(300)]
    asked = []
    for sending in sendings:
        sent = headers(sending, secret=Secret("demo-token", "17"))
        asked.append({
            "method": sending.method, "url": encode(sending).url, "params": received(sending), "token": "demo-token", "nonce": "17",
            "v2": sent["X-Plivo-Signature-V2"], "v3": sent["X-Plivo-Signature-V3"], "ma": sent["X-Plivo-Signature-Ma-V3"],
        })  # fmt: skip
    ran = subprocess.run(
        ["node", "validate.cjs"], cwd=NODE, input=json.dumps(asked), capture_output=True, text=True, timeout=300, check=True
    )
    refused = [(each["method"], each["url"], said) for each, said in zip(asked, json.loads(ran.stdout), strict=True) if not all(said)]
    assert refused == []
