"""Whatever is at the other end, one attempt comes to one page: with real sockets, on loopback."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from callsim.application import Page
from callsim.errors import MissingExtra, UsageError
from callsim.server.addresses import Mapping
from callsim.server.outside import REDIRECTS, Outside
from callsim.server.sending import Sending, Sent

XML = b"<Response><Hangup/></Response>"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s" % (len(XML), XML)
REFUSES, HANGS = Page(refuses=True), Page(hangs=True)
SHORT, LONG = 0.2, 60.0
"""Patience, in seconds: where it is to end, and where it must not."""

SOON = 100
"""Milliseconds after which who has taken a connection must have answered, where it never will. Unlike patience it does not run
before there is a connection, however slow the machine is."""


class Receiver:
    """An application of a test: answers each request with the next of its answers, the last of them again and again."""

    def __init__(self, *answers: bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self.port = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.requests.append(await whole(reader))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
        else:
            await answer(writer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


async def whole(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    return head + await reader.readexactly(length)


@asynccontextmanager
async def listening(receiver: Any, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> AsyncIterator[Any]:
    """Serve until the block ends, and see to it that no connection outlives it."""
    busy: set[asyncio.Task[None]] = set()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        busy.add(task)
        try:
            if tls is not None:
                await writer.start_tls(tls)
            await receiver(reader, writer)
            writer.close()
            await writer.wait_closed()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # The other side had enough, or the test is over.
        finally:
            writer.transport.abort()
            busy.discard(task)

    server = await asyncio.start_server(served, host, 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        await settled()  # A server that closes while it takes a connection leaves that open.
        server.close()
        while busy:
            for task in busy:
                task.cancel()
            await asyncio.gather(*busy)
        await settled()  # What was aborted is closed by then.


async def settled() -> None:
    """Wait until what the loop was about to do is done."""
    for _ in range(4):
        await asyncio.sleep(0)


async def sent(outside: Outside, sending: Sending) -> Sent:
    try:
        return await outside.send(sending)
    finally:
        await outside.aclose()


def attempt(receiver: Receiver, sending: Sending | None = None, **options: Any) -> Sent:
    """One attempt at a receiver; its URL stands for %s in that of the sending."""

    async def played() -> Sent:
        async with listening(receiver):
            asked = sending or Sending("%s/answer", "POST", {"a": "1"}, document=True)
            url = asked.url.replace("%s", receiver.url).replace("%p", str(receiver.port))
            return await sent(Outside(**{"patience": LONG, **options}), Sending(url, *fields(asked)))

    return asyncio.run(played())


def fields(sending: Sending) -> tuple[Any, ...]:
    return sending.method, sending.params, sending.form, sending.headers, sending.connect_ms, sending.read_ms, sending.document


def answer(body: bytes, *headers: str, status: str = "200 OK", length: bool = True) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, *([f"Content-Length: {len(body)}"] if length else [])]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


# -- what arrives, and what comes back -------------------------------------------------------------------------------


def test_a_form_is_posted_as_it_is_and_the_document_comes_back() -> None:
    receiver = Receiver(OK)
    sending = Sending("http://app.test:%p/answer?x=%41#rc=2", "POST", {"To": "+1"}, headers={"X-Signature": "s"}, document=True)
    assert attempt(receiver, sending) == (Page(XML.decode(), 200, type="text/xml"), "")
    [request] = receiver.requests
    assert request == (
        f"POST /answer?x=%41 HTTP/1.1\r\nHost: app.test:{receiver.port}\r\nUser-Agent: callsim\r\nAccept: */*\r\n"
        "Accept-Encoding: gzip, deflate\r\nConnection: close\r\nContent-Length: 7\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nX-Signature: s\r\n\r\nTo=%2B1"
    ).encode()


def test_json_is_posted_as_it_was_signed() -> None:
    receiver = Receiver(answer(b""))
    attempt(receiver, Sending("%s", "POST", {"event": "\u00fc"}, form=False))
    assert receiver.requests[0].endswith(b'Content-Type: application/json\r\n\r\n{"event":"\\u00fc"}')


def test_parameters_are_asked_with_in_the_query() -> None:
    receiver = Receiver(OK)
    attempt(receiver, Sending("%s/a/../b?x=1", "GET", {"To": "+1"}))
    assert receiver.requests[0].startswith(b"GET /a/../b?x=1&To=%2B1 HTTP/1.1\r\n")
    assert b"Content-" not in receiver.requests[0]


def test_an_empty_form_has_a_length() -> None:
    receiver = Receiver(OK)
    attempt(receiver, Sending("%s/", "POST"))
    assert b"Content-Length: 0\r\n" in receiver.requests[0]


def test_a_callback_has_no_body_to_tell_of() -> None:
    assert attempt(Receiver(OK), Sending("%s/")).page == Page("", 200, type="text/xml")


@pytest.mark.parametrize("status", ["204 No Content", "302 Found", "404 Not Found", "503 Service Unavailable", "299 ?", "600 Odd"])
def test_every_status_is_told(status: str) -> None:
    assert attempt(Receiver(answer(b"", status=status)), Sending("%s/")).page.status == int(status[:3])


def test_no_cookie_is_kept() -> None:
    async def played(receiver: Receiver) -> None:
        async with listening(receiver):
            outside = Outside(patience=LONG)
            for _ in range(2):
                await outside.send(Sending(f"{receiver.url}/"))
            await outside.aclose()

    receiver = Receiver(answer(b"", "Set-Cookie: a=1; Path=/"))
    asyncio.run(played(receiver))
    assert len(receiver.requests) == 2
    assert not any(b"ookie" in request for request in receiver.requests)


def test_no_proxy_and_no_password_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("default login ann password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    receiver = Receiver(OK)
    assert attempt(receiver).page.status == 200
    assert b"uthorization" not in receiver.requests[0]


def test_every_attempt_has_a_connection_of_its_own() -> None:
    async def played(receiver: Receiver) -> list[int]:
        async with listening(receiver):
            outside = Outside(patience=LONG)
            found = [(await outside.send(Sending(f"{receiver.url}/"))).page.status for _ in range(3)]
            await outside.aclose()
            return found

    # Says it stays open, and closes: who would use it again would fail.
    receiver = Receiver(answer(b"", "Connection: keep-alive", "Keep-Alive: timeout=60"))
    assert asyncio.run(played(receiver)) == [200, 200, 200]
    assert receiver.connections == 3


def test_who_never_sent_anything_has_nothing_to_close() -> None:
    asyncio.run(Outside().aclose())


def test_without_its_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callsim.server.outside.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"needs httpx; install it with: pip install 'callsim\[server\]'"):
        Outside()


# -- bodies ----------------------------------------------------------------------------------------------------------

ENCODED = (
    ("text/xml; charset=iso-8859-1", "\u00fc".encode("latin-1"), "\u00fc"), ("text/xml", "\u00fc".encode(), "\u00fc"),
    ("text/xml; charset=UTF-8", b"\xef\xbb\xbf\xc3\xbc", "\u00fc"), ("text/xml", "\u00fc".encode("utf-16"), "\u00fc"),
    ("", b'<?xml version="1.0" encoding="ISO-8859-1"?>\xfc', '<?xml version="1.0" encoding="ISO-8859-1"?>\u00fc'),
    ("text/xml; charset=punycode", "\u00fc".encode(), "\u00fc"), ("text/xml; charset=no-such", "\u00fc".encode(), "\u00fc"),
    ("text/xml", b"a\xff", "a\ufffd"), ("text/xml", b"\x00\x1b[1m", "\x00\x1b[1m"),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "text"), ENCODED)
def test_a_body_is_read_in_its_encoding_and_never_refused(kind: str, body: bytes, text: str) -> None:
    page, note = attempt(Receiver(answer(body, f"Content-Type: {kind}")))
    assert (page.body, page.bytes, page.type, note) == (text, len(body), kind, "")


def raw(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(("how", "pack"), [("gzip", gzip.compress), ("X-GZip", gzip.compress), ("deflate", zlib.compress), ("deflate", raw)])
def test_a_packed_body_is_unpacked(how: str, pack: Callable[[bytes], bytes]) -> None:
    assert attempt(Receiver(answer(pack(XML), f"Content-Encoding: {how}"))).page.body == XML.decode()


UNPACKABLE = (
    ("gzip", "not packed as gzip"), ("deflate", "not packed as deflate"), ("br", "not asked for"), ("gzip, gzip", "not asked for"),
)  # fmt: skip


@pytest.mark.parametrize(("how", "why"), UNPACKABLE)
def test_a_body_that_cannot_be_unpacked_is_no_document_and_says_why(how: str, why: str) -> None:
    page, note = attempt(Receiver(answer(XML, f"Content-Encoding: {how}")))
    assert page == Page("\ufffd", 200, type="")
    assert why in note


SIZES = ((0, 0), (99, 99), (100, 100), (101, 101), (5_000_000, 5_000_000))


@pytest.mark.parametrize(("size", "told"), SIZES)
def test_a_document_of_as_many_bytes_as_allowed_is_read_and_no_longer_one(size: int, told: int) -> None:
    page, note = attempt(Receiver(answer(b"x" * size)), most=100)
    assert page.bytes == told
    assert page.body == ("x" * size if size <= 100 else "")
    assert bool(note) is (size > 100)


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


def test_a_body_without_an_end_is_too_long() -> None:
    assert attempt(Receiver(endless), most=100_000).page == Page("", 200, type="", size=100_001)


def test_a_callback_is_told_of_although_its_answer_has_no_end() -> None:
    assert attempt(Receiver(endless), Sending("%s/")).page.status == 200


def test_a_packed_body_counts_as_what_it_comes_to_and_is_not_unpacked_further() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    attempt(Receiver(OK))  # What is imported and kept by the first is not counted.
    tracemalloc.start()
    try:
        page = attempt(Receiver(answer(bomb, "Content-Encoding: gzip"))).page
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert page == Page("", 200, type="", size=102_401)
    assert most < 5_000_000


def test_a_packed_body_that_comes_to_nothing_has_an_end() -> None:
    async def nothing(writer: asyncio.StreamWriter) -> None:
        packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packer.compress(b""))
        while True:
            writer.write(packer.flush(zlib.Z_FULL_FLUSH) * 1_000 or b"\x00\x00\x00\xff\xff" * 10_000)
            await writer.drain()

    assert attempt(Receiver(nothing), most=100).page.size == 101


# -- receivers that do not behave ------------------------------------------------------------------------------------


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def headers_for_ever(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: and more\r\n")
        await writer.drain()
        await asyncio.sleep(0)


async def not_yet_for_ever(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 102 Processing\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0)


async def half_a_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<Resp")
    await writer.drain()
    await asyncio.Event().wait()


async def drops(writer: asyncio.StreamWriter) -> None:
    """Resets the connection in the middle of the body."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<Resp")
    await writer.drain()
    writer.transport.abort()


