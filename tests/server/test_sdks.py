"""The vendor's own SDKs, unmodified, against a real server: what each sends is understood, what it expects comes back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import plivo
import pytest
from plivo.exceptions import ResourceNotFoundError, ValidationError

from callsim.testing.redirecting import redirected

from .emulated import PLIVO
from .process import ROOT, Served, serving

ACCOUNT, TOKEN = "MADEMODEMODEMODEMO00", "demo-token"
ANSWER = "http://127.0.0.1:9/answer"
NODE_PACKAGE = Path(__file__).parent / "node" / "node_modules" / "plivo"
WORLD = """\
callsim: 1
title: An office that talks
vendor: plivo
documents:
  /answer: "<Response><Wait length='3000'/></Response>"
  /room: "<Response><MultiPartyCall role='customer' stayAlone='true'>lobby</MultiPartyCall></Response>"
"""
needs_node = pytest.mark.skipif(
    "CALLSIM_REQUIRE_NODE" not in os.environ and (shutil.which("node") is None or not NODE_PACKAGE.is_dir()),
    reason="needs Node, and in tests/server/node: npm ci --ignore-scripts",
)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "world.yaml").write_text(WORLD)
    with serving("--world", str(tmp_path / "world.yaml")) as one:
        yield one


def run(served: Served, *command: str, text: str = "", **environment: str) -> tuple[int, str, str]:
    """What a program prints and complains of that is redirected to a server."""
    surroundings = redirected(served.url) | {"PLIVO_AUTH_ID": ACCOUNT, "PLIVO_AUTH_TOKEN": TOKEN} | environment
    here = Path(__file__).parent / "node"
    done = subprocess.run(command, input=text, capture_output=True, text=True, env=surroundings, timeout=120, cwd=here)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def python(served: Served, program: str) -> tuple[int, str, str]:
    return run(served, sys.executable, "-", text=program)


@pytest.fixture
def client(served: Served, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The SDK in this process, its addresses replaced as its module has them."""
    import plivo.rest.client as addresses

    for name in ("PLIVO_API_BASE_URI", "API_VOICE_BASE_URI", "API_VOICE_BASE_URI_FALLBACK_1", "API_VOICE_BASE_URI_FALLBACK_2"):
        monkeypatch.setattr(addresses, name, f"{served.url}/v1/Account")
    with plivo.RestClient(ACCOUNT, TOKEN) as one:
        yield one
        one.multipart_session.close()


def make(client: Any, to: str = "+15550100001", answer: str = "/answer") -> str:
    return str(client.calls.create(from_="+15550100000", to_=to, answer_url=f"http://app.test{answer}").request_uuid)


# -- Python ------------------------------------------------------------------------------------------------------------


def test_python_makes_lists_and_hangs_up_and_a_second_time_finds_nothing(served: Served, client: Any) -> None:
    id = make(client)
    served.do("clock/until", call=id, state="in-progress")
    assert client.live_calls.list_ids().calls == [id]
    assert client.live_calls.get(id).call_status == "in-progress"
    assert client.calls.delete(id) is None
    with pytest.raises(ResourceNotFoundError, match="not found"):
        client.calls.delete(id)
    record = client.calls.get(id)
    assert (record.hangup_cause_code, record.hangup_source) == (4000, "API Request")
    assert [each.call_uuid for each in client.calls.list()] == [id]


def test_python_cancels_a_queued_call_by_either_id(client: Any) -> None:
    first, second = make(client), make(client)
    assert client.queued_calls.list_ids().calls == [first, second]
    assert client.calls.delete(first) is None
    assert client.calls.cancel(second) is None
    assert client.queued_calls.list_ids().calls == []


def test_python_hangs_up_all_that_is_up(served: Served, client: Any) -> None:
    for _ in range(3):
        make(client)
    served.do("clock/advance", ms=3_000)
    assert client.request("DELETE", ("Call",), is_voice_request=True) is None
    assert {call["words"]["code"] for call in served.look("calls")} == {0}


def test_python_sends_a_call_elsewhere(served: Served, client: Any) -> None:
    id = make(client)
    served.do("clock/until", call=id, state="in-progress")
    assert client.calls.transfer(id, legs="aleg", aleg_url="http://app.test/room").message == "call transferred"
    served.do("clock/advance", ms=0)
    assert client.multi_party_calls.get(friendly_name="lobby").friendly_name == "lobby"


