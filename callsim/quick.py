"""Frozen dataclasses that are made quickly: the same decorator and the same classes, in a third of the time.

For each class that is frozen and has slots the standard library writes and compiles eight methods, which takes a
millisecond: with all of callsim's, a noticeable part of a short run. Here only `__init__` is compiled, and the others are
closures over the names of the fields. Any other dataclass is left to the standard library.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from operator import attrgetter, ge, gt, le, lt
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls: type | None = None, /, *, frozen: bool = False, slots: bool = False, **wishes: bool) -> Any:
        """What `dataclasses.dataclass` does with these arguments."""
        if frozen and slots:
            return lambda cls: _finished(cls, **wishes)
        return dataclasses.dataclass(cls, frozen=frozen, slots=slots, **wishes)


def _finished(cls: type, eq: bool = True, order: bool = False) -> type:
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    made.__dataclass_params__.frozen = True
    fields = dataclasses.fields(made)
    every = _values([field.name for field in fields])
    methods = {
        "__init__": _init(made, fields),
        "__repr__": _repr([field.name for field in fields if field.repr]),
        "__setattr__": _refuse_to_set,
        "__delattr__": _refuse_to_delete,
        "__getstate__": lambda self: every(self),
        "__setstate__": _restore,
    }
    if eq:
        compared = _values([field.name for field in fields if field.compare])
        methods["__eq__"] = _compares(tuple.__eq__, compared)
        methods["__hash__"] = lambda self: hash(compared(self))
        if order:
            methods |= {f"__{sign.__name__}__": _compares(sign, compared) for sign in (lt, le, gt, ge)}
    for name, method in methods.items():
        if name not in vars(cls):
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def _values(names: Sequence[str]) -> Callable[[object], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple(getattr(self, name) for name in names)


def _compares(sign: Callable[..., Any], values: Callable[[object], tuple[Any, ...]]) -> Callable[..., Any]:
    def compares(self: object, other: object) -> Any:
        return sign(values(self), values(other)) if other.__class__ is self.__class__ else NotImplemented

    return compares


def _repr(names: Sequence[str]) -> Callable[[object], str]:
    @recursive_repr()
    def shown(self: object) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return shown


def _init(made: type, fields: Sequence[dataclasses.Field[Any]]) -> Any:
    """A function that sets every slot; what it needs besides its arguments are the globals it is compiled with."""
    known: dict[str, Any] = {"ABSENT": dataclasses.MISSING}
    parameters, lines = ["self"], []
    for field in fields:
        name, value = field.name, field.name
        known[f"set_{name}"] = vars(made)[name].__set__
        default = ""
        if field.default is not dataclasses.MISSING:
            known[f"default_{name}"] = field.default
            default = f"default_{name}"
        elif field.default_factory is not dataclasses.MISSING:
            known[f"make_{name}"] = field.default_factory
            default = f"make_{name}()"
        if field.init:
            parameters.append(f"{name}={'ABSENT' if default.endswith(')') else default}" if default else name)
            value = f"{default} if {name} is ABSENT else {name}" if default.endswith(")") else name
        elif default:
            value = default
        else:
            continue  # __post_init__ sets it.
        lines.append(f" set_{name}(self, {value})")
    if hasattr(made, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines), known)
    init = known["__init__"]
    init.__qualname__, init.__module__ = f"{made.__qualname__}.__init__", made.__module__
    init.__annotations__ = {field.name: field.type for field in fields if field.init} | {"return": None}
    return init


def _refuse_to_set(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _restore(self: Any, state: Sequence[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