NEVER_DONE = {"silent": silent, "headers": headers_for_ever, "102": not_yet_for_ever, "half": half_a_body}
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<Resp"
JUNK = (
    b"", b"hello\r\n\r\n", b"\x16\x03\x01\x02\x00", b"HTTP/x 200 OK\r\n\r\n", b"HTTP/1.1 OK\r\n\r\n", b"SSH-2.0-x\r\n", b"\x00" * 1000, CUT,
    b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000,
)  # fmt: skip


@pytest.mark.parametrize("document", [True, False])
@pytest.mark.parametrize("receiver", NEVER_DONE.values(), ids=NEVER_DONE)
def test_who_never_gives_a_whole_answer_counts_as_hanging(receiver: Any, document: bool) -> None:
    page, note = attempt(Receiver(receiver), Sending("%s/", read_ms=SOON, document=document))
    assert page == HANGS
    assert "took the connection and gave no whole answer in time" in note or note.startswith("no whole answer came")


@pytest.mark.parametrize("document", [True, False])
@pytest.mark.parametrize("junk", [*JUNK, drops], ids=[*(f"junk {number}" for number in range(len(JUNK))), "drops"])
def test_who_answers_no_http_counts_as_hanging_at_once_and_is_told_apart(junk: Any, document: bool) -> None:
    page, note = attempt(Receiver(junk), Sending("%s/", document=document))
    assert page == HANGS
    assert note.startswith("no whole answer came from http://127.0.0.1:")


