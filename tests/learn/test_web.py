"""The course in the browser, asked without one: what is told when, who is turned away, what cannot be asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from callsim.errors import MissingExtra, UsageError
from callsim.learn.desk import Desk
from callsim.learn.serving import WHAT, serve
from callsim.learn.web import FILES, MOST_BODY, TYPES, Web
from callsim.server.guard import Guard

from .written import ASKS, HEAD, PLAIN, desk, served, small_course, write

HOST = "127.0.0.1:4321"
Talk = Callable[[httpx.AsyncClient], Awaitable[Any]]


def talk(at: Desk, say: Talk, told: list[Exception] | None = None) -> Any:
    """Say something to the course at a desk."""

    async def whole() -> Any:
        web = Web(at, Guard({HOST}, what=WHAT), [].append if told is None else told.append)
        transport = httpx.ASGITransport(web.application())
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
            return await say(client)

    return asyncio.run(whole())


def post(at: Desk, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    async def say(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post(f"/api/{path}", json=body)

    answer = talk(at, say)
    return answer.status_code, answer.json()


def get(at: Desk, path: str, **headers: str) -> httpx.Response:
    async def say(client: httpx.AsyncClient) -> httpx.Response:
        return await client.get(path, headers=headers)

    found: httpx.Response = talk(at, say)
    return found


def begun(at: Desk, *words: str) -> list[dict[str, Any]]:
    """Begin the first lesson and answer with these words."""
    assert post(at, "begin", lesson="01-lesson")[0] == 200
    found = []
    for number, word in enumerate(words):
        status, said = post(at, "answer", lesson="01-lesson", number=number, answer=word)
        assert status == 200, said
        found.append(said)
    return found


def test_a_lesson_is_gone_through(tmp_path: Path) -> None:
    at = desk(tmp_path)
    first, second, last = begun(at, "queued", "204", "normal")
    assert (first["right"], first["difference"]) == (False, "Not quite. You said queued; it is ringing.")
    assert first["why"][0]["rule"] == "call.ring.queued.carrier"
    assert (second["right"], second["closing"], last["card"]) == (True, None, None)
    assert last["closing"]["remember"] == "It ends."
    assert [end["cause"] for end in last["closing"]["film"]["ends"]] == ["normal"]
    course = get(at, "/api/course").json()
    assert [(each["done"], each["mistakes"]) for each in course["lessons"]] == [(True, 1), (False, 0), (False, 0)]
    assert (course["next"], course["due"], course["asked"], course["right"]) == ("02-lesson", 0, 3, 2)


def test_no_answer_is_sent_before_it_is_given(tmp_path: Path) -> None:
    at = desk(tmp_path)
    before = {"begin": post(at, "begin", lesson="01-lesson")[1], "course": get(at, "/api/course").json()}
    for said in before.values():
        text = json.dumps({key: value for key, value in said.items() if key != "card"})
        assert not any(word in text for word in ("ringing", "204", "normal", '"right": "'))
    card = before["begin"]["card"]
    assert set(card) == {"number", "questions", "text", "said", "choices", "counts", "hint"}
    (first,) = begun(at, "ringing")
    assert not any(word in json.dumps({key: value for key, value in first.items() if key != "card"}) for word in ("204", "normal"))


def test_only_the_next_question_can_be_answered(tmp_path: Path) -> None:
    at = desk(tmp_path)
    begun(at, "ringing")
    for number in (0, 2, 99, -1, "1", None):
        status, said = post(at, "answer", lesson="01-lesson", number=number, answer="normal")
        assert (status, said["error"][:27]) == (409, "question 2 of this lesson i")
    assert at.standing.asked == 1


def test_it_goes_on_where_one_stopped_and_begins_anew_if_that_is_wished(tmp_path: Path) -> None:
    at = desk(tmp_path)
    begun(at, "ringing")
    _, again = post(at, "begin", lesson="01-lesson")
    assert (again["card"]["number"], len(again["told"])) == (1, 2)
    _, anew = post(at, "begin", lesson="01-lesson", anew=True)
    assert (anew["card"]["number"], anew["told"]) == (0, [])


def test_a_terminal_and_a_browser_share_one_progress(tmp_path: Path) -> None:
    at = desk(tmp_path)
    begun(at, "ringing")
    other = desk(tmp_path)
    other.answer(other.course.lessons[0], 1, "204")
    assert post(at, "begin", lesson="01-lesson")[1]["card"]["number"] == 2


def test_mistakes_come_back(tmp_path: Path) -> None:
    at = desk(tmp_path)
    begun(at, "queued", "204", "normal")
    assert post(at, "review")[1] == {"card": None, "due": 0}
    for number, word in enumerate(("ringing", "204", "normal")):
        post(at, "answer", lesson="02-lesson", number=number, answer=word)
    _, back = post(at, "review")
    assert (back["lesson"]["id"], back["card"]["key"], back["due"]) == ("01-lesson", "state of alice at 1s", 1)
    status, said = post(at, "again", lesson="01-lesson", question=back["card"]["key"], answer="ringing")
    assert (status, said["right"]) == (200, True)
    status, said = post(at, "again", lesson="01-lesson", question="cause of alice at the end", answer="normal")
    assert (status, said["error"]) == (409, "this does not come back any more: it was answered elsewhere")


WRONG = [
    ("begin", {}, 400, "'lesson' is missing"),
    ("begin", {"lesson": "x"}, 400, "there is no lesson 'x'"),
    ("begin", {"lesson": "x" * 501}, 400, "'lesson' is missing, or no text"),
    ("answer", {"lesson": "01-lesson", "number": 0}, 400, "'answer' is missing"),
    ("answer", {"lesson": "01-lesson", "number": 0, "answer": "rung"}, 400, "'rung' is none of the choices; expected 1 to 4, or queued"),
    ("answer", {"lesson": "01-lesson", "number": 0, "answer": 1}, 400, "'answer' is missing, or no text"),
    ("again", {"lesson": "01-lesson", "question": "x", "answer": "y"}, 409, "does not come back"),
    ("nothing", {}, 404, "there is no '/api/nothing' to POST here"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "status", "why"), WRONG)
def test_what_cannot_be_asked_is_one_clear_answer(path: str, body: dict[str, Any], status: int, why: str, tmp_path: Path) -> None:
    at = desk(tmp_path)
    found, said = post(at, path, **body)
    assert found == status
    assert why in said["error"]
    assert at.standing.asked == 0


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"[" * 9000, b'{"a": NaN}', b" " * (MOST_BODY + 1)])
def test_what_is_no_object_is_refused(data: bytes, tmp_path: Path) -> None:
    async def say(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post("/api/begin", content=data, headers={"content-type": "application/json"})

    answer = talk(desk(tmp_path), say)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_lesson_that_cannot_be_taught_says_where_and_why(tmp_path: Path) -> None:
    write(tmp_path / "lessons", "09-wrong", PLAIN + (ASKS % 9).replace("ask: state", "ask: by"))
    status, said = post(desk(tmp_path), "begin", lesson="09-wrong")
    assert status == 422
    assert "09-wrong.yaml:12:7: 'alice' has not ended then" in said["error"]


def test_progress_that_is_damaged_meanwhile_is_told_of_and_left(tmp_path: Path) -> None:
    at = desk(tmp_path)
    (tmp_path / "progress.json").write_text("{")
    status, said = post(at, "begin", lesson="01-lesson")
    assert status == 400
    assert "It is left as it is" in said["error"]
    assert (tmp_path / "progress.json").read_text() == "{"


def test_a_mistake_of_our_own_is_told_to_who_started_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at, told = desk(tmp_path), list[Exception]()
    monkeypatch.setattr(at, "open", lambda _: 1 // 0)

    async def say(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post("/api/begin", json={"lesson": "01-lesson"})

    answer = talk(at, say, told)
    assert (answer.status_code, [type(error) for error in told]) == (500, [ZeroDivisionError])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example:4321"}, 403), ({"host": "127.0.0.1:80"}, 403), ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403), ({"sec-fetch-site": "cross-site"}, 403), ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
    ],
)  # fmt: skip
def test_pages_of_others_are_turned_away(headers: dict[str, str], status: int, tmp_path: Path) -> None:
    at = desk(tmp_path)

    async def say(client: httpx.AsyncClient) -> httpx.Response:
        body = json.dumps({"lesson": "01-lesson", "number": 0, "answer": "ringing"})
        return await client.post("/api/answer", content=body, headers={"content-type": "application/json", **headers})

    answer = talk(at, say)
    assert answer.status_code == status
    assert "test clock" not in answer.text
    assert at.standing.asked == 0
    if status == 403:
        assert [get(at, path, **headers).status_code for path in ("/", "/page/start.js", "/api/course", "/x")] == [403] * 4


def test_the_page_and_its_files_are_served_and_nothing_else(tmp_path: Path) -> None:
    at = desk(tmp_path)
    for name in FILES:
        found = get(at, f"/page/{name}")
        assert (found.status_code, found.headers["content-type"]) == (200, TYPES[name.rpartition(".")[2]])
        assert "default-src 'none'" in found.headers["content-security-policy"]
        assert not any(each in found.text for each in ("http://", "https://", "innerHTML", "eval("))
    for path in ("/page/../web.py", "/page/%2e%2e/web.py", "/page/web.py", "/page/", "/favicon.ico"):
        assert get(at, path).status_code == 404


def test_what_people_wrote_is_sent_as_text(tmp_path: Path) -> None:
    evil = "'<img src=x onerror=alert(1)>'"
    write(tmp_path / "lessons", "07-evil", HEAD.replace("A lesson", evil) + PLAIN + (ASKS % 7).replace("Alice is called.", evil))
    found = get(desk(tmp_path), "/api/course")
    assert found.headers["content-type"] == "application/json"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.json()["lessons"][-1]["title"] == evil.strip("'")


def test_it_is_served_to_whoever_sits_here_and_nobody_else(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can be reached from elsewhere"):
        serve(desk(tmp_path), "0.0.0.0", 0, print, print)


def test_without_the_libraries_of_a_server_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "uvicorn", None)
    with pytest.raises(MissingExtra, match=r"callsim\[server\]"):
        serve(desk(tmp_path), "127.0.0.1", 0, print, print)


def test_it_says_where_it_is_and_ends_at_an_interruption(tmp_path: Path) -> None:
    small_course(tmp_path / "lessons")
    with served(tmp_path, str(tmp_path / "lessons")) as url, httpx.Client(base_url=url, trust_env=False) as client:
        assert url.startswith("http://127.0.0.1:")
        assert "Learn what hanging up does" in client.get("/").text
        assert client.post("/api/begin", json={"lesson": "01-lesson"}).json()["card"]["number"] == 0
        assert client.get("/", headers={"host": "evil.example"}).status_code == 403