def test_python_adds_lists_kicks_and_stops(served: Served, client: Any) -> None:
    rooms = client.multi_party_calls
    for number in range(2):
        to = ("+15550100001", "+15550100006")[number]
        rooms.add_participant(role="Agent", friendly_name="lobby", from_="+15550100000", to_=to, stay_alone=True)
    served.do("clock/advance", ms=3_000)
    listed = rooms.list_participants(friendly_name="lobby")
    assert [each["role"] for each in listed["objects"]] == ["agent", "agent"]
    first = listed["objects"][0]["member_id"]
    assert rooms.kick_participant(first, friendly_name="lobby") is None
    assert rooms.stop(friendly_name="lobby") is None
    with pytest.raises(ResourceNotFoundError):
        rooms.stop(friendly_name="lobby")
    assert {call["words"]["code"] for call in served.look("calls")} == {4020, 4030}


def test_python_records_plays_speaks_and_sends_digits(served: Served, client: Any) -> None:
    id = make(client)
    served.do("clock/until", call=id, state="in-progress")
    calls = client.calls
    assert calls.record(id).message == "call recording started"
    assert calls.record_stop(id) is None
    assert calls.play(id, "http://app.test/tune.mp3").message == "play started"
    assert calls.play_stop(id) is None
    assert calls.speak(id, "Hello").message == "speak started"
    assert calls.speak_stop(id) is None
    assert calls.send_digits(id, "1234").message == "digits sent"


def test_pythons_mistakes_come_back_as_its_own_errors(client: Any) -> None:
    with pytest.raises(ValidationError, match="answer_url"):
        client.calls.create(from_="+15550100000", to_="+15550100001", answer_url="")
    with pytest.raises(ResourceNotFoundError):
        client.live_calls.get("no-such-call")


# The programs of the vendor's own pages, with nothing changed but ids and credentials.
HANG_UP_PAGE = """
import plivo

client = plivo.RestClient()
response = client.calls.delete(call_uuid="{id}")
print(response)
"""
STOP_PAGE = """
import plivo
client = plivo.RestClient(auth_id="{account}", auth_token="{token}")
response = client.multi_party_calls.stop(uuid="{id}")
print(response)
"""


def test_the_hang_up_pages_program_for_python_runs(served: Served) -> None:
    id = served.call()
    assert python(served, HANG_UP_PAGE.format(id=id)) == (0, "None", "")
    assert served.look("calls")[0]["words"]["code"] == 1000


def test_the_stop_pages_program_for_python_runs(served: Served) -> None:
    served.call(answer_url="http://app.test/room")
    served.do("clock/advance", ms=3_000)
    id = served.ask("GET", f"{PLIVO}/MultiPartyCall/name_lobby/")[1]["mpc_uuid"]
    assert python(served, STOP_PAGE.format(id=id, account=ACCOUNT, token=TOKEN)) == (0, "None", "")
    assert served.ask("GET", f"{PLIVO}/MultiPartyCall/uuid_{id}/")[1]["termination_cause_code"] == 3000


# -- Node --------------------------------------------------------------------------------------------------------------

NODE_HANG_UP_PAGE = """
let plivo = require('plivo');

(function main() {{
    'use strict';
    var client = new plivo.Client();
    client.calls.hangup("{id}").then(function (response) {{ console.log(response); }}, function (err) {{ console.error(err); }});
}})();
"""
NODE_STOP_PAGE = """
let plivo = require('plivo');
(function main() {{
    'use strict';
    var client = new plivo.Client("{account}", "{token}");
    client.multiPartyCalls.stop({what}).then(function (response) {{ console.log(response); }}, function (err) {{ console.error(err); }});
}})();
"""


def node(served: Served, program: str) -> tuple[int, str, str]:
    return run(served, "node", "-", text=program)


@needs_node
def test_the_hang_up_pages_program_for_node_runs(served: Served) -> None:
    id = served.call()
    assert node(served, NODE_HANG_UP_PAGE.format(id=id)) == (0, "true", "")
    assert served.look("calls")[0]["state"] == "completed"


