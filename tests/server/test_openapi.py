"""What each vendor's OpenAPI document says may come back is all that comes back, whatever is sent."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from callsim.dialects import VENDORS, rulebook
from callsim.server.openapi import document
from callsim.server.worlds import setting

from .emulated import CALL, KEYS, PLIVO, TRYVOX, VOIPNOW, Emulated

_DRAWN = settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)


@cache
def described(vendor: str) -> Any:
    """The document of a vendor, as schemathesis reads it."""
    stand = next(each for each in setting().stands if each.vendor == vendor)
    return schemathesis.openapi.from_dict(document(stand.dialect()))


def operations() -> list[Any]:
    """Every operation of every vendor, once without a slash at its end."""
    found = []
    for vendor in VENDORS:
        for each in described(vendor).get_all_operations():
            operation = each.ok()
            if not operation.path.endswith("/"):
                found.append(pytest.param(vendor, operation, id=f"{vendor} {operation.method.upper()} {operation.path}"))
    return found


MADE = {
    "plivo": ("POST", f"{PLIVO}/Call/", CALL), "tryvox": ("POST", f"{TRYVOX}/calls", CALL),
    "voipnow": ("POST", f"{VOIPNOW}/simple", {"extension": "0003*210", "phoneCallView": [{"destination": ["+15550100001"]}]}),
}  # fmt: skip
OWN = {"account": "MADEMODEMODEMODEMO00", "user": "@me", "extension": "0003*210"}


@pytest.mark.parametrize(("vendor", "operation"), operations())
def test_no_answer_is_a_failure_or_undescribed(vendor: str, operation: Any) -> None:
    async def answered(case: Any) -> Any:
        async with Emulated() as one:
            method, path, body = MADE[vendor]
            made = await one.http.request(method, path, json=body, headers=KEYS[vendor])
            assert made.status_code in (200, 201)
            own = {**OWN, "account": "demo"} if vendor == "tryvox" else OWN
            case.path_parameters = {**(case.path_parameters or {}), **{key: own[key] for key in own if key in (case.path_parameters or {})}}
            said = case.as_transport_kwargs(base_url="http://emulator", headers=KEYS[vendor])
            kept = {key: value for key, value in said.items() if key in ("method", "url", "json", "data", "params", "headers", "content")}
            if isinstance(kept.get("data"), (bytes, str)):
                kept["content"] = kept.pop("data")
            return await one.http.request(**kept)

    @given(case=operation.as_strategy())
    @settings(_DRAWN)
    def test(case: Any) -> None:
        response = asyncio.run(answered(case))
        case.validate_response(response, checks=[not_a_server_error, status_code_conformance, content_type_conformance])

    test()


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_route_is_described_with_and_without_a_slash_and_with_its_basis(vendor: str) -> None:
    book = rulebook(vendor)
    paths = document(next(each for each in setting().stands if each.vendor == vendor).dialect())["paths"]
    for route in book.routes:
        for path in (route.path, f"{route.path}/"):
            assert paths[path][route.method.lower()]["x-callsim-basis"] == str(route.basis.kind)
    assert sum(len(each) for each in paths.values()) == 2 * len(book.routes)


