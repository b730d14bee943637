"""`holdtrue agent`: join, report, and show what is told."""

import argparse
import json
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from holdtrue import __version__
from holdtrue.errors import HoldtrueError, Invalid, Unavailable
from holdtrue.workplace.devices.collect.machine import Machine
from holdtrue.workplace.devices.collect.this_device import collect, identity
from holdtrue.workplace.facts import FactSheet
from holdtrue.workplace.state import full_out, tidied

from . import words
from .enrolling import OWNERSHIPS, Joining, enrol, leave, notice_of, require_new
from .looking import called, look, program
from .memory import Memory, home, load, system_home
from .own_facts import note_agent
from .reporting import Agent, keep_running
from .transport import Server, address

USAGE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `holdtrue agent` takes."""
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("--home", type=Path, metavar="DIR", help="where the agent keeps its key and its queue")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, run_: Callable[[argparse.Namespace], int], help_: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_, description=help_, parents=[place])
        command.set_defaults(run_agent=run_)
        return command

    joins = add("enrol", _enrol, "join an organisation: see what is collected, agree, make a key")
    joins.add_argument("server", help="the address of the organisation's Holdtrue, such as https://policy.example")
    joins.add_argument("--token", metavar="TOKEN", help="the token for it (better: the environment variable HOLDTRUE_TOKEN)")
    joins.add_argument("--ownership", choices=OWNERSHIPS, help="whose device this is (asked when it is left out)")
    joins.add_argument("--asset-tag", default="", metavar="TAG", help="the number on the organisation's sticker")
    joins.add_argument("--ca-file", default="", metavar="FILE", help="hold the server's certificate against these authorities")
    joins.add_argument("--yes", action="store_true", help="do not ask: the organisation told the person by other means")
    runs = add("run", _run, "look and report in every quarter of an hour, until stopped")
    runs.add_argument("--once", action="store_true", help="look and report once")
    add("check", _check, "look and report now, and show what the organisation's rules make of it")
    add("status", _status, "how reporting goes").add_argument("--format", choices=["text", "json"], default="text")
    add("show", _show, "everything that a report says, without sending it").add_argument(
        "--format", choices=["text", "json"], default="text"
    )
    installs = add("install", _install, "run the agent as a service of this system")
    installs.add_argument("--dry-run", action="store_true", help="print what would be written and run")
    installs.add_argument("--remove", action="store_true", help="stop the service and take it away")
    add("leave", _leave, "forget the key and everything that was to be reported")
    bundles = add("zipapp", _zipapp, "make the agent one file that needs nothing but Python")
    bundles.add_argument("-o", "--output", type=Path, default=Path("holdtrue-agent.pyz"), metavar="FILE")


def run(arguments: argparse.Namespace) -> int:
    """Do one of the agent's commands; return 0, or 1 when something is broken or could not be told."""
    found: Callable[[argparse.Namespace], int] = arguments.run_agent
    return found(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the agent by itself, as the single file does."""
    parser = argparse.ArgumentParser(prog="holdtrue-agent", description="Tells an organisation how this device stands.")
    parser.add_argument("--version", action="version", version=f"holdtrue-agent {__version__}")
    add_arguments(parser)
    try:
        return run(parser.parse_args(arguments))
    except HoldtrueError as error:
        print(f"holdtrue-agent: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  {error.hint.replace('`holdtrue agent ', f'`{called()} ')}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return USAGE
    except OSError as error:
        print(f"holdtrue-agent: {error.filename or 'the system'}: {error.strerror or error}.", file=sys.stderr)
        return USAGE


def _enrol(arguments: argparse.Namespace) -> int:
    folder, server = home(arguments.home), Server(arguments.server.rstrip("/"), arguments.ca_file)
    address(server.address)
    token = arguments.token or os.environ.get("HOLDTRUE_TOKEN", "")
    if not token:
        raise Invalid(
            "An enrolment needs a token.", hint="Set HOLDTRUE_TOKEN, or give --token; the security team issues tokens."
        )
    if folder.exists():
        require_new(folder)
    notice, is_same = notice_of(server)
    print("\n".join(words.notice(notice, server.address, is_same=is_same)))
    if not arguments.yes and not _asked("Join, and report this from now on?"):
        print("Nothing was sent, and no key was made.")
        return 1
    ownership = arguments.ownership or ("company" if arguments.yes else _asked_ownership())
    joining = Joining(server, token, ownership, arguments.asset_tag)
    enrolment = enrol(folder, joining, notice, identity(), at=datetime.now(UTC))
    print(f"\nJoined as {enrolment.subject}, with a key that was made here: {enrolment.key}.")
    agent = Agent(folder, look)
    agent.look_now(at=datetime.now(UTC))
    memory = agent.tell(at=datetime.now(UTC))
    print("\n".join(words.outcome(memory)))
    print(f"\nTo report in every quarter of an hour: `sudo {called()} install`, or `{called()} run` by hand.")
    return 1 if memory.trouble else 0


def _asked(question: str) -> bool:
    if not sys.stdin.isatty():
        raise Invalid("Nobody is there to answer.", hint="Run it in a terminal, or with --yes where people were told before.")
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}


def _asked_ownership() -> str:
    answer = input("Whose device is this, the organisation's or your own? [company/personal] ").strip().lower()
    found = [one for one in OWNERSHIPS if answer and one.startswith(answer)]
    if not found:
        raise Invalid(f"{answer!r} is neither company nor personal.", hint="Give it as --ownership.")
    return found[0]


def _run(arguments: argparse.Namespace) -> int:
    folder = home(arguments.home)
    if arguments.once:
        return _once(folder)
    load(folder)
    keep_running(Agent(folder, look), say=lambda said: print(said, file=sys.stderr, flush=True))
    return 0


def _once(folder: Path) -> int:
    agent = Agent(folder, look)
    agent.look_now(at=datetime.now(UTC))
    memory = agent.tell(at=datetime.now(UTC))
    print("\n".join(words.outcome(memory)))
    return 1 if memory.trouble else 0


def _check(arguments: argparse.Namespace) -> int:
    folder = home(arguments.home)
    status = _once(folder)
    verdicts = load(folder).verdicts
    if verdicts:
        print("\n".join(["", *words.standing(verdicts)]))
    return 1 if any(verdict.result == "broken" for verdict in verdicts) else status


def _status(arguments: argparse.Namespace) -> int:
    folder, at = home(arguments.home), datetime.now(UTC)
    memory = load(folder)
    if arguments.format == "json":
        print(json.dumps(words.status_out(memory), indent=1))
    else:
        is_elsewhere = memory.enrolment is None and folder != system_home() and system_home().exists()
        print("\n".join(words.status(memory, at=at, is_elsewhere=is_elsewhere)))
    return 0 if memory.enrolment and not memory.trouble else 1


def _show(arguments: argparse.Namespace) -> int:
    sheet = _seen(home(arguments.home))
    if arguments.format == "json":
        print(json.dumps(full_out(sheet), indent=None if not sys.stdout.isatty() else 1, ensure_ascii=True))
    else:
        print("\n".join(words.everything(sheet)))
    return 0


def _seen(folder: Path) -> FactSheet:
    """Return what this device says of itself, the agent's own facts with it."""
    memory = Memory()
    try:
        memory = load(folder)
    except (Invalid, Unavailable) as error:
        # What is collected can be seen by everybody, also by who may not read the agent's folder.
        print(f"holdtrue-agent: {error.message}", file=sys.stderr)
    file = Path(program()[-1]) if program()[-2] == "-S" else Path(__file__)
    own = [lambda machine, notebook: note_agent(machine, notebook, memory, file)]
    notes = folder if memory.enrolment is not None else None
    return tidied(collect(at=datetime.now(UTC), machine=Machine(notes=notes), more=own))


def _install(arguments: argparse.Namespace) -> int:
    from . import service

    found = service.service(program())
    if arguments.dry_run:
        steps = found.stop if arguments.remove else found.start
        said = f"would remove {found.file}" if arguments.remove else f"would write {found.file}:\n\n{found.content}"
        print("\n".join([said, "", "and run:", *(f"  {shlex.join(step)}" for step in steps)]))
        return 0
    if arguments.remove:
        service.remove(found)
        print(f"Removed {found.file}. The device stays enrolled; `{called()} leave` ends that too.")
        return 0
    if home(arguments.home) != system_home():
        raise Invalid(
            f"The service keeps its key in {system_home()}.", hint="Enrol as root (or administrator), without --home."
        )
    if load(system_home()).enrolment is None:
        raise Invalid(
            "This device is not enrolled.", hint="Run `holdtrue agent enrol SERVER --token …` first, as the same user."
        )
    service.install(found)
    print(f"Installed {found.file}; the agent runs now and from every start on.")
    return 0


def _leave(arguments: argparse.Namespace) -> int:
    left = leave(home(arguments.home))
    if left is None:
        print("This device had not joined anything.")
        return 0
    enrolment, untold = left
    print(f"The key is gone, and nothing is reported to {enrolment.server} from now on.")
    print(f"The server could not be told: {untold}" if untold else "The server knows that this device left.")
    print("What was reported before stands there until its time is over; the security team can take the device off their list.")
    return 0


def _zipapp(arguments: argparse.Namespace) -> int:
    from .bundle import write_bundle

    size = write_bundle(arguments.output)
    print(f"Wrote {arguments.output} ({size:,} bytes). Run it with python3, version 3.11 or later.")
    return 0
