"""The course in the browser: a page, and what it asks for. What is right is known here alone until it has been answered.

    GET  /api/course                             the lessons, how far one is, how much comes back
    POST /api/begin  {lesson, anew}              what is read first, what has happened so far, the next question
    POST /api/answer {lesson, number, answer}    whether it is right, what happened, why; the next question, or the end
    POST /api/review {}                          a question that comes back, if one does
    POST /api/again  {lesson, question, answer}  the same for its answer
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from callsim.errors import CallsimError, UsageError
from callsim.learn.course import Lesson
from callsim.learn.desk import Desk, Graded, counts
from callsim.learn.prepared import Prepared
from callsim.learn.reasons import Reason
from callsim.report.filming import film
from callsim.report.telling import Line
from callsim.report.text import sentence
from callsim.report.visible import visible
from callsim.scenario.values import format_duration
from callsim.scenario.wording import quoted
from callsim.server.guard import Guard
from callsim.server.panel import said

MOST_BODY = 16 * 1024
_OWN = ("index.html", "style.css", "start.js", "telling.js", "asking.js", "picture.js")
FILES: Mapping[str, tuple[str, str]] = {
    **{name: ("callsim.learn", f"page/{name}") for name in _OWN},
    **{name: ("callsim.report", f"web/{name}") for name in ("ladder.js", "ladder.css")},
}
"""What the page is made of: of each name the package that has it, and where. The ladder is that of reports."""
TYPES = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
HEADERS = {
    "cache-control": "no-store", "x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
}  # fmt: skip
Body = Mapping[str, Any]


class Web:
    """Answers what the page asks. Requests of pages of others are turned away; one thing is done after the other."""

    def __init__(self, desk: Desk, guard: Guard, tell: Callable[[Exception], object] = lambda _: None) -> None:
        self.desk, self.guard, self.tell = desk, guard, tell
        self._turn = asyncio.Lock()

    def application(self) -> Starlette:
        """It as an ASGI application."""
        posts = {"begin": self.begin, "answer": self.answer, "review": self.review, "again": self.again}
        routes = [
            Route("/", self._page, methods=["GET"]), Route("/page/{name}", self._page, methods=["GET"]),
            Route("/api/course", self._answering(lambda _: self.course()), methods=["GET"]),
            *(Route(f"/api/{name}", self._answering(act), methods=["POST"]) for name, act in posts.items()),
        ]  # fmt: skip
        return Starlette(routes=routes, exception_handlers={HTTPException: self._nothing})

    # -- requests --------------------------------------------------------------------------------------------------

    async def _page(self, request: Request) -> Response:
        wrong = self._turned_away(request)
        name = request.path_params.get("name", "index.html")
        if wrong is None and name not in FILES:
            wrong = _error(404, f"the page has no file {name!r:.100}")
        if wrong is not None:
            return wrong
        package, path = FILES[name]
        text = (resources.files(package) / path).read_bytes()
        return Response(text, headers={**HEADERS, "content-type": TYPES[name.rpartition(".")[2]]})

    def _turned_away(self, request: Request) -> Response | None:
        found = self.guard.turns_away(request.method, request.headers)
        return None if found is None else JSONResponse(found[1], found[0], HEADERS)

    def _answering(self, act: Callable[[Body], Any]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            wrong = self._turned_away(request)
            if wrong is not None:
                return wrong
            try:
                body = await said(request, MOST_BODY) if request.method == "POST" else {}
                async with self._turn:
                    found = await asyncio.to_thread(act, body)
            except ClientDisconnect:
                return Response(status_code=400)
            except _Conflict as error:
                return _error(409, str(error))
            except CallsimError as error:
                return _error(400 if isinstance(error, UsageError) else 422, str(error))
            except Exception as error:
                self.tell(error)
                return _error(500, f"callsim made a mistake of its own ({type(error).__name__}); who started it is told")
            return JSONResponse(found, headers=HEADERS)

        return answer

    async def _nothing(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        said = f"there is no {request.url.path!r:.200} to {request.method} here; the course is at /"
        return self._turned_away(request) or _error(status, said)

    # -- what is asked ---------------------------------------------------------------------------------------------

    def course(self) -> dict[str, Any]:
        """The lessons, and how far one is."""
        standing, upcoming = self.desk.again(), self.desk.next()
        lessons = [
            {
                "id": each.id, "number": each.number, "title": visible(each.title), "questions": len(each.said.questions),
                "reached": self.desk.reached(each), "done": each.id in standing.finished, "mistakes": standing.mistakes(each.id),
            }
            for each in self.desk.course.lessons
        ]  # fmt: skip
        return {
            "lessons": lessons, "next": None if upcoming is None else upcoming.id, "due": len(self.desk.due()),
            "asked": standing.asked, "right": standing.right,
        }  # fmt: skip

    def begin(self, body: Body) -> dict[str, Any]:
        """Open a lesson where one stopped, or from its beginning."""
        lesson = self._lesson(body)
        prepared = self.desk.open(lesson)
        self.desk.again()
        if body.get("anew"):
            self.desk.anew(lesson)
        reached = self.desk.reached(lesson)
        return {**_opening(prepared), "told": _story(prepared.before(reached)), "card": _card(prepared, reached)}

    def answer(self, body: Body) -> dict[str, Any]:
        """Grade the question that is next in a lesson, and go on."""
        lesson, number = self._lesson(body), body.get("number")
        prepared = self.desk.open(lesson)
        self.desk.again()
        reached = self.desk.reached(lesson)
        if number != reached:
            raise _Conflict(f"question {reached + 1} of this lesson is next; it has been answered further elsewhere, or begun anew")
        graded = self.desk.answer(lesson, reached, _word(body, "answer"))
        last = reached + 1 == len(prepared.items)
        closing = _closing(prepared) if last else None
        return {**_outcome(prepared, reached, graded), "card": None if last else _card(prepared, reached + 1), "closing": closing}

    def review(self, _: Body) -> dict[str, Any]:
        """The first of what comes back."""
        self.desk.again()
        due = self.desk.due()
        if not due:
            return {"card": None, "due": 0}
        prepared, number = self.desk.found(due[0])
        card = {**_card(prepared, number), "key": due[0][1]}
        return {**_opening(prepared), "told": _story(prepared.before(number)), "card": card, "due": len(due)}

    def again(self, body: Body) -> dict[str, Any]:
        """Grade something that has come back."""
        asked = (_word(body, "lesson"), _word(body, "question"))
        self.desk.again()
        if asked not in self.desk.standing.box:
            raise _Conflict("this does not come back any more: it was answered elsewhere")
        prepared, number = self.desk.found(asked)
        graded = self.desk.review(asked, _word(body, "answer"))
        return _outcome(prepared, number, graded)

    def _lesson(self, body: Body) -> Lesson:
        word = _word(body, "lesson")
        found = self.desk.course.lesson(word)
        if found is None:
            raise UsageError(f"there is no lesson {quoted(word)}")
        return found


class _Conflict(Exception):  # noqa: N818 - what it says is what it is
    """What was asked for does not fit how far one is."""


def _error(status: int, said: str) -> Response:
    return JSONResponse({"error": visible(said)}, status, HEADERS)


def _word(body: Body, key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or len(value) > 500:
        raise UsageError(f"{key!r} is missing, or no text; expected a short one")
    return value


# -- as data ---------------------------------------------------------------------------------------------------------


def _opening(prepared: Prepared) -> dict[str, Any]:
    lesson = prepared.lesson
    about = [_flat(part) for part in lesson.said.about.split("\n\n") if part.strip()]
    return {
        "lesson": {"id": lesson.id, "number": lesson.number, "title": visible(lesson.title)},
        "about": about, "setting": [visible(each) for each in prepared.setting],
    }  # fmt: skip


def _closing(prepared: Prepared) -> dict[str, Any]:
    """What is told once all questions are answered: what still happens, what to remember, and all of it as a picture."""
    motion, lesson = prepared.played.simulation, prepared.lesson
    picture = film(motion, visible(lesson.title)).as_data()
    return {"rest": _story(prepared.rest()), "remember": _flat(lesson.said.remember), "film": picture}


def _flat(text: str) -> str:
    return visible(" ".join(text.split()))


def _card(prepared: Prepared, number: int) -> dict[str, Any]:
    """A question as it is asked; nothing in it tells the answer."""
    item = prepared.items[number]
    choices = [{"word": choice, "means": item.meaning(choice)} for choice in item.choices]
    return {
        "number": number, "questions": len(prepared.items), "text": _flat(item.text), "said": [visible(each) for each in item.said],
        "choices": choices, "counts": counts(item), "hint": _flat(item.hint),
    }  # fmt: skip


def _outcome(prepared: Prepared, number: int, graded: Graded) -> dict[str, Any]:
    return {
        "right": graded.right, "given": graded.given, "answer": graded.answer, "difference": visible(graded.difference),
        "story": _story(prepared.after(number)), "why": [_reason(each) for each in prepared.reasons(number)],
        "remark": prepared.remark(number), "chain": [visible(each) for each in prepared.causes(number)],
    }  # fmt: skip


def _story(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [
        {"at": format_duration(line.at), "who": visible(line.who), "what": sentence(line).plain, "rule": line.rule, "basis": line.basis}
        for line in lines
    ]  # fmt: skip


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "rule": reason.rule, "why": visible(reason.why), "says": visible(reason.says), "basis": reason.basis,
        "sources": [visible(each) for each in reason.sources],
    }  # fmt: skip
