"""An emulator for one test: everything put together as `callsim serve` does, with what it sends carried by the test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx

from callsim.application import Page
from callsim.server.app import App
from callsim.server.clock import Clock
from callsim.server.control import Control
from callsim.server.driver import Driver
from callsim.server.exchange import Errand, Exchange
from callsim.server.guard import Guard
from callsim.server.reception import Reception
from callsim.server.sending import Sent
from callsim.server.worlds import setting

PLIVO = "/v1/Account/MADEMODEMODEMODEMO00"
TRYVOX = "/v1/voice/accounts/demo"
VOIPNOW = "/uapi/phoneCalls/@me"
KEYS: Mapping[str, dict[str, str]] = {
    "plivo": {"authorization": "Basic TUFERU1PREVNT0RFTU9ERU1PMDA6ZGVtby10b2tlbg=="},
    "tryvox": {"authorization": "Bearer tvx_sk_demo"},
    "voipnow": {"authorization": "Bearer demo"},
}
ANSWER = "http://my.app/answer"
TALK = "<Response><Speak>Hello</Speak><Wait length='3000'/></Response>"
CALL = {"from": "+15550100000", "to": "+15550100001", "answer_url": ANSWER, "hangup_url": "http://my.app/hangup"}


class Application:
    """What is at the other end of callbacks: by URL a page, or something that is awaited for one; else an empty answer."""

    def __init__(self) -> None:
        self.pages: dict[str, Page | Callable[[Errand], Awaitable[Page]]] = {ANSWER: Page(TALK)}
        self.taken: list[Errand] = []

    async def __call__(self, errand: Errand) -> Sent:
        self.taken.append(errand)
        page = self.pages.get(errand.outgoing.url, Page(status=404 if errand.outgoing.document else 200))
        return Sent(page if isinstance(page, Page) else await page(errand), "")

    @property
    def kinds(self) -> list[str]:
        """What was asked and told, in order."""
        return [errand.outgoing.kind for errand in self.taken]


class Emulated:
    """Everything of one emulator. Use it as an asynchronous context; `http` reaches it without a socket."""

    def __init__(self, clock: Clock | None = None, keep: int = 1000, **world: Any) -> None:
        self.exchange = Exchange(setting(**world), keep)
        self.reception = Reception(self.exchange)
        self.application = Application()
        self.driver = Driver(self.exchange, clock or Clock(0), self.application)
        self.control = Control(self.reception, self.driver, {})
        self.app = App(self.reception, self.driver, self.control, Guard({"emulator"}))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://emulator")

    async def __aenter__(self) -> Emulated:
        self.driver.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.driver.stop()
        await self.http.aclose()
        for world in self.exchange.worlds():
            world.check_all()

    async def plivo(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return await self.http.request(method, f"{PLIVO}{path}", json=body, headers=KEYS["plivo"])

    async def call(self, **more: Any) -> str:
        """Make a call at Plivo; returns its id."""
        made = await self.plivo("POST", "/Call/", {**CALL, **more})
        assert made.status_code == 201, made.text
        return str(made.json()["request_uuid"])

    async def look(self, path: str) -> Any:
        found = await self.http.get(f"/_callsim/{path}")
        assert found.status_code == 200, found.text
        return found.json()

    async def do(self, path: str, body: Any = None, status: int = 200) -> Any:
        done = await self.http.post(f"/_callsim/{path}", json={} if body is None else body)
        assert done.status_code == status, done.text
        return done.json()

    async def advance(self, ms: int) -> Any:
        return await self.do("clock/advance", {"ms": ms})


def run(test: Callable[[Emulated], Awaitable[None]], emulated: Emulated | None = None) -> None:
    """Play a test beside an emulator, on a clock that is held unless said."""

    async def play() -> None:
        async with emulated or Emulated() as one:
            await test(one)

    asyncio.run(play())
