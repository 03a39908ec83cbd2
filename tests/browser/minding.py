"""A page that is minded: what it complains of, and whom it asks for anything, is kept."""

from __future__ import annotations

from typing import Any


class Minded:
    """One page of a browser; `complaints` are errors of its scripts and on its console, `asked` every address it asked."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", lambda request: self.asked.append(request.url))

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")
