"""Documents as XML text, the other way round than `instructions` reads them."""

from __future__ import annotations

from html import escape

from callsim.instructions import (
    Document,
    Element,
    Hangup,
    MultiPartyCall,
    Play,
    Record,
    Redirect,
    Speak,
    Unknown,
    Wait,
)


def document_text(document: Document) -> str:
    """The XML of a document: one element on each line. Parsing it gives the same elements."""
    lines = "".join(f"  {_element(element)}\n" for element in document.elements)
    return f"<Response>\n{lines}</Response>\n"


def _element(element: Element) -> str:
    match element:
        case Speak(text, loop):
            return _tag("Speak", text, loop=_unless(loop, 1))
        case Play(url, loop):
            return _tag("Play", url, loop=_unless(loop, 1))
        case Wait(length):
            return _tag("Wait", length=_seconds(length))
        case Record(length, action, redirect, method):
            told = "" if redirect else "false"
            return _tag("Record", maxLength=_seconds(length), action=action, redirect=told, method=_unless(method, "POST"))
        case Hangup(reason, schedule):
            return _tag("Hangup", reason=reason, schedule=None if schedule is None else _seconds(schedule))
        case Redirect(url, method):
            return _tag("Redirect", url, method=_unless(method, "POST"))
        case MultiPartyCall(name, role, exit_url, exit_method, alone):
            return _tag(
                "MultiPartyCall", name, role=role, onExitActionUrl=exit_url,
                onExitActionMethod=_unless(exit_method, "POST"), stayAlone="true" if alone else "",
            )  # fmt: skip
        case Unknown(name):
            space, brace, local = name.rpartition("}")
            return _tag(local, xmlns=space[1:]) if brace else _tag(name)


def _tag(name: str, text: str = "", **attributes: str | None) -> str:
    """A tag with those attributes that say something."""
    said = "".join(f' {key}="{_attribute(value)}"' for key, value in attributes.items() if value)
    return f"<{name}{said}>{escape(text, quote=False)}</{name}>" if text else f"<{name}{said}/>"


def _attribute(value: str) -> str:
    # A line break or a tab in an attribute would be read as a blank.
    return escape(value).replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


def _unless(value: str | int, usual: str | int) -> str | None:
    return None if value == usual else str(value)


def _seconds(milliseconds: int) -> str:
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole}.{rest:03}".rstrip("0") if rest else str(whole)
