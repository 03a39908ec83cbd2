"""Sends to the emulator at CALLSIM_URL what a program sends by Plivo's SDK for Python; loaded by Python as it starts."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

_SDK = "plivo.rest.client"
_ADDRESSES = ("PLIVO_API_BASE_URI", "API_VOICE_BASE_URI", "API_VOICE_BASE_URI_FALLBACK_1", "API_VOICE_BASE_URI_FALLBACK_2")


class _Finder:
    """Finds the module of the SDK that has the vendor's addresses, and gives it others once it is loaded."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        if name != _SDK:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            _redirect_after(spec.loader)
        return spec


def _redirect_after(loader: Any) -> None:
    load = loader.exec_module

    def exec_module(module: Any) -> None:
        load(module)
        _redirect(module)

    loader.exec_module = exec_module


def _redirect(module: Any) -> None:
    for name in _ADDRESSES:
        if hasattr(module, name):
            setattr(module, name, os.environ["CALLSIM_URL"] + "/v1/Account")


def _load_next() -> None:
    """A program may have a sitecustomize of its own, which this one has hidden."""
    here = Path(__file__).resolve().parent
    others = [entry for entry in sys.path if Path(entry or ".").resolve() != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


if os.environ.get("CALLSIM_URL"):
    sys.meta_path.insert(0, _Finder)
_load_next()
