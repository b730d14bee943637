"""Everything a policy can promise so that a machine can check it: the closed list of commitments.

`docs/reference/commitments.md` describes each; a commitment that nothing checks fails a test.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class SubjectKind(StrEnum):
    """What a commitment is checked on: the part of a subject before its slash."""

    POLICY = "policy"
    SITE = "site"
    DEVICE = "device"
    ORGANISATION = "organisation"
    """All of it: its one subject is `organisation/self`."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """One promise that a machine can check."""

    id: str
    title: str
    """What is true when it holds, in a few words."""
    on: SubjectKind
    fresh_for: timedelta | None
    """How long an answer counts; None where a fact can only change through Holdtrue itself."""
    missing: str
    """What would give an answer where there is none."""
    parameters: frozenset[str] = frozenset()
    """What a clause may set, such as `at most`."""


_ALL = (
    Commitment(
        "policy.published", "a dated version is in force", SubjectKind.POLICY, None, "Publish a version of this policy."
    ),
    Commitment(
        "policy.consistent",
        "the text does not contradict itself",
        SubjectKind.POLICY,
        None,
        "Publish a version of this policy.",
    ),
    Commitment(
        "site.inventory-true",
        "the site sets what the policy declares, and nothing else",
        SubjectKind.SITE,
        timedelta(days=8),
        "Scan the website.",
    ),
    Commitment(
        "site.consent-first",
        "nothing that needs consent is set before it is given, or after it is refused",
        SubjectKind.SITE,
        timedelta(days=8),
        "Scan the website.",
    ),
    Commitment(
        "site.withdrawal",
        "what was set by consent goes when consent is withdrawn",
        SubjectKind.SITE,
        timedelta(days=8),
        "Scan a website whose banner lets a visitor withdraw.",
    ),
    Commitment(
        "site.retention", "nothing is kept longer than declared", SubjectKind.SITE, timedelta(days=8), "Scan the website."
    ),
    Commitment(
        "device.managed",
        "the device is the company's with proof, or personal and enrolled, and it reports",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue agent` on the device.",
    ),
    Commitment(
        "device.screen-lock",
        "the screen locks by itself in time",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
        frozenset({"at most"}),
    ),
    Commitment(
        "device.removable-storage",
        "removable storage is blocked and none is in use",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
    ),
    Commitment(
        "device.backups",
        "no backup outside policy is set up",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
    ),
    Commitment(
        "device.suspend-lock",
        "the screen is locked when the device sleeps",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
    ),
    Commitment(
        "device.phones",
        "no phone is used as storage",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
    ),
    Commitment(
        "device.disk-encryption",
        "the disk is encrypted",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
    ),
    Commitment(
        "device.protection",
        "the system's own protection is on",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
    ),
    Commitment(
        "device.supported-system",
        "the system is mended by its maker, and its updates install themselves",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
    ),
    Commitment(
        "device.prohibited-tools",
        "no tool for a prohibited activity is installed",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
    ),
    Commitment(
        "device.network-quiet",
        "no interface reads everybody's traffic",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
    ),
    Commitment(
        "device.sign-in",
        "nobody signs in without a password of their own",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
    ),
    Commitment(
        "device.settings-kept",
        "the device is set up as agreed",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
    ),
    Commitment(
        "device.approved-software",
        "only approved software is installed",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
    ),
    Commitment(
        "device.cloud-storage",
        "work is kept in approved cloud storage",
        SubjectKind.DEVICE,
        timedelta(hours=24),
        "Run `holdtrue check` on the device.",
    ),
    Commitment(
        "organisation.loss-drilled",
        "a lost device is answered in time",
        SubjectKind.ORGANISATION,
        timedelta(days=366),
        "Drill the loss of a device.",
    ),
)

COMMITMENTS: dict[str, Commitment] = {commitment.id: commitment for commitment in _ALL}
