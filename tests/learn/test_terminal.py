"""The course in a terminal, through pipes: what is told, what is asked, how it stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from callsim.learn.course import shipped

from .written import ASKS, HEAD, PLAIN, small_course, write

ROOT = Path(__file__).parents[2]


def command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "callsim", "learn", *arguments, "--progress", str(folder / "p.json")]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "PYTHONUNBUFFERED": "1"}


def learn(folder: Path, said: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    run = subprocess.run(command(folder, *arguments), input=said, capture_output=True, text=True, cwd=folder, env=environment())
    assert "Traceback" not in run.stderr + run.stdout
    return run


def kept(folder: Path) -> dict[str, object]:
    (course,) = json.loads((folder / "p.json").read_text())["courses"].values()
    return course


def test_right_answers_go_through_a_lesson_and_it_is_done(tmp_path: Path) -> None:
    small_course(tmp_path / "lessons")
    run = learn(tmp_path, "ringing\n204\ncancelled\nnormal\nq\n", "lessons")
    assert run.returncode == 0
    told = run.stdout
    assert "Lesson 1: A lesson" in told
    assert "Alice is called." in told
    assert "Question 1 of 3: In which state is alice at 1s?" in told
    assert "> 5s: the application sends DELETE /v1/Account/$account/Call/$alice/" in told
    assert "Right: ringing." in told
    assert "Not quite. You said cancelled; it is normal." in told
    assert "Remember: It ends." in told
    assert kept(tmp_path)["finished"] == ["01-lesson"]
    listed = learn(tmp_path, "", "lessons", "--list").stdout
    assert "1 to come back" in listed
    assert "1 of 3 done; 2 of 3 answers were right" in listed


def test_a_wrong_answer_says_why_with_rule_and_source(tmp_path: Path) -> None:
    small_course(tmp_path / "lessons")
    told = learn(tmp_path, "2\n204\nbusy\n", "lessons").stdout
    assert "Why: The far end reports that it rings.  call.ring.queued.carrier" in told
    assert "documented  https://www.plivo.com/docs/" in told
    assert "call.hang_up.in-progress.api" in told
    assert "From its end back to the first cause:" in told


def test_nothing_is_told_before_it_is_asked(tmp_path: Path) -> None:
    small_course(tmp_path / "lessons")
    told = learn(tmp_path, "ringing\n", "lessons").stdout
    assert "204" not in told.partition("Question 2")[0]
    assert "completed, normal" not in told


def test_mistakes_come_back_after_the_next_lesson(tmp_path: Path) -> None:
    small_course(tmp_path / "lessons")
    right = "ringing\n204\nnormal\n"
    told = learn(tmp_path, f"queued\n204\nnormal\n\n{right}ringing\n\n{right}", "lessons").stdout
    again = told.partition("1 question comes back that you had wrong before.")[2]
    assert told.count("comes back that you had wrong before") == 1 + 1, "once after the second lesson, once after the last"
    assert again.index("From lesson 1: A lesson") < again.index("Right: ringing.")
    assert "Lesson 3" in again
    assert kept(tmp_path)["lessons"] == 3


def test_what_stopped_goes_on_where_it_stopped(tmp_path: Path) -> None:
    small_course(tmp_path / "lessons")
    learn(tmp_path, "ringing\nq\n", "lessons")
    run = learn(tmp_path, "204\n", "lessons")
    assert "You have answered 1 of its 3 questions already. This has happened so far:" in run.stdout
    assert "Question 2 of 3" in run.stdout
    assert "Question 1 of 3" not in run.stdout


def test_a_question_mark_shows_the_hint_and_what_is_no_choice_is_asked_again(tmp_path: Path) -> None:
    small_course(tmp_path / "lessons")
    told = learn(tmp_path, "1\n?\n\nx\n7\n204\nq\n", "lessons").stdout
    assert "Think of something empty." in told
    assert "nothing is no answer; expected 1 to 6" in told
    assert "'x' is none of the choices" in told
    assert "'7' is none of the choices" in told
    assert "Right: 204." in told


@pytest.mark.parametrize("said", ["", "ringing\n", "ringing\n204"])
def test_the_end_of_what_can_be_read_is_one_line_and_no_mistake(tmp_path: Path, said: str) -> None:
    small_course(tmp_path / "lessons")
    run = learn(tmp_path, said, "lessons")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith("What you have answered is kept; callsim learn with the same folder goes on.\n")
    assert kept(tmp_path)["asked"] == len(said.split())


def test_an_interruption_is_one_line_and_what_was_answered_is_kept(tmp_path: Path) -> None:
    small_course(tmp_path / "lessons")
    process = subprocess.Popen(
        command(tmp_path, "lessons"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        env=environment(),
    )  # fmt: skip
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write("ringing\n")
        process.stdin.flush()
        while "Question 2 of 3" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        said = process.stderr.read()
    assert (process.returncode, said) == (3, "interrupted; what you have answered is kept, and callsim learn with the same folder goes on\n")
    assert kept(tmp_path)["asked"] == 1


def test_reset_forgets_this_course_and_no_other(tmp_path: Path) -> None:
    small_course(tmp_path / "lessons")
    learn(tmp_path, "ringing\n", "lessons")
    learn(tmp_path, "queued\n", "1")
    assert learn(tmp_path, "", "lessons", "--reset").stdout == "the progress of this course is forgotten\n"
    courses = json.loads((tmp_path / "p.json").read_text())["courses"]
    assert sorted(course["asked"] for course in courses.values()) == [0, 1]


def test_a_file_is_played_and_so_is_one_of_a_course(tmp_path: Path) -> None:
    small_course(tmp_path / "lessons")
    assert "Lesson 2:" in learn(tmp_path, "", "lessons/02-lesson.yaml").stdout
    assert "Lesson 3:" in learn(tmp_path, "", "3", "--course", "lessons").stdout
    assert "Lesson 4: Hang up what is over already" in learn(tmp_path, "", "hang-up-twice").stdout


def test_check_asks_nobody(tmp_path: Path) -> None:
    small_course(tmp_path / "lessons")
    assert learn(tmp_path, "", "lessons", "--check").stdout == "3 lessons, 9 questions: each has one answer\n"
    write(tmp_path / "lessons", "04-wrong", PLAIN + (ASKS % 4).replace("ask: state, of", "ask: cause, of", 1))
    run = learn(tmp_path, "", "lessons", "--check")
    assert run.returncode == 2
    assert "04-wrong.yaml:12:7: 'alice' has not ended then: it is ringing" in run.stderr


def test_what_somebody_wrote_cannot_steer_a_terminal(tmp_path: Path) -> None:
    lesson = (ASKS % 1).replace("Alice is called.", "\u202edellac").replace("It ends.", "'[bold]It[/bold] ends.'")
    write(tmp_path / "lessons", "01-evil", HEAD.replace("A lesson", "A [red]lesson\u202e") + PLAIN + lesson)
    run = learn(tmp_path, "\x1b[31m\nringing\n204\nnormal\n", "lessons")
    assert "\x1b" not in run.stdout + run.stderr
    assert r"A [red]lesson\u202e" in run.stdout
    assert r"\u202edellac" in run.stdout
    assert "[bold]It[/bold] ends." in run.stdout


def test_the_whole_course_can_be_gone_through(tmp_path: Path) -> None:
    from callsim.learn.prepared import prepare

    said = "".join("".join(f"{item.right}\n" for item in prepare(lesson).items) + "\n" for lesson in shipped().lessons)
    run = learn(tmp_path, said)
    assert run.returncode == 0
    assert "You have been through all of it, and nothing is left to come back." in run.stdout
    assert len(kept(tmp_path)["finished"]) == len(shipped().lessons)  # type: ignore[arg-type]
