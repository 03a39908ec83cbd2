"""Whatever people type or feed it, callsim answers with one clear line and the right exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

OK = "worlds/cancelled.yaml"

BAD_COMMAND_LINES = [
    (["runn"], "No such command 'runn'"),
    (["run"], "Missing argument 'PATH...'"),
    (["run", OK, "--colour"], "--colour"),
    (["run", OK, "--format", "xml"], "'xml' is not one of 'text', 'json', 'junit'"),
    (["run", OK, "--seed", "-1"], "-1 is not in the range"),
    (["run", OK, "--seed", "one"], "'one' is not a valid integer"),
    (["run", OK, "--assume", "plivo.kick.cause"], "--assume 'plivo.kick.cause' is no ID=VALUE"),
    (["run", OK, "--assume", "plivo.kick.caus=1"], "no assumption 'plivo.kick.caus'; did you mean 'plivo.kick.cause'?"),
    (["run", OK, "--assume", "tryvox.errors=odd"], "tryvox.errors cannot be 'odd'; it is one of flat, nested"),
    (["run", OK, "--assume", "tryvox.hang_up.callback_order=callback-first"], "is reserved: for now it is always status-first"),
    (["run", OK, "--assume", "plivo.kick.cause=4020"], "concerns plivo, and no scenario here is played by that vendor"),
    (["run", OK, "--as", "trivox"], "there is no vendor 'trivox'"),
    (["run", OK, "-k", "nothing-like-it"], "no scenario has 'nothing-like-it' in its file, case, vendor or title"),
    (["run", OK, "--output", "nowhere/report.txt"], "nowhere/report.txt cannot be written: No such file or directory"),
    (["run", OK, "--output", ""], "a file without a name cannot be written"),
    (["run", OK, "--trace", "/dev/full"], "/dev/full cannot be written: No space left on device"),
    (["run", OK, "--output", "/dev/full"], "/dev/full cannot be written: No space left on device"),
    (["run", OK, "--format", "json", "--output", "/dev/full"], "/dev/full cannot be written: No space left on device"),
    (["run", OK, "--coverage", "--format", "junit"], "--coverage has no place in JUnit's XML; ask for --format text or json"),
    (["run", "missing.yaml"], "missing.yaml: this cannot be read: No such file or directory"),
    (["run", "evil\x1b[31m[/b].yaml"], r"evil\x1b[31m[/b].yaml: this cannot be read"),
    (["run", "a\x00b"], r"a\x00b: this cannot be read: embedded null byte"),
    (["run", "x" * 5000], "File name too long"),
    (["run", "-"], "<stdin>: the file is empty"),
    (["learn", "99"], "there is no lesson '99'; there are 1 to "),
    (["learn", "hang-up-twise"], "there is no lesson 'hang-up-twise'; did you mean 'hang-up-twice'?"),
    (["learn", "missing.yaml"], "missing.yaml: this cannot be read: No such file or directory"),
    (["learn", "worlds"], "worlds: there is no lesson here; expected a scenario with the key lesson"),
    (["learn", "--course", OK], "cancelled.yaml: there is no lesson here"),
    (["learn", "--progress", "/dev/full"], "/dev/full holds no progress that can be used"),
    (["learn", "--progress", "nowhere\x00"], r"nowhere\x00 cannot be read: embedded null byte; name another file with --progress"),
    (["learn", "--list", "--progress", OK], "cancelled.yaml holds no progress that can be used: it is no JSON"),
    (["check"], "Missing argument 'PATH...'"),
    (["check", "missing.yaml"], "missing.yaml: this cannot be read"),
    (["check", OK, "--as", "x"], "there is no vendor 'x'"),
    (["why", OK], "Missing argument 'CALL'"),
    (["why", OK, "alic"], "no call is called 'alic'; there is alice; did you mean 'alice'?"),
    (["why", OK, "alice", "--case", "x"], "the file has no cases"),
    (["why", "worlds/queued.yaml", "alice"], "the file has 3 cases; choose one with --case: 'plivo', 'tryvox', 'voipnow'"),
    (["why", "worlds/queued.yaml", "alice", "--case", "x"], "no case is called 'x'; there are 'plivo', 'tryvox'"),
    (["explain", "call.hang_up.qeued.api"], "nothing is called 'call.hang_up.qeued.api'; did you mean call.hang_up.queued.api"),
    (["explain", "\x1b[1m"], "nothing is called"),
    (["explain", "call.hang_up", "--vendor", "base"], "there is no vendor 'base'"),
    (["explain", "call.hang_up", "--scenarios", "nowhere"], "nowhere is no folder of scenarios"),
    (["rules", "--basis", "guessed"], "'guessed' is not one of"),
    (["rules", "--vendor", "x"], "there is no vendor 'x'"),
    (["graph", "calls"], "'calls' is not one of 'call', 'mpc', 'participant', 'action'"),
    (["graph", "call", "--vendor", "x"], "there is no vendor 'x'"),
    (["new"], "Missing argument 'NAME'"),
    (["new", "worlds/cancelled.yaml"], "worlds/cancelled.yaml is there already, and is not written over"),
    (["new", "nowhere/at/all"], "nowhere/at/all.yaml cannot be written: No such file or directory"),
    (["new", ""], "'' is no name for a file"),
    (["new", ".."], "'..' is no name for a file"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), BAD_COMMAND_LINES, ids=lambda value: None)
def test_a_bad_command_line_ends_with_2_and_says_what_is_wrong(callsim, arguments: list[str], message: str) -> None:
    result = callsim(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "\x1b" not in result.output


BAD_FILES = {
    "junk": bytes(range(256)) * 40,
    "zeros": b"\0" * 4000,
    "ten-megabytes": b"a: b\n" * 2_000_000,
    "brackets": b"a: " + b"[" * 100_000,
    "aliases": b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "empty": b"",
    "blank": b"\n\n# nothing\n",
    "utf-16": "callsim: 1\n".encode("utf-16"),
    "half-a-character": b"callsim: 1\ntitle: \xe2\x82\n",
    "a-list": b"- 1\n- 2\n",
    "wrong-version": b"callsim: 9\n",
    "no-keys": b"callsim: 1\n",
    "documents": b"callsim: 1\n---\ncallsim: 1\n",
    "python-object": b"!!python/object/apply:os.system ['true']\n",
    "wrong-types": b"callsim: 1\ntitle: []\nvendor: {}\nsteps: 3\nexpect: no\n",
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_scenario_ends_with_2_and_its_name(callsim, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.yaml"
    path.write_bytes(BAD_FILES[name])
    for command in ("run", "check"):
        result = callsim(command, str(path))
        assert result.exit_code == 2
        assert str(path) in result.stderr
        assert result.stdout == ""


def test_a_bomb_on_the_standard_input_is_refused_too(callsim) -> None:
    result = callsim("run", "-", stdin=BAD_FILES["ten-megabytes"])
    assert (result.exit_code, result.stderr) == (2, "<stdin>: the file is too large; at most 2 MiB are read\n")


def test_what_can_be_read_is_played_though_the_rest_cannot(callsim, tmp_path: Path) -> None:
    (tmp_path / "junk.yaml").write_bytes(BAD_FILES["junk"])
    result = callsim("run", "missing.yaml", str(tmp_path), "worlds/cancelled.yaml")
    assert result.exit_code == 2
    assert "holds" in result.stdout
    assert "missing.yaml" in result.stderr
    assert "junk.yaml" in result.stderr


def test_broken_input_weighs_more_than_a_failure(callsim) -> None:
    assert callsim("run", "worlds/fails.yaml").exit_code == 1
    assert callsim("run", "worlds/fails.yaml", "missing.yaml").exit_code == 2


def test_a_folder_without_scenarios_is_said_to_be_one(callsim, tmp_path: Path) -> None:
    result = callsim("run", str(tmp_path))
    assert (result.exit_code, result.stderr) == (
        2, f"{tmp_path}: this folder holds no scenarios; expected files *.yaml or *.yml\n",
    )  # fmt: skip


def test_a_loop_of_folders_comes_to_an_end(callsim, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self.yaml").symlink_to(tmp_path / "self.yaml")
    assert callsim("run", str(tmp_path)).exit_code == 2


def test_hostile_names_and_titles_are_shown_as_they_are(callsim, tmp_path: Path) -> None:
    text = (
        (Path("worlds") / "cancelled.yaml")
        .read_text()
        .replace("A call, cancelled while it rings", "'[/b] [red]x[/red]'")
    )
    path = tmp_path / "evil\x1b[2J[b]\u202e.yaml"
    path.write_text(text)
    for options in ([], ["--list"], ["--format", "junit"], ["--format", "json"], ["-k", "evil"]):
        result = callsim("run", str(path), *options)
        assert result.exit_code == 0
        assert "[/b] [red]x[/red]" in result.stdout
        assert not {"\x1b", "\u202e"} & set(result.output)


def test_a_mistake_found_while_playing_has_its_place_and_is_said_once(callsim, tmp_path: Path) -> None:
    path = tmp_path / "cancel.yaml"
    path.write_text("callsim: 1\ntitle: t\nvendor: tryvox\ncalls: {ann: {}}\nsteps: [{cancel: ann}]\n")
    result = callsim("run", str(path))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{path}:5:")
    assert result.stderr.count("\n") == 1
