"""How long audio files last whose lengths nobody has said: an application may play what it likes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

UNKNOWN_LENGTH = 10_000
"""How long a file lasts, in milliseconds, of which the world says nothing."""


class Media(dict[str, int]):
    """Lengths in milliseconds by URL. It has one for every URL: where nobody gave it, ten seconds and a warning."""

    def __init__(self, lengths: Mapping[str, int], warn: Callable[[str], None]) -> None:
        super().__init__(lengths)
        self.warn = warn

    def __contains__(self, url: object) -> bool:
        # Who asks has a document that plays it: from now on it has a length, whether it is ever played or not.
        return isinstance(url, str) and self[url] >= 0

    def __missing__(self, url: str) -> int:
        self.warn(f"nobody said how long {url} is: it is taken for {UNKNOWN_LENGTH // 1000} s; a world file can say so under media")
        self[url] = UNKNOWN_LENGTH
        return UNKNOWN_LENGTH

    def get(self, url: str, default: Any = None) -> Any:
        return self[url]
