"""`holdtrue knowledge`: looks up what is known about a cookie, key or host, and imports a database of cookies."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from holdtrue.config import read
from holdtrue.errors import Invalid
from holdtrue.said import LANGUAGES

if TYPE_CHECKING:
    from holdtrue.website.knowledge.known import Known, Service
    from holdtrue.website.knowledge.library import Knowledge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what `holdtrue knowledge` takes."""
    commands = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    look = commands.add_parser("look", help="say what is known about a cookie, a storage key or a host")
    look.add_argument("name", metavar="NAME", help="such as _ga, or a host such as static.hotjar.com")
    look.add_argument("--domain", default="", metavar="HOST", help="the domain of the cookie, to tell services apart")
    look.add_argument("--language", choices=LANGUAGES, default="en", help="the language of the purpose (default: en)")
    look.add_argument("--format", choices=["text", "json"], default="text", help="how to print (default: text)")
    take = commands.add_parser("import", help="take the CSV of the Open Cookie Database into the data directory")
    take.add_argument("file", type=Path, metavar="FILE", help="the CSV file; - reads standard input")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; return 0 when something is known or was imported, 1 when nothing is known."""
    from holdtrue.website.knowledge.imported import knowledge_at

    data = read(os.environ).data
    if arguments.action == "import":
        return _import(arguments.file, data)
    knowledge = knowledge_at(data)
    found = knowledge.candidates(arguments.name, domain=arguments.domain)
    service = knowledge.service_of(arguments.name) if "." in arguments.name and not found else None
    if arguments.format == "json":
        print(_json(found, service, knowledge, arguments))
    else:
        _tell(found, service, arguments)
    return 0 if found or service else 1


def _import(file: Path, data: Path) -> int:
    from holdtrue.website.knowledge.imported import keep, read_csv

    reading = read_csv(_read(file))
    place = keep(reading.rows, data=data)
    skipped = f"; {reading.skipped} said nothing that can be used" if reading.skipped else ""
    rows = "1 row" if len(reading.rows) == 1 else f"{len(reading.rows):,} rows"
    print(f"{rows} imported into {place}{skipped}.")
    print("They stand behind Holdtrue's own knowledge. Keep to the licence of the database (Apache-2.0) when you pass them on.")
    return 0


def _read(file: Path) -> bytes:
    from holdtrue.website.knowledge.imported import MOST_BYTES

    # One byte more than is allowed tells that there is more.
    if str(file) == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with file.open("rb") as source:
            return source.read(MOST_BYTES + 1)
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.", hint="Check the path.") from error


def _tell(found: "tuple[Known, ...]", service: "Service | None", arguments: argparse.Namespace) -> None:
    for number, known in enumerate(found):
        print("\n" * bool(number) + f"{known.name} · {known.service.name} · {known.sureness}")
        print(f"  {known.purpose(arguments.language)}")
        party = f"{known.party} party" if known.party else "first or third party"
        print(f"  {known.category} · kept {known.retention or 'for a time that is not known'} · {party}")
        print(f"  {_company(known.service)}")
    if service is not None:
        print(f"{arguments.name} · {service.name} · {service.kind or 'unknown kind'} · {service.category}")
        print(f"  {_company(service)}")
    if not found and service is None:
        print(f"Nothing is known about {_clean(arguments.name)}.")


def _company(service: "Service") -> str:
    where = f" ({service.country})" if service.country else ""
    documented = f" · {service.documented}" if service.documented else ""
    return f"{service.provider}{where}{documented}"


def _json(found: "tuple[Known, ...]", service: "Service | None", knowledge: "Knowledge", arguments: argparse.Namespace) -> str:
    sure = knowledge.lookup(arguments.name, domain=arguments.domain)
    answers = [
        {
            "name": known.name,
            "pattern": known.pattern,
            "sureness": known.sureness,
            "is_answer": known is sure,
            **_service_facts(known.service),
            "category": known.category,
            "purpose": {language: known.purpose(language) for language in known.item.purpose.languages},
            "party": known.party,
            "kinds": list(known.item.kinds),
            "retention": known.retention,
            "retention_days": known.retention_days,
            "imported": known.item.imported,
        }
        for known in found
    ]
    host = {**_service_facts(service), "kind": service.kind, "category": service.category} if service else None
    return json.dumps({"looked_up": arguments.name, "items": answers, "host": host}, ensure_ascii=False, indent=1)


def _service_facts(service: "Service") -> dict[str, str]:
    return {
        "service": service.name,
        "provider": service.provider,
        "country": service.country,
        "documented": service.documented,
    }


def _clean(text: str) -> str:
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:200])
