"""What a sending comes to on the wire, and which URLs are none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings, strategies as st

from callsim.errors import UsageError
from callsim.server.sending import Sending, encode, escaped, pairs, place_of, target_of

QUERIES = (
    ("http://a.test/x", {"a": "1"}, "http://a.test/x?a=1"), ("http://a.test/x?b=2", {"a": "1"}, "http://a.test/x?b=2&a=1"),
    ("http://a.test/x?", {"a": "1"}, "http://a.test/x?a=1"), ("http://a.test/x?b&", {"a": "1"}, "http://a.test/x?b&a=1"),
    ("http://a.test", {"a": "1"}, "http://a.test?a=1"), ("http://a.test/x?b=2#rc=1", {}, "http://a.test/x?b=2"),
    ("http://a.test/x#rc=1?", {"a": "1"}, "http://a.test/x?a=1"), ("http://a.test/x", {"To": "+1 5&"}, "http://a.test/x?To=%2B1+5%26"),
    ("http://a.test/x", {"a": ["1", "2"], "b": None, "c": True, "d": []}, "http://a.test/x?a=1&a=2&b=&c=true"),
)  # fmt: skip


@pytest.mark.parametrize(("url", "params", "sent"), QUERIES)
def test_parameters_that_are_asked_with_are_appended_to_the_query(url: str, params: Mapping[str, Any], sent: str) -> None:
    assert encode(Sending(url, "get", params)) == (sent, b"", {})


def test_parameters_that_are_posted_are_a_form_or_json() -> None:
    params = {"To": "+1", "text": "\u00fc", "n": 2, "more": {"a": [1]}}
    form, plain = encode(Sending("http://a.test/#x", "POST", params)), encode(Sending("http://a.test/#x", "POST", params, form=False))
    assert form.url == plain.url == "http://a.test/"
    assert form.body == b"To=%2B1&text=%C3%BC&n=2&more=%7B%22a%22%3A+%5B1%5D%7D"
    assert form.headers == {"Content-Type": "application/x-www-form-urlencoded"}
    assert json.loads(plain.body) == params
    assert plain.headers == {"Content-Type": "application/json"}


@given(params=st.dictionaries(st.text(), st.text() | st.lists(st.text()), max_size=4), how=st.sampled_from(["GET", "POST"]))
@settings(deadline=None)
def test_what_is_sent_is_read_as_it_was_meant(params: dict[str, Any], how: str) -> None:
    sent = encode(Sending("http://a.test/", how, params))
    text = urlsplit(sent.url).query if how == "GET" else sent.body.decode()
    assert parse_qsl(text, keep_blank_values=True) == list(pairs(params))


URLS = (
    ("http://\u00fc.test/\u00e4?b=\u00f6 c", "http://xn--tda.test/%C3%A4?b=%C3%B6%20c", "/%C3%A4?b=%C3%B6%20c"),
    ("http://a.test", "http://a.test", "/"), ("http://a.test?x=1", "http://a.test?x=1", "/?x=1"),
    ("http://a.test/a/../b/%41%2F;c", "http://a.test/a/../b/%41%2F;c", "/a/../b/%41%2F;c"),
    ("http://a.test/\r\nX: y", "http://a.test/%0D%0AX:%20y", "/%0D%0AX:%20y"),
    ("http://a.test/\ud800", "http://a.test/%ED%A0%80", "/%ED%A0%80"),
)  # fmt: skip


@pytest.mark.parametrize(("url", "sent", "target"), URLS)
def test_a_url_is_sent_as_it_is_written_as_far_as_it_can_be(url: str, sent: str, target: str) -> None:
    assert encode(Sending(url)).url == sent
    assert target_of(sent) == target


@given(st.text())
@settings(deadline=None)
def test_nothing_can_be_added_to_the_request_line_or_a_header(text: str) -> None:
    sent = encode(Sending(f"http://a.test/{text}")).url
    assert sent.isascii()
    assert sent.isprintable()
    assert " " not in sent
    assert escaped(sent) == sent


BAD = (
    ("ftp://a.test/", "is no URL to send anything to"), ("/answer", "is no URL to send anything to"), ("", "is no URL to send"),
    ("http:///x", "is no URL to send"), ("http://a b/", "is no URL to send"), ("http://a..test/", "is no URL to send"),
    ("http://.../", "is no URL to send"), ("javascript:alert(1)", "is no URL to send"), ("http://a.test:x/", "is no URL"),
    ("http://a.test:65536/", "Port out of range"), ("http://[::1/", "Invalid IPv6 URL"), ("http://u@a.test/", "names a user"),
    ("http://u:p@a.test/", "names a user"), ("http://127.0.0.1\\@a.test/", "names a user"), ("http://a.test\\b/", "is no URL to send"),
    ("http://" + "\u00fc" * 80 + ".test/", "is no URL to send"), ("http://a.test\x00/", "is no URL to send"),
)  # fmt: skip


@pytest.mark.parametrize(("url", "why"), BAD)
def test_what_is_no_url_to_send_to_says_so(url: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        place_of(encode(Sending(url)).url)
    assert len(str(caught.value)) < 400
    assert ":p@" not in str(caught.value)


@given(st.text())
@settings(deadline=None)
def test_every_url_leads_somewhere_or_is_refused(text: str) -> None:
    try:
        place, _ = place_of(encode(Sending(text)).url)
    except UsageError:
        return
    assert place.scheme in ("http", "https")
    assert 0 <= place.port <= 65535