@given(st.lists(st.binary(max_size=40) | st.sampled_from([b"HTTP/1.1 ", b"200 OK\r\n", b"\r\n", b"Location: ", b"/x", b"3"]), max_size=8))
@settings(max_examples=60, deadline=None)
def test_whatever_is_answered_is_one_page(pieces: list[bytes]) -> None:
    page, _ = attempt(Receiver(b"".join(pieces)))
    assert isinstance(page, Page)


def test_nobody_there_refuses() -> None:
    async def played() -> Sent:
        async with listening(Receiver(OK)) as receiver:
            port = receiver.port
        return await sent(Outside(patience=LONG), Sending(f"http://localhost:{port}/"))

    page, note = asyncio.run(played())
    assert page == REFUSES
    assert note.startswith("nobody takes the connection to http://localhost:")


def test_a_receiver_that_hangs_holds_up_nobody_else() -> None:
    async def played() -> tuple[list[Page], bool]:
        async with listening(Receiver(silent)) as bad, listening(Receiver(OK)) as good:
            outside = Outside(patience=LONG)
            hanging = [asyncio.create_task(outside.send(Sending(f"{bad.url}/"))) for _ in range(50)]
            while bad.connections < 50:
                await asyncio.sleep(0)
            found = await asyncio.gather(*(outside.send(Sending(f"{good.url}/", document=True)) for _ in range(20)))
            waiting = not any(task.done() for task in hanging)
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
            await outside.aclose()
            return [each.page for each in found], waiting

    assert asyncio.run(played()) == ([Page(XML.decode(), 200, type="text/xml")] * 20, True)


