"""Furnishes an office for the browser tests: people, policies, a website, devices that report. Prints who can sign in."""

import json
import os
import sys
from dataclasses import dataclass
from datetime import timedelta

from holdtrue import config
from holdtrue.accounts.rules import Role
from holdtrue.server import boot

PEOPLE = {
    Role.SECURITY: "Sofie Peeters",
    Role.PRIVACY: "Thomas Claes",
    Role.STAFF: "Jonas De Smet",
    Role.AUDITOR: "Karl Weber",
    Role.ADMIN: "Anna Willems",
}
SITE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Account:
    name: str
    role: Role
    email: str
    password: str


def main(password: str) -> None:
    boot.set_up(config.read(os.environ))
    boot.migrate()
    from django.utils import timezone

    from holdtrue.accounts.queries import person_by_email
    from holdtrue.policy.standing.actions import record_verdicts
    from holdtrue.policy.standing.rules import Reason, Result, Verdict
    from holdtrue.server import demo_load, intake
    from holdtrue.workplace.devices.models import Ownership
    from holdtrue.workplace.devices.queries import devices
    from holdtrue.workplace.devices.register import Papers, assign_device

    accounts = tuple(Account(name, role, f"{role}@wegroup.example", password) for role, name in PEOPLE.items())
    colleague = Account("Lea Martens", Role.SECURITY, "lea@wegroup.example", password)
    demo_load.load((*accounts, colleague), site=SITE)
    security = person_by_email(f"{Role.SECURITY}@wegroup.example")
    staff = person_by_email(f"{Role.STAFF}@wegroup.example")
    now = timezone.now()
    for file in sorted((demo_load.data() / "devices").iterdir(), key=lambda one: one.name):
        facts = json.loads(file.read_text(encoding="utf-8")) | {"collected_at": now.isoformat()}
        secret = demo_load.device_token(facts["device"]["id"], email=security.email)
        intake.receive_device_report(json.dumps(facts).encode(), secret=secret, at=now)
    laptop = next(device for device in devices(reader=security) if device.name == "LT-07")
    assign_device(laptop.id, Papers(Ownership.COMPANY, owner=staff.id), by=security.id, at=now)
    scan_once(security.id, now - timedelta(hours=3))
    exempt(staff, security, now)
    change(staff, security, now + timedelta(seconds=1))
    site = "site/127.0.0.1:9"
    undeclared = Reason(
        "inventory", "2 undeclared: _fbp, hs_lang", "scan", now - timedelta(hours=3), "all declared", "Declare them."
    )
    consent = Reason("before a choice", "nothing but what is necessary", "scan", now - timedelta(hours=3), "consent first")
    record_verdicts(
        [
            Verdict("site.inventory-true", site, Result.BROKEN, undeclared),
            Verdict("site.consent-first", site, Result.HOLDS, consent),
        ],
        at=now,
    )
    print(json.dumps({account.role.value: account.email for account in accounts} | {"colleague": colleague.email}))