@needs_node
def test_the_stop_pages_program_for_node_throws_before_it_sends_anything(served: Served) -> None:
    code, said, complaint = node(served, NODE_STOP_PAGE.format(account=ACCOUNT, token=TOKEN, what="'lobby'"))
    assert (code, said) == (1, "")
    assert "Specify either multi party call friendly name or uuid" in complaint
    assert served.look("requests") == []


@needs_node
def test_the_same_program_with_a_name_that_is_labelled_runs(served: Served) -> None:
    served.call(answer_url="http://app.test/room")
    served.do("clock/advance", ms=3_000)
    program = NODE_STOP_PAGE.format(account=ACCOUNT, token=TOKEN, what="{friendlyName: 'lobby'}")
    assert node(served, program) == (0, "true", "")


NODE_ALL = """
const plivo = require('plivo');
const client = new plivo.Client();
const told = [];
const clock = process.env.CALLSIM_URL + '/_callsim/clock/advance';
const headers = {'Content-Type': 'application/json'};
const advance = (ms) => fetch(clock, {method: 'POST', headers, body: JSON.stringify({ms})});
const failed = (error) => told.push([error.status, error.message]);
(async () => {
  const made = await client.calls.create('+15550100000', '+15550100001', 'http://app.test/answer');
  told.push(made.message, (await client.calls.listQueuedCalls()).length);
  const id = made.requestUuid;
  await advance(3000);
  told.push((await client.calls.getLiveCall(id)).callStatus, (await client.calls.listLiveCalls()).length);
  told.push((await client.calls.transfer(id, {legs: 'aleg', alegUrl: 'http://app.test/room'})).message);
  await advance(0);
  const room = await client.multiPartyCalls.get({friendlyName: 'lobby'});
  told.push(room.friendlyName);
  await client.multiPartyCalls.addParticipant('Agent', {friendlyName: 'lobby', from: '+15550100000', to: '+15550100001'});
  await advance(3000);
  const members = await client.multiPartyCalls.listParticipants({friendlyName: 'lobby'});
  told.push(members.objects ? members.objects.length : members.length);
  told.push(await client.multiPartyCalls.kickParticipant('all', {friendlyName: 'lobby'}));
  const other = (await client.calls.create('+15550100000', '+15550100001', 'http://app.test/answer')).requestUuid;
  told.push(await client.calls.hangup(other));
  await client.calls.hangup(other).catch(failed);
  await client.calls.hangup('no-such-call').catch(failed);
  console.log(JSON.stringify(told));
})().catch((error) => { console.error(error); process.exit(1); });
"""


@needs_node
def test_node_makes_lists_sends_elsewhere_adds_kicks_and_hangs_up(served: Served) -> None:
    code, said, complaint = node(served, NODE_ALL)
    assert (code, complaint) == (0, "")
    told = json.loads(said)
    assert told[:7] == ["call fired", 1, "in-progress", 1, "call transferred", "lobby", 2]
    assert told[8:] == [True, [404, "call not found"], [404, "call not found"]]


# -- redirecting -------------------------------------------------------------------------------------------------------


def test_a_program_that_is_redirected_keeps_its_own_customizing(tmp_path: Path, served: Served) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('customized')\n")
    environment = redirected(served.url, {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"})
    done = subprocess.run([sys.executable, "-c", "pass"], capture_output=True, text=True, env=environment)
    assert (done.stdout, done.stderr) == ("customized\n", "")


def test_the_command_that_redirects_becomes_the_program(served: Served) -> None:
    id = served.call()
    program = HANG_UP_PAGE.format(id=id)
    command = [sys.executable, "-m", "callsim", "redirect", "--to", served.url, sys.executable, "-c", program]
    environment = {"PYTHONPATH": str(ROOT), "PLIVO_AUTH_ID": ACCOUNT, "PLIVO_AUTH_TOKEN": TOKEN}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "None", "")


@pytest.mark.parametrize("command", [("--to", "https://api.plivo.com", "true"), ("--to", "nowhere", "true"), ("no-such-program-here",)])
def test_what_cannot_be_redirected_is_told_in_one_line(command: tuple[str, ...]) -> None:
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}
    done = subprocess.run([sys.executable, "-m", "callsim", "redirect", *command], capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