def test_patience_has_an_end() -> None:
    page, note = attempt(Receiver(silent), patience=SHORT)
    # A slow machine has not connected by then.
    assert page in (HANGS, REFUSES)
    assert note.endswith("in time")


def test_an_attempt_has_no_more_time_than_patience_gives_it() -> None:
    assert attempt(Receiver(silent), Sending("%s/", read_ms=10_000_000), patience=SHORT).note.endswith("in time")


def test_an_answer_that_comes_in_time_is_not_cut_off_by_the_time_for_connecting() -> None:
    assert attempt(Receiver(OK), Sending("%s/", connect_ms=20_000, read_ms=20_000)).page.status == 200


def test_closing_while_something_is_under_way_is_no_error() -> None:
    async def played() -> Page:
        async with listening(Receiver(silent)) as receiver:
            outside = Outside(patience=LONG)
            task = asyncio.create_task(outside.send(Sending(f"{receiver.url}/")))
            while not receiver.requests:
                await asyncio.sleep(0)
            await outside.aclose()
            return (await task).page

    assert asyncio.run(played()) == HANGS


def test_what_is_about_to_be_sent_while_all_is_closed_is_not_sent() -> None:
    async def played(receiver: Receiver) -> Sent:
        asked, found = asyncio.Event(), asyncio.Event()

        async def resolve(host: str, port: int) -> Sequence[str]:
            asked.set()
            await found.wait()
            return ["127.0.0.1"]

        async with listening(receiver):
            outside = Outside(patience=LONG, resolve=resolve)
            task = asyncio.create_task(outside.send(Sending(f"http://app.example:{receiver.port}/")))
            await asked.wait()
            await outside.aclose()
            found.set()
            return await task

    receiver = Receiver(OK)
    page, note = asyncio.run(played(receiver))
    assert (page, receiver.connections) == (REFUSES, 0)
    assert "everything is being closed" in note


# -- where to --------------------------------------------------------------------------------------------------------


