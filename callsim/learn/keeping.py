"""Progress in a file: read with care, written whole or not at all, and never in the place of something that is not ours.

    {"callsim": "progress", "format": 1,
     "courses": {COURSE: {"finished": [LESSON], "reached": {LESSON: 2}, "lessons": 3, "asked": 12, "right": 10,
                          "box": [{"lesson": LESSON, "question": KEY, "right": 0, "due": 4}]}}}
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from callsim.errors import UsageError
from callsim.learn.standing import RIGHT_ENOUGH, Mistake, Standing
from callsim.report.visible import visible

try:
    import fcntl
except ImportError:  # pragma: no cover - no such thing on Windows
    fcntl = None  # type: ignore[assignment]

FORMAT = 1
MOST_BYTES = 2 * 1024 * 1024
MOST_COURSES = 100
_MOST = 10_000
_LONGEST = 400
_NUMBER = 10**9
_PATIENCE = 2.0
"""So many seconds somebody waits who wants to write while another does."""


def usual_place() -> Path:
    """Where progress is kept unless said: in the user's folder of states."""
    state = os.environ.get("XDG_STATE_HOME", "")
    home = Path(state) if state.startswith("/") else Path.home() / ".local" / "state"
    return home / "callsim" / "learn.json"


class Keeper:
    """Keeps one course's standing in a file. Every change is written before it counts.

    Raises UsageError, in one clear line, for a file that is not progress, is damaged or cannot be written: it is left as it is.
    """

    def __init__(self, path: Path, course: str) -> None:
        self.path, self.course = path, course

    def begin(self) -> Standing:
        """The standing so far. That it can be written is tried at once, before anybody has answered anything."""
        return self.change(lambda standing: standing)

    def read(self) -> Standing:
        """The standing as the file has it."""
        return self._all().get(self.course, Standing())

    def change(self, change: Callable[[Standing], Standing]) -> Standing:
        """Change the standing that the file has at this moment: somebody else may have gone on meanwhile."""
        with self._alone():
            courses = self._all()
            after = change(courses.get(self.course, Standing()))
            if self.course not in courses and len(courses) >= MOST_COURSES:
                raise UsageError(f"{self._name} has the progress of {MOST_COURSES} courses already; name another file with --progress")
            self._write({**courses, self.course: after})
            return after

    @property
    def _name(self) -> str:
        return visible(self.path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two at once, in a terminal and in a browser, take turns."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path.parent, os.O_RDONLY) if fcntl is not None else None
        except (OSError, ValueError) as error:
            raise self._unwritable(error) from None
        try:
            if handle is not None:
                _lock(handle)
            yield
        finally:
            if handle is not None:
                os.close(handle)

    def _unwritable(self, error: OSError | ValueError) -> UsageError:
        reason = getattr(error, "strerror", None) or str(error)
        return UsageError(f"progress cannot be kept in {self._name}: {reason}; name another file with --progress")

    # -- reading ---------------------------------------------------------------------------------------------------

    def _all(self) -> dict[str, Standing]:
        try:
            with self.path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UsageError(f"{self._name} cannot be read: {reason}; name another file with --progress") from None
        try:
            return courses_of(data)
        except ValueError as error:
            what = f"{self._name} holds no progress that can be used: {error}"
            raise UsageError(f"{what}. It is left as it is; move it away, or name another file with --progress") from None

    # -- writing ---------------------------------------------------------------------------------------------------

    def _write(self, courses: Mapping[str, Standing]) -> None:
        text = json.dumps(as_data(courses), indent=1, ensure_ascii=True) + "\n"
        target = Path(os.path.realpath(self.path))  # Whoever has put a link there wants it to stay.
        try:
            handle, draft = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        except (OSError, ValueError) as error:
            raise self._unwritable(error) from None
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, target)
        except (OSError, ValueError) as error:
            with suppress(OSError):
                os.unlink(draft)
            raise self._unwritable(error) from None


def _lock(handle: int) -> None:
    """Lock a folder, which leaves no file behind. Where that cannot be, or somebody keeps it, the last to write has it: a learner
    is not kept waiting."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return
            time.sleep(0.01)
        except OSError:
            return
        else:
            return


# -- as data ---------------------------------------------------------------------------------------------------------


def as_data(courses: Mapping[str, Standing]) -> dict[str, Any]:
    """The whole file."""
    return {"callsim": "progress", "format": FORMAT, "courses": {id: _data(standing) for id, standing in courses.items()}}


def _data(standing: Standing) -> dict[str, Any]:
    box = [
        {"lesson": lesson, "question": key, "right": mistake.right, "due": mistake.due}
        for (lesson, key), mistake in standing.box.items()
    ]  # fmt: skip
    return {
        "finished": list(standing.finished), "reached": dict(standing.reached), "lessons": standing.lessons,
        "asked": standing.asked, "right": standing.right, "box": box,
    }  # fmt: skip


def courses_of(data: bytes) -> dict[str, Standing]:
    """What a file's bytes hold. Raises ValueError that says what is wrong with them."""
    if len(data) > MOST_BYTES:
        raise ValueError(f"it has more than {MOST_BYTES:,} bytes")
    try:
        whole = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON, or only a part of one") from None
    if not isinstance(whole, dict) or whole.get("callsim") != "progress":
        raise ValueError("it is something else")
    if whole.get("format") != FORMAT:
        raise ValueError(f"it has format {visible(whole.get('format'))[:20]}, and this callsim reads format {FORMAT}")
    courses = _mapping(whole.get("courses"), "courses", MOST_COURSES)
    return {_text(id, "the name of a course"): _standing(each) for id, each in courses.items()}


def _standing(value: Any) -> Standing:
    found = _mapping(value, "a course", _MOST)
    reached = _mapping(found.get("reached"), "reached", _MOST)
    box = [_mapping(each, "a mistake", _MOST) for each in _list(found.get("box"), "box")]
    return Standing(
        tuple(dict.fromkeys(_text(each, "finished") for each in _list(found.get("finished"), "finished"))),
        {_text(id, "reached"): _count(each, "reached") for id, each in reached.items()},
        _count(found.get("lessons"), "lessons"), _count(found.get("asked"), "asked"), _count(found.get("right"), "right"),
        {(_text(each.get("lesson"), "lesson"), _text(each.get("question"), "question")): _mistake(each) for each in box},
    )  # fmt: skip


def _mistake(found: Mapping[str, Any]) -> Mistake:
    return Mistake(min(_count(found.get("right"), "right"), RIGHT_ENOUGH - 1), _count(found.get("due"), "due"))


def _mapping(value: Any, what: str, most: int) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) > most:
        raise ValueError(f"{what!r} is no mapping, or too long")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > _MOST:
        raise ValueError(f"{what!r} is no list, or too long")
    return value


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ValueError(f"{what!r} is no text, or too long")
    return value


def _count(value: Any, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _NUMBER:
        raise ValueError(f"{what!r} is no number that can be")
    return value
