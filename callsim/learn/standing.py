"""How far a learner has come in a course, as values; and when what was answered wrongly comes back.

A wrong answer goes into a box. It comes back once the lesson after this one is finished, and then again two lessons later,
until it was answered rightly twice; answered wrongly, it starts anew after the next lesson. Lessons are what is counted, not days:
whoever goes on where they stopped is asked the same, whenever that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

RIGHT_ENOUGH = 2
"""How often in a row something must be answered rightly to leave the box."""
_LATER = 2


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something answered wrongly: how often rightly since, and after how many finished lessons it is asked again."""

    right: int
    due: int


Asked = tuple[str, str]
"""A question: the id of its lesson, and its key there."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far somebody is in one course. `finished`: lessons gone through to their end, in the order of the first time;
    `reached`: how many questions of a lesson that was begun are answered; `lessons`: how often a lesson was finished; `asked`
    and `right`: answers given, and given rightly; `box`: what comes back."""

    finished: tuple[str, ...] = ()
    reached: Mapping[str, int] = field(default_factory=dict)
    lessons: int = 0
    asked: int = 0
    right: int = 0
    box: Mapping[Asked, Mistake] = field(default_factory=dict)

    def answered(self, asked: Asked, right: bool, reached: int) -> Standing:
        """After an answer in a lesson, of which so many questions are answered now."""
        lesson, _ = asked
        return replace(self._graded(asked, right), reached={**self.reached, lesson: reached})

    def reviewed(self, asked: Asked, right: bool) -> Standing:
        """After an answer to something that came back."""
        return self._graded(asked, right)

    def _graded(self, asked: Asked, right: bool) -> Standing:
        box = dict(self.box)
        known = box.pop(asked, None)
        if not right:
            box[asked] = Mistake(0, self.lessons + (1 if known else _LATER))
        elif known is not None and known.right + 1 < RIGHT_ENOUGH:
            box[asked] = Mistake(known.right + 1, self.lessons + _LATER)
        return replace(self, asked=self.asked + 1, right=self.right + right, box=box)

    def closed(self, lesson: str) -> Standing:
        """After the end of a lesson."""
        finished = self.finished if lesson in self.finished else (*self.finished, lesson)
        reached = {id: count for id, count in self.reached.items() if id != lesson}
        return replace(self, finished=finished, reached=reached, lessons=self.lessons + 1)

    def anew(self, lesson: str) -> Standing:
        """Before a lesson that is to be gone through from its beginning."""
        return replace(self, reached={id: count for id, count in self.reached.items() if id != lesson})

    def due(self, everything: bool = False) -> list[Asked]:
        """What comes back now, what has waited longest first; `everything`: whatever is in the box."""
        found = [(mistake.due, asked) for asked, mistake in self.box.items() if everything or mistake.due <= self.lessons]
        return [asked for _, asked in sorted(found)]

    def mistakes(self, lesson: str) -> int:
        """How much of a lesson is in the box."""
        return sum(id == lesson for id, _ in self.box)