class Names:
    """A resolver that gives another answer each time."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to() -> None:
    names, receiver = Names(["127.0.0.1"], ["10.0.0.7"]), Receiver(answer(b"", "Location: /two", status="307 X"), OK)
    assert attempt(receiver, Sending("http://app.example:%p/one"), resolve=names).page.status == 200
    assert names.asked == 1
    assert [request.splitlines()[1] for request in receiver.requests] == [f"Host: app.example:{receiver.port}".encode()] * 2


def test_a_name_that_leads_elsewhere_the_next_time_is_refused_then() -> None:
    async def played(receiver: Receiver) -> list[bool]:
        async with listening(receiver):
            outside = Outside(patience=LONG, resolve=Names(["127.0.0.1"], ["10.0.0.7"]))
            found = [(await outside.send(Sending(f"http://app.example:{receiver.port}/"))).page.refuses for _ in range(2)]
            await outside.aclose()
            return found

    receiver = Receiver(OK)
    assert asyncio.run(played(receiver)) == [False, True]
    assert receiver.connections == 1


def test_one_bad_address_among_good_ones_refuses_them_all() -> None:
    receiver = Receiver(OK)
    page, note = attempt(receiver, Sending("http://app.example:%p/"), resolve=Names(["127.0.0.1", "10.0.0.7"]))
    assert (page, receiver.connections) == (REFUSES, 0)
    assert "resolves to 10.0.0.7, which is no loopback address: start with --allow-callbacks app.example" in note


def test_the_next_address_is_tried_where_nobody_takes_the_connection() -> None:
    names = Names(["127.0.0.9", "127.0.0.1"])
    assert attempt(Receiver(OK), Sending("http://app.example:%p/"), resolve=names).page.status == 200


def test_a_lookup_that_hangs_ends_with_patience() -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    page, note = attempt(Receiver(OK), Sending("http://app.example:%p/"), resolve=never, patience=SHORT)
    assert page == REFUSES
    assert note.startswith("nobody took the connection to http://app.example:")


def test_a_server_of_version_6_is_found_under_a_name_of_loopback() -> None:
    async def played(receiver: Receiver) -> int:
        try:
            async with listening(receiver, "::1"):
                return (await sent(Outside(patience=LONG), Sending(f"http://app.test:{receiver.port}/"))).page.status
        except OSError:
            return 200  # A machine without that version has no such server.

    assert asyncio.run(played(Receiver(OK))) == 200


def test_the_server_itself_is_never_sent_anything() -> None:
    async def played(receiver: Receiver) -> Sent:
        async with listening(receiver):
            outside = Outside(patience=LONG, own=[("127.0.0.1", receiver.port)])
            return await sent(outside, Sending(f"http://my.test:{receiver.port}/"))

    receiver = Receiver(OK)
    page, note = asyncio.run(played(receiver))
    assert (page, receiver.connections) == (REFUSES, 0)
    assert "this server itself" in note


@pytest.mark.parametrize("sending", [Sending("ftp://a.test/"), Sending("http://u:p@a.test/"), Sending("/x"), Sending("http://a.test/", "PUT")])
def test_what_cannot_be_sent_is_a_page_and_a_note(sending: Sending) -> None:
    page, note = asyncio.run(sent(Outside(), sending))
    assert page == REFUSES
    assert note


# -- maps ------------------------------------------------------------------------------------------------------------


def test_a_mapped_origin_is_sent_elsewhere_under_its_own_name() -> None:
    async def played(receiver: Receiver) -> Page:
        async with listening(receiver):
            outside = Outside(patience=LONG, maps=[Mapping.parse(f"https://my.app={receiver.url}")])
            return (await sent(outside, Sending("https://My.App/answer?x=1", document=True))).page

    receiver = Receiver(OK)
    assert asyncio.run(played(receiver)).body == XML.decode()
    lines = receiver.requests[0].splitlines()
    assert lines[:2] == [b"POST /answer?x=1 HTTP/1.1", b"Host: My.App"]
    assert b"X-Forwarded-Proto: https" in lines


def test_a_map_does_not_allow_what_is_not_allowed() -> None:
    outside = Outside(maps=[Mapping.parse("https://my.app=http://10.0.0.7")])
    page, note = asyncio.run(sent(outside, Sending("https://my.app/")))
    assert page == REFUSES
    assert "start with --allow-callbacks 10.0.0.7" in note


def test_one_origin_is_mapped_to_one_target() -> None:
    twice = [Mapping.parse("https://my.app=http://127.0.0.1:1"), Mapping.parse("https://my.app:443=http://127.0.0.1:2")]
    with pytest.raises(UsageError, match=r"names https://my\.app twice"):
        Outside(maps=twice)
    Outside(maps=[twice[0], twice[0]])


# -- redirects -------------------------------------------------------------------------------------------------------


def redirect(to: str, status: int = 307) -> bytes:
    return answer(b"", f"Location: {to}", status=f"{status} Elsewhere")


FOLLOWED = ((301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST"))


@pytest.mark.parametrize(("status", "method"), FOLLOWED)
def test_a_redirect_within_the_origin_is_followed(status: int, method: str) -> None:
    receiver = Receiver(redirect("../two?y=1#f", status), OK)
    assert attempt(receiver, Sending("%s/a/one?x=1", "POST", {"To": "1"}, headers={"X-Own": "1"}, document=True)).page.body == XML.decode()
    second = receiver.requests[1]
    assert second.startswith(f"{method} /two?y=1 HTTP/1.1\r\n".encode())
    assert second.endswith(b"\r\n\r\nTo=1" if method == "POST" else b"\r\n\r\n")
    assert (b"Content-Type" in second) is (method == "POST")
    assert b"X-Own: 1" in second


ASIDE = (
    "http://127.0.0.1:1/", "https://127.0.0.1/", "http://10.0.0.7/", "//localhost/x", "http://[", "ftp://a/", "http://u@127.0.0.1/",
    "http://127.0.0.1:99999/", "javascript:x",
)  # fmt: skip


@pytest.mark.parametrize("to", ASIDE)
def test_a_redirect_to_elsewhere_counts_as_the_status_it_is(to: str) -> None:
    receiver = Receiver(redirect(to))
    page, note = attempt(receiver)
    assert (page.status, len(receiver.requests)) == (307, 1)
    assert "is followed only within http://127.0.0.1:" in note


def test_redirects_in_a_circle_have_an_end() -> None:
    receiver = Receiver(redirect("/again"))
    page, note = attempt(receiver)
    assert (page.status, len(receiver.requests)) == (307, REDIRECTS + 1)
    assert note == "it redirects more than 5 times"


def test_redirects_share_one_deadline() -> None:
    receiver = Receiver(redirect("/again"), redirect("/again"), silent)
    assert attempt(receiver, Sending("%s/", read_ms=SOON)).page == HANGS


# -- TLS -------------------------------------------------------------------------------------------------------------

CERTIFICATE = Path(__file__).parent / "my.test.pem"
"""A certificate for my.test alone, and its key, which guards nothing."""


def serving_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def over_tls(url: str, certificates: Callable[[], ssl.SSLContext] = trusting, **options: Any) -> Sent:
    async def played(receiver: Receiver) -> Sent:
        async with listening(receiver, tls=serving_tls()):
            outside = Outside(patience=LONG, certificates=certificates, **options)
            return await sent(outside, Sending(url.replace("%p", str(receiver.port)), document=True))

    return asyncio.run(played(Receiver(OK)))


def test_over_tls_the_certificate_is_that_of_the_name_and_not_of_the_address() -> None:
    assert over_tls("https://my.test:%p/").page.body == XML.decode()


@pytest.mark.parametrize("url", ["https://other.test:%p/", "https://127.0.0.1:%p/"])
def test_a_certificate_for_another_name_is_not_trusted(url: str) -> None:
    page, note = over_tls(url)
    assert page == REFUSES
    assert "CERTIFICATE_VERIFY_FAILED" in note
    assert f"--map {url.partition(':%p')[0]}:" in note


def test_a_certificate_that_nobody_vouches_for_is_not_trusted() -> None:
    assert over_tls("https://my.test:%p/", ssl.create_default_context).page == REFUSES


def test_certificates_that_cannot_be_read_are_no_crash() -> None:
    def missing() -> ssl.SSLContext:
        raise FileNotFoundError("no such file")

    assert "no such file" in over_tls("https://my.test:%p/", missing).note


def test_who_never_shakes_hands_counts_as_hanging_and_is_let_go() -> None:
    class Mute:
        port = 0
        closed = asyncio.Event()

        async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while await reader.read(65_536):
                pass
            self.closed.set()

    async def played() -> Sent:
        async with listening(Mute()) as mute:
            found = await sent(Outside(patience=LONG), Sending(f"https://my.test:{mute.port}/", read_ms=SOON))
            await mute.closed.wait()
            return found

    assert asyncio.run(played()).page == HANGS
