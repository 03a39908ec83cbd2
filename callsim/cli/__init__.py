"""The commands. Everything heavy is imported by the command that uses it, so that help and completion stay quick."""

from __future__ import annotations

from typing import Any

import click

from callsim import __version__
from callsim.cli.guard import Guarded

# Spelled out rather than imported: importing the dialects for their names would cost more than showing the help.
_VENDOR = click.option("--vendor", metavar="VENDOR", help="plivo, tryvox or voipnow.")
_KINDS = click.Choice(["documented", "observed", "disputed", "assumed"])
_SEED = click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="What ids are made from.")
_ASSUME = click.option(
    "--assume", multiple=True, metavar="ID=VALUE",
    help="Take something disputed or assumed to be otherwise; repeatable. It goes before what a file assumes, and "
    "concerns the scenarios whose vendor has it.",
)  # fmt: skip
_AS = click.option("--as", "vendor", metavar="VENDOR", help="Play under this vendor instead of the file's own.")


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"callsim {__version__}")
        ctx.exit()


@click.group(cls=Guarded, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def cli() -> None:
    """See what really happens when calls and multiparty calls are hung up or stopped, by which rule, and who says so.

    A scenario file says which calls there are, what is said to them and when, and what should come of it. callsim plays
    it in virtual time by the rules of Plivo, TryVox or VoipNow.

    \b
    Begin here:
      callsim new first            write first.yaml, a commented scenario
      callsim run first.yaml       play it
      callsim why first.yaml alice why that call ended as it did
      callsim explore first.yaml   try every order of what comes at once
      callsim learn                learn it, question by question

    \b
    Exit codes: 0 all hold; 1 some do not; 2 input or usage is wrong; 3 undecided (a bound was
    hit, or interrupted); 70 callsim broke one of its own laws.
    """


@cli.command(short_help="Play scenarios and judge them.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--format", type=click.Choice(["text", "json", "junit", "html", "mermaid"]), default="text", show_default=True,
              help="For people, programs, build servers; one page with ladders to go through; or a diagram for a pull request.")  # fmt: skip
@click.option("--output", metavar="FILE", help="Write the report to a file.")
@_SEED
@_ASSUME
@_AS
@click.option("--trace", metavar="FILE", help="Write everything that happened to a file, as JSON lines.")
@click.option("--with-trace", is_flag=True, help="Put the trace into the JSON report.")
@click.option("-k", "word", metavar="WORD", help="Only scenarios with this word in file, case, vendor or title.")
@click.option("--list", "list_only", is_flag=True, help="Name the scenarios, and play none.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first that does not hold.")
@click.option("--coverage", is_flag=True, help="Tell at the end what was exercised of each vendor's rules, and what was not.")
@click.option("--step", is_flag=True, help="Walk through it forwards and backwards, one event after the other.")
@click.option("--predict", is_flag=True, help="The same, and say what each answer will be before it comes.")
@click.pass_context
def run(ctx: click.Context, /, **wishes: Any) -> None:
    """Play scenarios: the story of each, its verdict, and what that relies on.

    PATH is a file, a folder with *.yaml files anywhere below it, or - for the standard input. A file that cannot be read
    does not keep the others from being played.

    \b
    Examples:
      callsim run scenarios
      callsim run scenarios/plivo -k kick --assume plivo.kick.cause=4020
      callsim run my.yaml --as tryvox
      callsim run scenarios --format junit --output results.xml
      callsim run my.yaml --format html --output report.html     then open it in a browser
      callsim run my.yaml --format mermaid
      callsim run my.yaml --predict
      callsim run my.yaml --format json | jq '.scenarios[].calls'
      callsim run my-scenarios --coverage
      callsim run my-scenarios --coverage --format json | jq '.coverage.plivo.rules.missing'
    """
    from callsim.cli.running import Wishes, run as do

    ctx.exit(do(Wishes(**wishes)))


@cli.command(short_help="Try every order in which things can happen.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--same-instant", is_flag=True, help="Only what is due at the same instant changes places; so unless said.")
@click.option("--window", metavar="DURATION", help="So does what is due at most so far apart, such as 200ms: networks are slow.")
@click.option("--any", "any_order", is_flag=True, help="Forget times: whatever different actors do changes places.")
@click.option("--max-states", type=click.IntRange(min=1), default=100_000, show_default=True, metavar="N",
              help="Stop after so many distinct states.")  # fmt: skip
@click.option("--max-memory", metavar="SIZE", help="Stop once callsim has taken so much memory, such as 500MB; 2GB unless said.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, metavar="N",
              help="Share the work among so many processes. The answer is the same, and seldom sooner.")  # fmt: skip
@click.option("--write", metavar="FILE", help="Write the first order that fails as a scenario, to be played again.")
@click.option("--format", type=click.Choice(["text", "json", "html"]), default="text", show_default=True,
              help="For people, for programs; or one page, with two orders side by side.")  # fmt: skip
@click.option("--output", metavar="FILE", help="Write the report to a file.")
@_SEED
@_ASSUME
@_AS
@click.option("-k", "word", metavar="WORD", help="Only scenarios with this word in file, case, vendor or title.")
@click.option("--list", "list_only", is_flag=True, help="Name the scenarios, and explore none.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first that does not hold.")
@click.option("--coverage", is_flag=True, help="End with what was exercised of each vendor's rulebook, in any order.")
@click.pass_context
def explore(ctx: click.Context, /, **wishes: Any) -> None:
    """Try every order in which things can happen: what is expected holds in all of them, or the shortest in which it does
    not is shown.

    Far parties, networks, timers and the clients of the API act on their own, and a scenario that is played shows one order
    of what they do. PATH is a file, a folder with *.yaml files anywhere below it, or - for the standard input.

    \b
    Examples:
      callsim explore my.yaml
      callsim explore my.yaml --window 200ms
      callsim explore my.yaml --any --max-states 100000
      callsim explore my.yaml --write failing.yaml     then: callsim run failing.yaml
      callsim explore my.yaml --format html --output orders.html
      callsim explore scenarios/races --format json | jq '.scenarios[].orders'
      callsim explore scenarios/races --coverage
    """
    from callsim.cli.exploring import Wishes, explore as do

    ctx.exit(do(Wishes(**wishes)))


@cli.command(short_help="Make calls that arrive at random, and count what becomes of them.")
@click.argument("file")
@click.option("--vendor", "--as", "vendor", metavar="VENDOR", help="Make it by this vendor's rules instead of the file's own.")
@_ASSUME
@click.option("--case", metavar="NAME", help="Only this case, where the file has several.")
@click.option("--horizon", metavar="DURATION", help="When each replication ends, such as 2h, instead of what the file says.")
@click.option("--warm-up", metavar="DURATION", help="How long calls arrive before anything is counted, such as 10m.")
@click.option("--replications", type=click.IntRange(1, 100_000), metavar="N", help="How often it is made anew, with other chances.")
@click.option("--batches", type=click.IntRange(2, 10_000), metavar="N", help="Into how many parts of time a replication is divided.")
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="What chance is made from: the same seed, the same calls.")
@click.option("--trunks", type=click.IntRange(1, 1_000_000), metavar="N", help="How many calls may be up at once.")
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Processes of this machine; as many as it has cores unless said.")
@click.option("--laws", is_flag=True, help="Hold every law of the rules after every command: slower, and the same figures.")
@click.option("--format", type=click.Choice(["text", "json"]), help="For people or for programs; json if the output ends in .json.")
@click.option("-o", "--output", metavar="FILE", help="Write the report to a file.")
@click.option("--plot", metavar="FILE", help="Draw it over its time: FILE.svg or FILE.png.")
@click.option("--cdr", metavar="FILE", help="Write the call records of the first replication, in the vendor's own fields: FILE.csv or "
              "FILE.parquet. This process makes that replication before it shares out the others.")  # fmt: skip
