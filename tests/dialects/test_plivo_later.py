"""An answer of Plivo's that is told to a URL instead of being sent back."""

from __future__ import annotations

from typing import Any

import pytest

from callsim.dialects import dialect, request
from callsim.simulation import Simulation
from callsim.trace import Asked, Told

from .desk import NUMBER, OUR_NUMBER

LINE = "POST /v1/Account/MADEMODEMODEMODEMO00/Call/"
BODY = {"from": OUR_NUMBER, "to": NUMBER, "answer_url": "http://app.test/no-instructions", "callback_url": "http://app.test/later"}


def asked(body: dict[str, Any]) -> tuple[Any, list[Told], Simulation]:
    simulation = Simulation(dialect("plivo"))
    response = simulation.ask(request(LINE, body))
    return response, simulation.entries(Told), simulation


def test_it_is_acknowledged_and_what_it_came_to_is_told_after_it() -> None:
    response, (told,), simulation = asked(BODY)
    (call,) = simulation.switch.calls.values()
    assert response.body == {"message": "async api spawned", "api_id": told.params["api_id"]}
    assert told.params == {
        "message": "call fired", "api_id": response.body["api_id"], "request_uuid": simulation.dialect.request_id(call),
    }  # fmt: skip
    assert (told.kind, told.url, told.method, told.rule) == (
        "answer", "http://app.test/later", "POST", "answer.plivo.make_call.done",
    )  # fmt: skip
    assert "route.plivo.make_call" in told.rules
    kinds = [type(entry) for entry in simulation.trace]
    assert kinds.index(Asked) < kinds.index(Told)


def test_several_calls_are_told_as_several() -> None:
    _, (told,), simulation = asked({**BODY, "to": f"{NUMBER}<{NUMBER}", "callback_method": "get"})
    assert told.params["request_uuid"] == tuple(map(simulation.dialect.request_id, simulation.switch.calls.values()))
    assert told.method == "GET"
    assert len(list(simulation.trace_lines())) == len(simulation.trace)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"to": ""}, "to parameter is missing"), ({"callback_url": 7}, "callback_url parameter is not a valid URL"),
        ({"callback_method": "PUT"}, "callback_method parameter is not valid"),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_out_is_refused_at_once(wrong: dict[str, Any], error: str) -> None:
    response, told, _ = asked({**BODY, **wrong})
    assert (response.status, response.body["error"], told) == (400, error, [])


def test_without_a_url_the_answer_is_sent_back() -> None:
    response, told, simulation = asked({**BODY, "callback_url": ""})
    assert (response.body["message"], told) == ("call fired", [])
    assert len(simulation.switch.calls) == 1
