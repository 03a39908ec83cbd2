"""`callsim new`: a commented scenario to start from."""

from __future__ import annotations

import json
from pathlib import Path

from callsim.errors import UsageError
from callsim.report.visible import visible

_SUFFIXES = (".yaml", ".yml")

TEMPLATE = """\
# Play it:                  callsim run FILE
# Ask why a call ended:     callsim why FILE alice
callsim: 1
title: TITLE
vendor: plivo                     # or tryvox, or voipnow; or several side by side: [plivo, tryvox, voipnow]

# What the application answers, by path below http://app.test. Uncomment it, and give alice `answer_url: /answer`.
# documents:
#   /answer: |
#     <Response>
#       <Speak>Hello!</Speak>
#       <Hangup/>
#     </Response>

calls:                            # placed when the world begins, unless `placed: 3s` says otherwise
  alice:
    to: "+15550100003"            # a test number that rings and is never answered...
    far_end: {answers: 2s}        # ...were it not for this: it is answered 2 s after it begins to ring
    hangup_url: /hangup           # told when the call is over

steps:                            # what is said, and when
  - at: 5s
    hang_up: alice                # by the API, in the vendor's own request; or `by: callee`
    expect: done                  # or the HTTP status: 204
    check:                        # what is so right afterwards
      alice: {state: completed}

  - after: 1s                     # a nervous client asks again
    hang_up: alice
    expect: already               # nothing changes; Plivo answers 404

expect:                           # what is so at the end; only what is named is compared
  alice: {cause: normal, by: api, answered: 2s, ended: 5s, duration: 3s}
  callbacks:
    - {call: alice, kind: hangup, url: /hangup, at: 5s}
"""


def scenario(name: str) -> str:
    """The text of a new scenario of that name."""
    title = " ".join(name.replace("-", " ").replace("_", " ").split()) or "A new scenario"
    return TEMPLATE.replace("TITLE", json.dumps(visible(title), ensure_ascii=False), 1)


def path_of(name: str) -> Path:
    """Where a scenario of that name goes: NAME.yaml, unless the name has an ending already."""
    path = Path(name)
    return path if path.suffix in _SUFFIXES or path.name in ("", "..") else path.with_name(f"{path.name}.yaml")


def write(name: str) -> Path:
    """Write it. Raises UsageError if it is there already, or cannot be written."""
    path = path_of(name)
    if path.name in ("", ".."):
        raise UsageError(f"{visible(name)!r} is no name for a file")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(scenario(path.stem))
    except FileExistsError:
        raise UsageError(f"{visible(path)} is there already, and is not written over") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{visible(path)} cannot be written: {reason}") from None
    return path
