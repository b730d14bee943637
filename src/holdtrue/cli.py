"""The one command. It loads nothing heavy until a command needs it."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from holdtrue import __version__
from holdtrue.config import Config, read
from holdtrue.errors import HoldtrueError

USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 kept, 1 findings, 2 could not run."""
    parser = _parser()
    try:
        chosen = parser.parse_args(arguments)
        run: Callable[[argparse.Namespace], int] = chosen.run
        return run(chosen)
    except HoldtrueError as error:
        print(f"holdtrue: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return USAGE
    except KeyboardInterrupt:
        print("holdtrue: stopped.", file=sys.stderr)
        return 130
    except Exception as error:  # What the system or the database refuses is told in two lines; a mistake of ours is not hidden.
        refused = _refused(error)
        if not refused:
            raise
        print(f"holdtrue: {refused}.", file=sys.stderr)
        print("  See that the place exists, that this user may use it, and that the disk has room.", file=sys.stderr)
        return USAGE


def _refused(error: Exception) -> str:
    """Return what the operating system or the database refused; empty for any other error."""
    if isinstance(error, OSError):
        return f"{error.filename or 'the system'}: {error.strerror or error}"
    # Django is not imported for this: where it was not, the error is not its own.
    is_database = (type(error).__module__, type(error).__name__) == ("django.db.utils", "OperationalError")
    return f"the database: {error}".strip().rstrip(".") if is_database else ""


Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
"""Adds a command: its name, what runs it, and what it does in one line."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="holdtrue", description="Publish policies, keep them, and prove it.")
    parser.add_argument("--version", action="version", version=f"holdtrue {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], int], help_: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_, description=help_)
        command.set_defaults(run=run)
        return command

    _add_demo(add)
    _add_websites(add)
    _add_devices(add)
    _add_evidence(add)
    _add_server(add)
    _add_office(add)
    return parser


def _add_demo(add: Add) -> None:
    demo = add("demo", _demo, "show everything with an example organisation")
    demo.add_argument("--data", type=Path, default=Path("holdtrue-demo"), help="where to keep it (default: ./holdtrue-demo)")
    demo.add_argument("--port", type=int, default=8000, help="port of the server (default: 8000)")
    demo.add_argument("--check", action="store_true", help="do the whole road once, say each step, and stop")


def _add_websites(add: Add) -> None:
    from holdtrue.policy.text import command as lint
    from holdtrue.website.consent import command as consent
    from holdtrue.website.consent.block import command as proxy
    from holdtrue.website.knowledge import command as knowledge
    from holdtrue.website.scan import command as scan

    scan.add_arguments(add("scan", scan.run, "look at a website as a visitor would, in every consent state"))
    lint.add_arguments(add("lint", lint.run, "find what is wrong in the text of a policy"))
    knowledge.add_arguments(add("knowledge", knowledge.run, "what is known about cookies, storage keys and hosts"))
    consent.add_arguments(add("consent", _consent, "consent records of a website"))
    proxy.add_arguments(add("proxy", proxy.run, "hold a site to its visitors' consent, as a proxy in front of it"))


def _add_devices(add: Add) -> None:
    from holdtrue.workplace import command as check
    from holdtrue.workplace.agent import command as agent
    from holdtrue.workplace.devices import rules_command as rules
    from holdtrue.workplace.results import command as results

    check.add_arguments(add("check", check.run, "look at this device"))
    agent.add_arguments(add("agent", agent.run, "report this device to an organisation, with a key of its own"))
    results.add_arguments(
        add("results", results.run, "read what OpenSCAP, Lynis, InSpec, Fleet or a spreadsheet says of devices")
    )
    rules.add_arguments(add("rules", _rules, "the rules by which devices are judged"))


def _add_evidence(add: Add) -> None:
    from holdtrue.evidence import command as evidence

    evidence.add_verify_arguments(add("verify", evidence.run_verify, "check an evidence pack or a receipt, offline"))
    evidence.add_evidence_arguments(add("evidence", _evidence, "packs, checkpoints and audits of the evidence log"))


def _add_server(add: Add) -> None:
    add("serve", _serve, "run the server").add_argument(
        "--with-worker", action="store_true", help="also do the worker's work (always on SQLite)"
    )
    add("worker", _worker, "do what is due, beside a server on PostgreSQL")
    add("migrate", _migrate, "bring the database up to date")


def _add_office(add: Add) -> None:
    person = add("add-person", _add_person, "open an account; the password is read from standard input")
    person.add_argument("email")
    person.add_argument("--name", required=True)
    person.add_argument(
        "--role", action="append", required=True, help="security, privacy, manager, reception, staff, auditor or admin"
    )
    publish = add("publish", _publish, "publish a version of a policy")
    publish.add_argument("file", type=Path)
    publish.add_argument("--by", required=True, metavar="EMAIL", help="the person who publishes it")
    token = add("token", _token, "issue a token for uploads and print it once")
    token.add_argument("purpose", choices=["device", "scan", "results", "gateway"])
    token.add_argument("--site", default="", metavar="URL", help="the website a scan token speaks for")
    token.add_argument("--device", default="", metavar="ID", help="a device that is enrolled already, to enrol it again")
    token.add_argument("--days", type=int, default=30, help="days until it ends (default: 30)")
    token.add_argument("--by", required=True, metavar="EMAIL", help="the person who issues it")


def _config() -> Config:
    return read(os.environ)


def _demo(arguments: argparse.Namespace) -> int:
    from holdtrue.server import demo

    return demo.run(data=arguments.data, port=arguments.port, check=arguments.check)


def _evidence(arguments: argparse.Namespace) -> int:
    from holdtrue.evidence.command import run_evidence
    from holdtrue.server import boot

    boot.set_up(_config())
    boot.require_current()
    from holdtrue.server import office

    return run_evidence(arguments, documents=office.documents)


def _rules(arguments: argparse.Namespace) -> int:
    from holdtrue.workplace.devices import rules_command

    if rules_command.needs_fleet(arguments):
        from holdtrue.server import boot

        boot.set_up(_config())
        boot.require_current()
    return rules_command.run(arguments)


def _consent(arguments: argparse.Namespace) -> int:
    from holdtrue.server import boot
    from holdtrue.website.consent import command

    boot.set_up(_config())
    boot.require_current()
    return command.run(arguments)


def _serve(arguments: argparse.Namespace) -> int:
    from holdtrue.server import run

    return run.serve(_config(), with_worker=arguments.with_worker)


def _worker(_: argparse.Namespace) -> int:
    from holdtrue.server import run

    return run.worker(_config())


def _migrate(_: argparse.Namespace) -> int:
    from holdtrue.server import boot

    boot.set_up(_config())
    boot.migrate()
    print("The database is up to date.")
    return 0


def _add_person(arguments: argparse.Namespace) -> int:
    from holdtrue.server import boot

    boot.set_up(_config())
    boot.require_current()
    from holdtrue.server import office

    return office.add_person(arguments.email, arguments.name, arguments.role)


def _publish(arguments: argparse.Namespace) -> int:
    from holdtrue.server import boot

    boot.set_up(_config())
    boot.require_current()
    from holdtrue.server import office

    return office.publish(arguments.file, by=arguments.by)


def _token(arguments: argparse.Namespace) -> int:
    from holdtrue.server import boot

    boot.set_up(_config())
    boot.require_current()
    from holdtrue.server import office

    return office.issue_token(
        arguments.purpose, site=arguments.site, device=arguments.device, days=arguments.days, by=arguments.by
    )


if __name__ == "__main__":
    sys.exit(main())
