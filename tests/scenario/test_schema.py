"""The shape of a scenario, and its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from callsim.dialects.http import METHODS
from callsim.model import Direction, Status
from callsim.scenario.calls import FarEnd
from callsim.scenario.completing import json_schema
from callsim.scenario.loading import load_bytes
from callsim.scenario.matchers import Answer, Count, Thing
from callsim.scenario.schema import PROPERTIES, SENTENCES, Page, Scenario
from callsim.scenario.steps import SAYING, VERBS, AddStep, AnswerStep, HangUpStep, RequestStep

HEAD = "callsim: 1\ntitle: A title\nvendor: plivo\n"


def spec_of(text: str) -> Scenario:
    (case,) = load_bytes((HEAD + text).encode(), "f")
    return case.spec


def test_a_scenario_needs_a_version_a_title_and_a_vendor_and_no_more() -> None:
    spec = spec_of("")
    assert (spec.callsim, spec.title, spec.vendor, spec.steps, spec.until) == (1, "A title", ("plivo",), (), None)
    assert spec.users["1"].extensions == ("0003*210", "0003*211")
    assert spec.token == "user"


def test_a_call_takes_its_options_as_milliseconds_and_absolute_urls() -> None:
    text = (
        "calls:\n  a: {to: +1555, from: 17, direction: inbound, placed: 1s, answer_url: /a, hangup_url: 'https://x.y/z',"
        " ring_timeout: 30s, time_limit: 4h, far_end: {hangs_up: 0}}\n"
    )
    call = spec_of(text).calls["a"]
    assert (call.to, call.from_, call.direction, call.placed) == ("+1555", "17", Direction.INBOUND, 1_000)
    assert (call.answer_url, call.hangup_url) == ("http://app.test/a", "https://x.y/z")
    assert (call.ring_timeout, call.time_limit, call.account) == (30_000, 14_400_000, "default")
    assert isinstance(call.far_end, FarEnd)
    assert call.far_end.model_fields_set == {"hangs_up"}


def test_a_far_end_may_be_a_word() -> None:
    assert spec_of("calls: {a: {far_end: unreachable}}").calls["a"].far_end == "unreachable"


def test_a_step_knows_its_absolute_time() -> None:
    text = "calls: {a: {}}\nsteps: [ring: a, {after: 1s, ring: a}, ring: a, {at: 5s, ring: a}, {after: 500ms, ring: a}]"
    assert [step.at_ms for step in spec_of(text).steps] == [0, 1_000, 1_000, 5_000, 5_500]


def test_every_verb_is_a_shape_with_a_target() -> None:
    others = {
        "request": "{request: GET /x}", "hang_up_all": "{hang_up_all: all}", "add": "{add: new, mpc: m}",
        "place": "{place: newer}", "start": "{start: m}", "stop": "{stop: m}",
        **{verb: f"{{{verb}: m}}" for verb in ("record", "pause_recording", "resume_recording", "end_recording")},
        "transfer": "{transfer: a, to: /on}", "press": "{press: a, digits: '1#'}",
        "fail": "{fail: a, code: 3050}", "out_of_credit": "{out_of_credit: all}",
    }  # fmt: skip
    steps = [others.get(verb, f"{{{verb}: a}}") for verb in VERBS]
    spec = spec_of(f"calls: {{a: {{}}}}\nmpcs: {{m: {{stay_alone: yes}}}}\nsteps: [{', '.join(steps)}]")
    assert [type(step) for step in spec.steps] == list(SAYING)
    assert [step.verb for step in spec.steps] == list(VERBS)
    targets = ["GET /x", "a", "all", "a", *"mmmmmm", "a", *"aaaaaa", "a", "new", "newer", "a", "a", "a", "a", "a", "a", "a", "all"]
    assert [step.target for step in spec.steps] == targets


def test_who_does_it_has_a_default() -> None:
    hang_up, other, answer = spec_of("calls: {a: {}}\nsteps: [hang_up: a, {hang_up: a, by: caller}, answer: a]").steps
    assert isinstance(hang_up, HangUpStep)
    assert isinstance(other, HangUpStep)
    assert isinstance(answer, AnswerStep)
    assert (hang_up.by, other.by, answer.by) == ("api", "caller", "callee")


def test_an_added_call_takes_the_options_of_a_call_and_of_a_participant() -> None:
    text = "steps: [{add: a, mpc: m, role: agent, exit_url: /x, stay_alone: no, to: 17, far_end: busy}]"
    (step,) = spec_of(text).steps
    assert isinstance(step, AddStep)
    assert (step.role, step.exit_url, step.stay_alone, step.to, step.far_end) == (
        "agent", "http://app.test/x", False, "17", "busy",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("204", Answer(status=204)),
        ("{status: 404, body: {error: [x]}}", Answer(status=404, body={"error": ["x"]})),
        ("{headers: {Content-Type: none}}", Answer(headers={"Content-Type": "none"})),
        ("already", Status.ALREADY),
    ],
)
def test_an_answer_is_a_status_a_mapping_or_a_word(written: str, meant: object) -> None:
    (step,) = spec_of(f"steps: [{{request: GET /x, expect: {written}}}]").steps
    assert isinstance(step, RequestStep)
    assert step.expect == meant


def test_a_matcher_says_what_was_named_and_nothing_else() -> None:
    spec = spec_of("calls: {a: {}}\nexpect: {a: {state: completed, ended: 5s, vendor: {code: 0}}}")
    assert spec.expect is not None
    assert spec.expect.things["a"].said == {"state": "completed", "ended": "5s", "vendor": {"code": "0"}}


@pytest.mark.parametrize(
    ("written", "meant"), [("none", []), ("never", []), ("[/a, /b]", ["/a", "/b"]), ("{count: 2}", Count(count=2))]
)
def test_several_are_listed_counted_or_none_which_is_never(written: str, meant: object) -> None:
    spec = spec_of(f"expect: {{fetched: {written}}}")
    assert spec.expect is not None
    assert spec.expect.fetched == meant
    assert spec.expect.warnings is None


@pytest.mark.parametrize("name", ["things", "copy", "model_fields", "model_dump", "said"])
def test_a_call_may_have_any_name_python_has_a_use_for(name: str) -> None:
    expect = spec_of(f"calls: {{{name}: {{}}}}\nexpect: {{{name}: {{state: queued}}}}").expect
    assert expect is not None
    assert expect.things == {name: Thing(state="queued")}


def test_a_document_is_xml_a_mapping_or_hangs() -> None:
    spec = spec_of(
        "documents:\n  /a: <Response/>\n  /b: {status: 500, after: 2s, type: text/plain, body: x}\n  /c: hangs\n"
    )
    assert spec.page("http://app.test/a") == spec.page("/a") == Page(body="<Response/>")
    assert spec.page("/b") == Page(status=500, after=2_000, type="text/plain", body="x")
    assert spec.page("/c") == "hangs"
    assert spec.page("/d") is None
    assert spec.page("http://other.test/a") is None


def test_media_have_a_length_by_path_or_url() -> None:
    spec = spec_of("media: {/a.mp3: 8s, 'https://cdn.test/b.mp3': 1m}")
    assert spec.length_of("http://app.test/a.mp3") == spec.length_of("/a.mp3") == 8_000
    assert spec.length_of("https://cdn.test/b.mp3") == 60_000
    assert spec.length_of("/c.mp3") is None


def test_a_page_answers_whatever_the_query_unless_one_is_named() -> None:
    spec = spec_of("documents: {/a: hangs, '/b?x=1': hangs, /b: <Response/>}")
    assert spec.page("/a?who=7") == spec.page("http://app.test/a?") == "hangs"
    assert (spec.page("/b?x=1"), spec.page("/b?x=2")) == ("hangs", Page(body="<Response/>"))
    assert spec.page("/c?a=/a") is None


def test_there_are_forty_three_sentences_to_prove() -> None:
    assert len(SENTENCES) == 43


def _properties(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        properties = schema.get("properties", {})
        yield from properties.items()
        for below in schema.values():
            yield from _properties(below)
    elif isinstance(schema, list):
        for below in schema:
            yield from _properties(below)


def test_the_json_schema_describes_every_key() -> None:
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "A callsim scenario"
    assert [name for name, field in _properties(schema) if not field.get("description")] == []
    assert {"callsim", "title", "vendor", "steps", "cases", "expect"} <= schema["properties"].keys()


def test_the_json_schema_takes_the_methods_that_can_be_played() -> None:
    request, _ = json_schema()["$defs"]["RequestStep"]["properties"]["request"]["anyOf"]
    assert request["pattern"] == rf"^({'|'.join(METHODS)}) +/\S*$"


def test_the_json_schema_takes_never_for_an_empty_list() -> None:
    for subject in ("callbacks", "fetched", "warnings"):
        assert {"enum": ["none", "never"]} in json_schema()["$defs"]["Check"]["properties"][subject]["anyOf"]


def test_the_json_schema_never_offers_null() -> None:
    assert "null" not in str(json_schema())


def test_the_json_schema_takes_alternatives_wherever_values_are_compared() -> None:
    shapes = json_schema()["$defs"]
    for name in ("Answer", "Thing", "Callback", "Check"):
        one_of = shapes[name]["properties"]["one_of"]["anyOf"][0]
        assert (one_of["type"], one_of["minItems"]) == ("array", 1)
        assert f"'#/$defs/{name}'" in str(one_of["items"])
    compared = [
        field for name in ("Thing", "Callback", "Check") for key, field in shapes[name]["properties"].items()
        if key not in ("one_of", "vendor", "params")
    ]  # fmt: skip
    assert [field for field in compared if "'#/$defs/One" not in str(field)] == []


def test_the_json_schema_takes_a_property_or_several() -> None:
    schema = json_schema()
    for kind in PROPERTIES:
        several, one, _ = schema["properties"][kind]["anyOf"]
        assert one == several["items"]["anyOf"][0] == {"$ref": "#/$defs/Check"}
    assert schema["properties"]["order"]["anyOf"][0]["type"] == "array"


def test_the_json_schema_takes_a_word_of_the_cases_wherever_no_free_text_stands() -> None:
    schema = json_schema()
    word = {"$ref": "#/$defs/Word"}
    thing, step = schema["$defs"]["Thing"]["properties"], schema["$defs"]["HangUpStep"]["properties"]
    for field in (schema["properties"]["expect"], schema["properties"]["calls"], thing["ended"], step["at"], step["expect"]):
        assert word in field["anyOf"]
        assert field["description"]
    assert word in schema["properties"]["steps"]["anyOf"][0]["items"]["anyOf"]
    assert word in schema["$defs"]["Check"]["additionalProperties"]["anyOf"]
    assert word not in thing["cause"]["anyOf"]
    assert "anyOf" not in schema["properties"]["title"]


def test_the_json_schema_offers_a_client_for_requests_alone() -> None:
    shapes = json_schema()["$defs"]
    offered = {shape.verb for shape in SAYING if "client" in shapes[shape.__name__]["properties"]}
    assert offered == {
        "request", "hang_up", "hang_up_all", "cancel", "start", "stop", "record", "pause_recording",
        "resume_recording", "end_recording", "kick", "mute", "unmute", "hold", "unhold", "coach", "uncoach",
        "transfer", "add", "place",
    }  # fmt: skip


def test_the_json_schema_takes_numbers_and_booleans_as_yaml_authors_write_them() -> None:
    schema = json_schema()
    assert 1 in schema["properties"]["callsim"]["anyOf"][0]["enum"]
    assert {"const": 0} in schema["$defs"]["Call"]["properties"]["placed"]["anyOf"]
    assert {"type": "integer", "minimum": 100, "maximum": 599} in schema["$defs"]["RequestStep"]["properties"][
        "expect"
    ]["anyOf"]
    assert True in schema["$defs"]["MpcOptions"]["properties"]["stay_alone"]["anyOf"][0]["enum"]