@click.pass_context
def traffic(ctx: click.Context, /, **wishes: Any) -> None:
    """Make calls that arrive at random, and count what becomes of them: offered, carried, blocked, abandoned, how long they last,
    how they end in our words and in the vendor's - each figure with its 95 % interval, and how that was found.

    FILE is a scenario with `arrivals`, or - for the standard input; scenarios/README.md has its keys. Intervals are those of
    the replications, or of a single one's batches. Beside the figures stand Erlang's formula where it is about such traffic, what
    is disputed or assumed of how calls ended, and whatever there is to doubt. Little's law is checked in every replication.

    The result is the same, to the byte, however many workers there are. Ctrl-C ends with what is known (exit code 3): of the
    replications that are finished, or of the first as far as it came; call records that were made stay readable.

    \b
    Examples:
      callsim traffic campaign.yaml
      callsim traffic campaign.yaml --trunks 80 --replications 50 --plot day.svg
      callsim traffic campaign.yaml --vendor tryvox --horizon 8h --warm-up 30m
      callsim traffic campaign.yaml --replications 1 --cdr calls.csv     then: recorded: calls.csv
      callsim traffic campaign.yaml --format json | jq '.runs[].figures.blocked'
      callsim sweep campaign.yaml --vary trunks=20..60:5                 how many trunks does it need?
    """
    from callsim.cli.traffic import Wishes, traffic as do

    ctx.exit(do(Wishes(**wishes)))


