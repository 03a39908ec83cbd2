"""How Plivo asks a URL: its timeouts and retries as rows, and what the fragment of a URL says otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from callsim.dialects.policy import AGAIN, Failure, Policy
from callsim.provenance import Evidence, assumed, disputed, documented
from callsim.rules import AnyRow, Assumption, Limit, Rulebook, patch

from .fetching import MAKE, SEEN

CONFIGURED = Evidence(
    "https://docs.plivo.com/docs/voice/concepts/callback-configurations", SEEN, "timeouts and retries of every URL, set in its fragment"
)
_D, _BAD = documented(CONFIGURED), assumed("plivo.callback.bad_option", CONFIGURED)
_ANSWER = disputed("plivo.answer.attempts", MAKE, CONFIGURED)
_OPTIONS = {"ct": "connect_timeout", "rt": "read_timeout", "tt": "total_timeout", "rc": "retries"}
_WHAT = {
    "connect_timeout": ("How long a connection may take", 2_000, 100, 10_000),
    "read_timeout": ("How long an answer may take to come", 40_000, 100, 40_000),
    "total_timeout": ("How long all attempts may take together", 55_000, 100, 55_000),
    "retries": ("How often a URL is asked again", 1, 0, 5),
}
_MOST_DIGITS = 9


def _limits() -> list[AnyRow]:
    rows: list[AnyRow] = []
    for name, (what, usual, least, most) in _WHAT.items():
        unit = "" if name == "retries" else ", in milliseconds"
        rows += [
            Limit(name, usual, _D, f"{what}{unit}, unless its fragment says otherwise."),
            Limit(f"{name}_least", least, _D, f"{what} at the least{unit}, by its fragment."),
            Limit(f"{name}_most", most, _D, f"{what} at the most{unit}, by its fragment."),
        ]
    return rows


ROWS: tuple[AnyRow, ...] = (
    *_limits(),
    Limit("retry_policy", "ct,rt", _D, "After which failures a URL is asked again, unless its fragment says otherwise."),
    Limit("bad_option", "default", _BAD, "What an option counts as that is not within its limits: the default, or the nearest value."),
    Limit("answer_policy", "own", _ANSWER, "Whether an answer URL that has a fallback URL is asked by a rule of its own, or as any other."),
    Limit("answer_attempts", 3, _ANSWER, "How often an answer URL is asked before its fallback URL is, whatever went wrong."),
    Limit("answer_time", 60_000, _ANSWER, "How long an answer URL is asked before its fallback URL is, in milliseconds."),
)

ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "plivo.answer.attempts", "3", "How often is an answer URL asked before its fallback URL is?",
        "The page about making calls says three times or for a minute; the one about callbacks says one retry, for timeouts alone.",
        {"as any other": (patch("limit.answer_policy", value="as-any"),)}, disputed=True,
    ),
    Assumption(
        "plivo.callback.bad_option", "default", "What does an option in a URL's fragment count as that is out of its range?",
        "The page names the ranges and the defaults, and not what is outside.",
        {"nearest": (patch("limit.bad_option", value="nearest"),)},
    ),
)  # fmt: skip


class Policies:
    """The policies of one rulebook, each read once."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._value = {name: row.value for name, row in rulebook.limits.items()}
        self._read: dict[tuple[str, str], Policy] = {}

    def of(self, url: str, kind: str) -> Policy:
        """How a URL is asked: to `tell` it something, for a `document`, or for the `answer` of a call that has a fallback."""
        if kind == "answer" and self._value["answer_policy"] != "own":
            kind = "document"
        key = url.partition("#")[2], kind
        found = self._read.get(key)
        if found is None:
            found = self._policy(*key)
            if len(self._read) < 256:
                self._read[key] = found
        return found

    def _policy(self, fragment: str, kind: str) -> Policy:
        options = _Options(fragment, self._value)
        own_rule = kind == "answer" and not options.given & {"rc", "rp", "tt"}
        read, because_read = options.figure("rt")
        document_time = int(self._value["document_time"])
        if kind != "tell" and document_time < read:
            read, because_read = document_time, ("limit.document_time",)
        connect, because_connect = options.figure("ct")
        because_again: tuple[str, ...]
        because_total: tuple[str, ...]
        if own_rule:
            attempts, total = int(self._value["answer_attempts"]), int(self._value["answer_time"])
            again, because_again, because_total = frozenset(Failure), ("limit.answer_attempts", "limit.answer_policy"), ("limit.answer_time",)
        else:
            retries, because_retries = options.figure("rc")
            total, because_total = options.figure("tt")
            again, because_policy = options.failures()
            attempts, because_again = 1 + retries, (*because_retries, *because_policy)
        because = {
            Failure.CONNECT: because_connect, Failure.READ: because_read, Failure.TOTAL: because_total, AGAIN: because_again,
        }  # fmt: skip
        return Policy(attempts, connect, read, total, again, because, options.complaints(), options.rules())


class _Options:
    """What the fragment of a URL says, option by option; `given`: those that count."""

    def __init__(self, fragment: str, value: Mapping[str, int | str]) -> None:
        pairs = (part.partition("=") for part in fragment.split("&") if part)
        self._said = {name: said for name, _, said in pairs if name in (*_OPTIONS, "rp")}
        self._value = value
        self._wrong: list[str] = []
        self.given = {name for name, said in self._said.items() if self._counts(name, said)}

    def _counts(self, name: str, said: str) -> bool:
        if name == "rp":
            good = bool(said) and set(said.split(",")) <= {*_POLICIES, "all"}
        else:
            good = self._within(name, said)
        if not good:
            self._wrong.append(name)
        return good

    def _within(self, name: str, said: str) -> bool:
        least, most = self._range(name)
        return said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS and least <= int(said) <= most

    def _range(self, name: str) -> tuple[int, int]:
        limit = _OPTIONS[name]
        return int(self._value[f"{limit}_least"]), int(self._value[f"{limit}_most"])

    def figure(self, name: str) -> tuple[int, tuple[str, ...]]:
        """The value of an option that is a number, and the rows it stands on."""
        limit = _OPTIONS[name]
        bounds = (f"limit.{limit}_least", f"limit.{limit}_most")
        if name in self.given:
            return int(self._said[name]), bounds
        said = self._said.get(name, "")
        if self._value["bad_option"] == "nearest" and said.isascii() and said.isdigit():
            least, most = self._range(name)
            return (most if len(said) > _MOST_DIGITS else min(max(int(said), least), most)), bounds
        return int(self._value[limit]), (f"limit.{limit}",)

    def failures(self) -> tuple[frozenset[Failure], tuple[str, ...]]:
        """After which failures there is another attempt, and the rows that say so."""
        said, rules = (self._said["rp"], ()) if "rp" in self.given else (str(self._value["retry_policy"]), ("limit.retry_policy",))
        words = said.split(",")
        if "all" in words:
            return frozenset(Failure) - {Failure.TOTAL}, rules
        return frozenset(Failure(word) for word in words), rules

    def complaints(self) -> tuple[str, ...]:
        return tuple(f"{name}={self._said[name][:40]} in the fragment of a URL is not what that option can be" for name in self._wrong)

    def rules(self) -> tuple[str, ...]:
        """The rows by which a wrong option counts as something else."""
        return ("limit.bad_option",) if self._wrong else ()


_POLICIES = tuple(each.value for each in (Failure.CLIENT_ERROR, Failure.SERVER_ERROR, Failure.CONNECT, Failure.READ))