def change(staff, security, at) -> None:
    """Let LT-07 change a setting and install programs; ask for one, deny another, run out of seats, tell the owner."""
    from holdtrue.server import demo_load, intake
    from holdtrue.workplace.help.jobs import tell_owners
    from holdtrue.workplace.software import actions
    from holdtrue.workplace.software.asks import Ask
    from holdtrue.workplace.software.rules import Approval, Stance
    from holdtrue.workplace.software.versions import parse_range

    denied = parse_range(">= 5.6.0, <= 5.6.1")
    actions.approve(
        Approval("xz-utils", "deb", versions=denied, stance=Stance.DENIED, why="carried a backdoor"), by=security.id, at=at
    )
    actions.approve(Approval("figma-linux", seats=0, why="no licence was bought yet"), by=security.id, at=at)
    facts = json.loads((demo_load.data() / "devices" / "LT-07.json").read_text(encoding="utf-8"))
    for fact in facts["facts"]:
        if fact["name"].endswith("idle-delay"):
            fact["value"] = "uint32 3600"
    facts["software"] += [
        {"name": name, "version": version, "type": "deb", "publisher": publisher}
        for name, version, publisher in (
            ("xz-utils", "5.6.1-1", "Debian Maintainers"), ("zoom", "6.2.11.5069", "Zoom Communications"),
            ("figma-linux", "0.11.5", ""), ("anydesk", "6.4.0", "AnyDesk Software GmbH"),
        )
    ]  # fmt: skip
    secret = demo_load.device_token(facts["device"]["id"], email=security.email)
    intake.receive_device_report(json.dumps(facts | {"collected_at": at.isoformat()}).encode(), secret=secret, at=at)
    actions.ask(Ask("zoom", "Meetings with clients who use nothing else.", "deb", subject="device/LT-07"), by=staff, at=at)
    refused = actions.ask(Ask("anydesk", "To help a colleague.", "deb"), by=staff, at=at)
    actions.refuse(refused, reason="Please use the helpdesk's own tool.", by=security, at=at)
    tell_owners(at)


def exempt(staff, security, at) -> None:
    """Let one exemption be in force, and another wait to be decided."""
    from holdtrue.policy.exemptions.actions import ask_exemption, decide
    from holdtrue.policy.exemptions.rules import Ask, Choice, Scope, Sort

    def ask(job: str, *clauses: str, sort: Sort = Sort.WORK, **scope) -> Ask:
        names = frozenset(f"work-behaviors/{clause}" for clause in clauses)
        persons = frozenset({staff.id})
        return Ask(sort, names, job, "Only encrypted sticks.", Scope(persons=persons, **scope), at, at + timedelta(days=60))

    granted = ask_exemption(ask("Films for the fair arrive on sticks.", "WB-STO-1"), by=staff, at=at)
    decide(granted, Choice.GRANT, by=security, at=at)
    test = ask("Penetration test of the shop before it opens.", "WB-PA-10", "WB-PA-11", sort=Sort.TEST,
               targets=frozenset({"shop.wegroup.example"}))  # fmt: skip
    ask_exemption(test, by=staff, at=at)


def scan_once(by, at) -> None:
    """Let a scan have seen what the policy declares in part, and two things that it does not."""
    from holdtrue.website.scan.actions import record_upload
    from holdtrue.website.scan.document import document, write
    from holdtrue.website.scan.engine.observations import Answer, Kind, Observation, Party, Sighting, State

    def seen(name, *, kind=Kind.COOKIE, state=State.ACCEPTED, days=None, via="script"):
        return Observation(
            state=state, kind=kind, name=name, domain="127.0.0.1", party=Party.FIRST, page=f"{SITE}/services", via=via,
            set_by=f"{SITE}/site.js", retention_days=days,
        )  # fmt: skip

    answers = tuple(Answer(state=state, reached=True, banner="holdtrue", layer=1, verified=("gone",)) for state in State)
    observations = (
        seen("language", state=State.NO_CHOICE, days=365.0, via="http"),
        seen("cookie_choice", days=180.0),
        seen("_ga", days=730.0),
        seen("_gid", days=30.0),
        seen("_gat_gtag_UA_123265168_1", days=1 / 1440),
        seen("pages_seen", kind=Kind.SESSION_STORAGE),
        seen("_fbp", state=State.NO_CHOICE, days=90.0),
        seen("_lrs_5f0c8a61e4b0c1d2a3"),
    )
    sighting = Sighting(
        site=f"{SITE}/", landed=f"{SITE}/", browser="Chrome/140", pages=(f"{SITE}/", f"{SITE}/services"), answers=answers,
        observations=observations,
    )  # fmt: skip
    body = write(document(sighting, (), started=at - timedelta(seconds=20), ended=at, policy=None))
    record_upload(body, host="127.0.0.1:9", by=by, at=at)


main(sys.argv[1])