@cli.command(short_help="Vary something in traffic, and see what changes.")
@click.argument("file")
@click.option("--vary", multiple=True, required=True, metavar="NAME=VALUES",
              help="What is varied: NAME=A..B:STEP or NAME=a,b,c. Repeatable: every combination is tried.")  # fmt: skip
@click.option("--replications", type=click.IntRange(1, 1_000_000), metavar="N",
              help="How often each point is made, instead of what the file says.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="What chance is made from, instead of what the file says.")
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Processes of this machine; as many as it has cores unless said.")
@click.option("--cluster", metavar="ADDRESS", help="The workers of a Dask scheduler instead, such as tcp://10.0.0.1:8786.")
@click.option("--journal", metavar="FILE", help="Keep every replication there as soon as it is finished.")
@click.option("--resume", is_flag=True, help="Go on with what the journal has.")
@click.option("--format", type=click.Choice(["text", "json"]), help="For people or for programs; json if the output ends in .json.")
@click.option("--output", metavar="FILE", help="Write the report to a file.")
@click.option("--plot", metavar="FILE", help="Draw a figure over what is varied: FILE.svg or FILE.png.")
@click.option("--measure", metavar="NAME", help="Which figure is drawn, such as blocked, abandoned, mean_wait or occupancy.")
@_ASSUME
@_AS
@click.pass_context
def sweep(ctx: click.Context, /, **wishes: Any) -> None:
    """Vary something in traffic: the same calls at every value, and what becomes of them, each figure with its 95 % interval.

    FILE is a scenario with `arrivals`. NAME is a place in it (limits.trunks, arrivals.campaign.poisson), or the end of one
    where only one place ends so (trunks, poisson), or a $word of its cases. Values are what the file could say there; a bare
    number takes the unit of the number in the file, so poisson=10..50:10 beside `poisson: 30/min` is in calls a minute. All
    points share their chance: its seed does not hang on the point, so what differs comes from what was varied.

    The result is the same, to the byte, for one worker, for many and for a cluster; a worker that is killed loses nothing.
    Ctrl-C ends with what is known (exit code 3); with a journal, --resume goes on from there. The workers of a cluster need
    the same callsim[cluster], numpy and Python as you have here.

    \b
    Examples:
      callsim sweep campaign.yaml --vary trunks=20..60:5 --replications 100
      callsim sweep campaign.yaml --vary trunks=20..60:5 --plot trunks.svg
      callsim sweep campaign.yaml --vary trunks=20,40 --vary poisson=10/min..50/min:10/min
      callsim sweep campaign.yaml --vary trunks=20..60:5 --journal sweep.jsonl --resume
      callsim sweep campaign.yaml --vary trunks=20..60:5 --cluster tcp://10.0.0.1:8786
      callsim sweep campaign.yaml --vary trunks=20..60:5 --format json | jq '.points[].measures.figures.blocked'
    """
    from callsim.cli.sweeping import Wishes, sweep as do

    ctx.exit(do(Wishes(**wishes)))


@cli.command(short_help="Learn what hanging up does, question by question.")
@click.argument("lesson", required=False, metavar="[LESSON]")
@click.option("--course", metavar="PATH", help="Lessons of your own: a file, or a folder of them. LESSON is then one of those.")
@click.option("--list", "list_only", is_flag=True, help="Name the lessons, with how far you are.")
@click.option("--check", is_flag=True, help="Play all lessons, ask nobody, and tell which question has not one answer.")
@click.option("--progress", metavar="FILE", help="Keep progress there instead of in your folder of states.")
@click.option("--reset", is_flag=True, help="Forget the progress in this course.")
@click.option("--web", is_flag=True, help="The same course in your browser.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help="With --web: where to be reached, on this machine.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, metavar="PORT", help="With --web: on which port; 0: any.")
@click.pass_context
def learn(ctx: click.Context, /, **wishes: Any) -> None:
    """Learn what hanging up does, from "what is a call" to a stop that races with somebody joining.

    Each lesson is a small scenario. You predict what comes of it - the next state, the HTTP status, the cause, how many
    callbacks - then it is played, and what differs is explained by rule and source. Progress is kept; what you had wrong comes
    back after later lessons, until you had it right twice.

    LESSON is a number, a name, or the path of lessons of your own; without one you go on where you stopped. ? shows a hint, q
    stops. A teacher writes a lesson without code: a scenario with the key `lesson`; scenarios/README.md tells how.

    \b
    Examples:
      callsim learn                goes on where you stopped
      callsim learn 7              one lesson, or: callsim learn hang-up-twice
      callsim learn --list         the lessons, and what will come back
      callsim learn --web          the same in your browser
      callsim learn my-lessons --check
      callsim learn my-lessons/01-first.yaml
    """
    from callsim.cli.learning import Wishes, learn as do

    ctx.exit(do(Wishes(**wishes)))


@cli.command(short_help="Read scenarios without playing them.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_AS
@click.pass_context
def check(ctx: click.Context, paths: tuple[str, ...], vendor: str | None) -> None:
    """Read scenarios without playing them, and tell everything that is wrong with them, with its place.

    \b
    Example:
      callsim check scenarios my.yaml
    """
    from callsim.cli.checking import check as do

    ctx.exit(do(paths, vendor))


@cli.command(short_help="Emulate the vendors' HTTP interfaces.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Where to be reached.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, metavar="PORT", help="On which port; 0: any.")
@click.option("--world", metavar="FILE", help="What there is: a scenario without steps and expectations; a demo world unless said.")
@click.option("--clock", default="real", show_default=True, metavar="real|manual|xN",
              help="Real time, time that stands still until somebody advances it, or N times as fast.")  # fmt: skip
@click.option("--journal", metavar="FILE", help="Keep everything in a file, and go on where it stopped.")
@click.option("--account", multiple=True, metavar="VENDOR:ID:SECRET", help="Who may use it, instead of the demo's; repeatable.")
@click.option("--keep", type=click.IntRange(1, 10_000_000), default=10_000, show_default=True, metavar="N",
              help="How many finished calls and requests are remembered, and ten times as many entries of the trace.")  # fmt: skip
@click.option("--allow-callbacks", multiple=True, metavar="HOST", help="Callbacks may go to this host, too; else only to this machine.")
@click.option("--map", multiple=True, metavar="ORIGIN=ORIGIN",
              help="Send there what is for here, such as https://my.app=http://127.0.0.1:5000.")  # fmt: skip
@click.option("--callback-patience", type=click.FloatRange(0.01, 600), default=5.0, show_default=True, metavar="SECONDS",
              help="How long an application may take, in real time.")  # fmt: skip
@click.option("--signature-time", type=click.Choice(["real", "virtual"]), default="real", show_default=True,
              help="Which time signatures bear.")  # fmt: skip
@click.option("--token", default="", metavar="TOKEN", envvar="CALLSIM_TOKEN", help="What opens the test clock from elsewhere.")
@_SEED
@_ASSUME
def serve(assume: tuple[str, ...], **wishes: Any) -> None:
    """Emulate the vendors' HTTP interfaces: the same rules behind Plivo's, TryVox's and VoipNow's own paths, with callbacks.

    The official SDKs work against it unchanged. Under /_callsim/ is the test clock: look at the calls, let time go on, let far
    parties act, let replies be lost and callbacks come late. In a browser that address is a page that shows all of it as it happens.

    \b
    Examples:
      callsim serve
      callsim serve --clock manual --port 0
      callsim serve --world mine.yaml --assume plivo.hang_up.answered=1000
      callsim serve --journal calls.db          goes on where it stopped, even if it was killed
      callsim serve --map https://my.app=http://127.0.0.1:5000
    \b
      curl -u MADEMODEMODEMODEMO00:demo-token -d '{"from": "+15550100000", "to": "+15550100001",
        "answer_url": "http://127.0.0.1:5000/answer"}' http://127.0.0.1:8080/v1/Account/MADEMODEMODEMODEMO00/Call/
      curl -H 'Content-Type: application/json' -d '{"ms": 3000}' http://127.0.0.1:8080/_callsim/clock/advance
    """
    from callsim.cli.assuming import assumed
    from callsim.cli.guard import told
    from callsim.cli.output import Output
    from callsim.server.serving import Wishes, serve as do

    chosen = tuple(assumed(assume).items())
    do(Wishes(assume=chosen, **wishes), lambda line: Output().write(f"{line}\n"), told)


@cli.command(short_help="Run a program of yours against the emulator.", context_settings={"ignore_unknown_options": True})
@click.option("--to", default="http://127.0.0.1:8080", show_default=True, envvar="CALLSIM_URL", metavar="URL", help="Where `callsim serve` is.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND...")
def redirect(to: str, command: tuple[str, ...]) -> None:
    """Run a program of yours against the emulator: Plivo's SDKs for Python and Node go there instead of to Plivo, unchanged.

    \b
    Examples:
      callsim redirect python app.py
      callsim redirect node app.js
      callsim redirect --to http://127.0.0.1:9000 pytest tests
    """
    from callsim.cli.redirecting import run as do

    do(to, command)


@cli.command(short_help="Tell what a server's journal has.")
@click.argument("file")
@click.option("--as-scenario", is_flag=True, help="Write what happened as a scenario, to be played and explored.")
@click.option("--vendor", metavar="VENDOR", help="Only this vendor's part; needed where something happened with several.")
@click.option("--world", metavar="WORLD", help="The file of the world that the server was given, if it was given one.")
@click.option("--output", metavar="FILE", help="Write it to a file.")
def journal(file: str, as_scenario: bool, vendor: str | None, world: str | None, output: str | None) -> None:
    """Tell what the journal of `callsim serve` has: what it is about, how much was said, what time it is, the calls. The file is
    read only; one that a server is using waits until that has stopped.

    With --as-scenario it is what happened, as a scenario: every request and everything the far parties did, with its time, the
    documents that came, and how it ended. What a scenario cannot say is named in its `about`.

    \b
    Examples:
      callsim journal calls.db
      callsim journal calls.db --as-scenario --output story.yaml    then: callsim run story.yaml
      callsim journal calls.db --as-scenario --vendor plivo | callsim explore - --window 200ms
    """
    from callsim.cli.journaling import journal as do

    do(file, as_scenario, vendor, world, output)


@cli.command(short_help="Explain a rule or an assumption.")
@click.argument("id")
@_VENDOR
@click.option("--scenarios", metavar="FOLDER", help="Where to look for scenarios; the folder `scenarios` unless said.")
def explain(id: str, vendor: str | None, scenarios: str | None) -> None:
    """Explain a rule or an assumption: what it says, on whose word, and which scenarios teach it.

    ID is a rule (`call.hang_up.ringing.api.outbound`), the beginning of several (`call.hang_up`), or something disputed
    or assumed (`plivo.kick.cause`). Where vendors differ from the base rules, each is shown.

    \b
    Examples:
      callsim explain call.hang_up.queued.api
      callsim explain plivo.kick.cause
    """
    from callsim.cli.asking import explain as do

    do(id, vendor, scenarios)


@cli.command(short_help="Tell why a call ended as it did.")
@click.argument("file")
@click.argument("call")
@click.option("--case", metavar="NAME", help="Which case, where the file has several.")
@_SEED
@_ASSUME
@_AS
def why(file: str, call: str, **wishes: Any) -> None:
    """Tell why a call ended as it did: from its end back, change by change and rule by rule, to the first cause.

    \b
    Example:
      callsim why my.yaml alice
    """
    from callsim.cli.asking import why as do

    do(file, call, **wishes)


@cli.command(short_help="Show the rulebook as a table.")
@_VENDOR
@click.option("--basis", type=_KINDS, help="Only rules that stand on this.")
@click.option("--format", type=click.Choice(["text", "md", "json"]), default="text", show_default=True,
              help="A table, Markdown, or JSON with all the evidence.")  # fmt: skip
def rules(vendor: str | None, basis: str | None, format: str) -> None:
    """Show the rulebook as a table: one vendor's, or all of them with whose version is whose.

    \b
    Examples:
      callsim rules --vendor plivo
      callsim rules --basis assumed
      callsim rules --format md > rules.md
    """
    from callsim.cli.asking import rules as do

    do(vendor, basis, format)


@cli.command(short_help="Draw the atlas: what every way to end something comes to.")
@_VENDOR
@click.option("--world", metavar="NAME", help="Only this world.")
@click.option("--state", metavar="STATE", help="Only what is done in this state, such as in-progress.")
@click.option("--basis", type=_KINDS, help="Only cells that stand on this.")
@click.option("-k", "word", metavar="WORD", help="Only cells with this word anywhere in them.")
@click.option("--format", type=click.Choice(["text", "md", "html", "json", "csv"]), default="text", show_default=True,
              help="Tables, Markdown, one page to look things up in, or data.")  # fmt: skip
@click.option("--output", metavar="FILE", help="Write it to a file.")
@click.option("--assume", multiple=True, metavar="ID=VALUE", help="Take something disputed or assumed to be otherwise; repeatable.")
@click.option("--diff", nargs=2, metavar="VENDOR VENDOR", help="Two vendors side by side; * marks where they differ.")
@click.option("--diff-assume", metavar="ID=VALUE", help="Only what this assumption changes: before and after.")
@click.option("--worlds", metavar="FILE", help="Worlds of your own instead of callsim's.")
@click.option("--scenarios", metavar="FOLDER", help="Where the page finds scenarios that prove a rule; `scenarios` unless said.")
@click.pass_context
def atlas(ctx: click.Context, /, **wishes: Any) -> None:
    """Draw the atlas: what every way to end something comes to, for each vendor, in each state, by whomever.

    callsim's worlds lead calls and multiparty calls through their states. In each, everything is tried that could end
    something - the vendor's requests, callers and callees, documents, carriers, clocks - whether it has an effect or not: the
    HTTP answer, the state that follows, the cause and the vendor's words for it, the callbacks, and on what it stands.

    \b
    Examples:
      callsim atlas --vendor plivo --world outbound
      callsim atlas --format html --output atlas.html
      callsim atlas --diff plivo tryvox --state ringing
      callsim atlas --diff-assume plivo.kick.cause=4020
      callsim atlas --format json | jq '.cells[] | select(.basis == "assumed") | .assumption'
      callsim atlas --worlds mine.yaml
    """
    from callsim.cli.atlas import Wishes, atlas as do

    ctx.exit(do(Wishes(**wishes)))


@cli.command(short_help="Draw a state diagram.")
@click.argument("entity", type=click.Choice(["call", "mpc", "participant", "action"]))
@_VENDOR
def graph(entity: str, vendor: str | None) -> None:
    """Draw a state diagram out of the rules, in Mermaid's language.

    \b
    Example:
      callsim graph call --vendor tryvox > call.mmd
    """
    from callsim.cli.asking import graph as do

    do(entity, vendor)


@cli.command(short_help="Print the JSON Schema of scenario files.")
def schema() -> None:
    """Print the JSON Schema of scenario files, for completion in editors.

    \b
    Example, for editors with the YAML language server:
      callsim schema > callsim.schema.json
      and as the first line of a scenario:  # yaml-language-server: $schema=callsim.schema.json
    """
    import json

    from callsim.cli.output import Output
    from callsim.scenario.completing import json_schema

    Output().write(json.dumps(json_schema(), indent=2) + "\n")


@cli.command(short_help="Write a scenario to start from.")
@click.argument("name")
def new(name: str) -> None:
    """Write NAME.yaml, a commented scenario to start from; - prints it instead. Nothing is written over.

    \b
    Example:
      callsim new first
    """
    from callsim.cli import starting
    from callsim.cli.output import Output
    from callsim.report.visible import visible

    if name == "-":
        Output().write(starting.scenario(""))
    else:
        path = visible(starting.write(name))
        Output().write(f"{path} is written; play it with: callsim run {path}\n")
