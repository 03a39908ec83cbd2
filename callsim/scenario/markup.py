"""Documents as XML text, the other way round than `instructions` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from html import escape
from typing import Any, Final

from callsim.instructions import Document, Unknown, children
from callsim.instructions.shapes import SHAPES, Shape

_NAMES: Final[Mapping[type, str]] = {shape.make: name for name, shape in SHAPES.items() if isinstance(shape.make, type)}


def document_text(document: Document) -> str:
    """The XML of a document: one element on each line. Parsing it gives the same elements."""
    lines = "".join(_element(element, "  ") for element in document.elements)
    return f"<Response>\n{lines}</Response>\n"


def _element(element: Any, indent: str) -> str:
    if isinstance(element, Unknown):
        space, brace, local = element.name.rpartition("}")
        return indent + (_tag(local, "", xmlns=space[1:]) if brace else _tag(element.name, "")) + "\n"
    name = _NAMES[type(element)]
    shape = SHAPES[name]
    said = _attributes(element, shape)
    below = "".join(_element(child, f"{indent}  ") for child in children(element))
    if below:
        return f"{indent}{_opened(name, said)}>\n{below}{indent}</{name}>\n"
    return indent + _tag(name, "" if shape.text is None else _first(element, shape), **said) + "\n"


def _attributes(element: Any, shape: Shape) -> dict[str, str]:
    """The attributes that say something else than their defaults."""
    usual = {field.name: field.default for field in fields(element)}
    return {
        attribute: form.write(getattr(element, name))
        for attribute, (name, form) in shape.attributes.items()
        if getattr(element, name) != usual[name]
    }


def _first(element: Any, shape: Shape) -> str:
    return shape.written.write(getattr(element, fields(element)[0].name))


def _opened(name: str, attributes: Mapping[str, str]) -> str:
    return f"<{name}" + "".join(f' {key}="{_attribute(value)}"' for key, value in attributes.items())


def _tag(name: str, text: str, **attributes: str) -> str:
    opened = _opened(name, attributes)
    return f"{opened}>{escape(text, quote=False)}</{name}>" if text else f"{opened}/>"


def _attribute(value: str) -> str:
    # A line break or a tab in an attribute would be read as a blank.
    return escape(value).replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")
