"""Everything worth proving: the closed list of kinds of entry.

A kind says which facts stand in which group of an entry. *Core* facts stay provable for years, *context* facts can be
erased when they are no longer needed, *identity* facts (who) go first. `docs/reference/evidence-kinds.md` describes each.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A sort of event that leaves an entry in the log."""

    PERSON_ADDED = "person.added"
    ROLE_GRANTED = "role.granted"
    SIGNED_IN = "person.signed-in"
    TOKEN_ISSUED = "token.issued"  # noqa: S105 - a kind, not a secret
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - as above
    POLICY_PUBLISHED = "policy.published"
    EXEMPTION_ASKED = "exemption.asked"
    EXEMPTION_DECIDED = "exemption.decided"
    EXEMPTION_ENDED = "exemption.ended"
    EXEMPTION_USED = "exemption.used"
    STANDING_CHANGED = "standing.changed"
    SITE_ADDED = "site.added"
    INVENTORY_CHANGED = "inventory.changed"
    INVENTORY_FROZEN = "inventory.frozen"
    CONSENT_CONFIGURED = "consent.configured"
    NOTICE_PUBLISHED = "notice.published"
    CONSENT_RECORDED = "consent.recorded"
    TRACKER_FOUND = "tracker.found"
    SCAN_PLANNED = "scan.planned"
    SCAN_REQUESTED = "scan.requested"
    SCAN_RECORDED = "scan.recorded"
    SCAN_TOLD = "scan.told"
    DEVICE_ENROLLED = "device.enrolled"
    DEVICE_REPORTED = "device.reported"
    DEVICE_CONFIRMED = "device.confirmed"
    DEVICE_EXPECTED = "device.expected"
    DEVICE_ASSIGNED = "device.assigned"
    DEVICE_LOST = "device.lost"
    DEVICE_FOUND = "device.found"
    DEVICE_RETIRED = "device.retired"
    DEVICE_KEY_REVOKED = "device.key-revoked"
    DEVICE_KEY_SUSPECTED = "device.key-suspected"
    DEVICE_KEY_CLEARED = "device.key-cleared"
    DEVICE_CHECK_ASKED = "device.check-asked"
    SOFTWARE_ASKED = "software.asked"
    SOFTWARE_APPROVED = "software.approved"
    SOFTWARE_REFUSED = "software.refused"
    SOFTWARE_DENIED = "software.denied"
    SOFTWARE_ENDED = "software.ended"
    SOFTWARE_JUDGED = "software.judged"
    STORAGE_APPROVED = "storage.approved"
    LOSS_ANSWERED = "loss.answered"
    RESULTS_TAKEN = "results.taken"
    RESULTS_MEANT = "results.meant"
    SETTINGS_AGREED = "settings.agreed"
    SETTINGS_WATCHED = "settings.watched"
    OWNER_TOLD = "owner.told"
    LETTER_SENT = "letter.sent"
    ENTRY_ERASED = "entry.erased"
    KEY_ROTATED = "key.rotated"
    LOG_OPENED = "log.opened"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an entry of a kind proves, and how long the parts that say who are kept."""

    proves: str
    identity_days: int
    """Days until the identity group is erased; 0 where the group is empty."""


MEANINGS: dict[Kind, Meaning] = {
    Kind.PERSON_ADDED: Meaning("An account was opened.", 365),
    Kind.ROLE_GRANTED: Meaning("A person was given a role.", 365),
    Kind.SIGNED_IN: Meaning("Somebody signed in.", 30),
    Kind.TOKEN_ISSUED: Meaning("A token for uploads was issued.", 365),
    Kind.TOKEN_REVOKED: Meaning("A token for uploads was ended before its time.", 365),
    Kind.POLICY_PUBLISHED: Meaning("A version of a policy, with this hash, came into force.", 3650),
    # A departure is answered for as long as what was done under it can be: five years after its longest time.
    Kind.EXEMPTION_ASKED: Meaning("Somebody asked to be exempted from clauses, in words with this hash.", 2190),
    Kind.EXEMPTION_DECIDED: Meaning("Somebody of the security team consented to an exemption, or refused it.", 2190),
    Kind.EXEMPTION_ENDED: Meaning("An exemption was given up or revoked before its time.", 2190),
    Kind.EXEMPTION_USED: Meaning("Somebody said that they used an exemption.", 2190),
    Kind.STANDING_CHANGED: Meaning("A commitment began or ceased to hold for a subject.", 365),
    Kind.SITE_ADDED: Meaning("A website came under a policy.", 365),
    Kind.INVENTORY_CHANGED: Meaning("The inventory of a website began to say this of an item.", 365),
    Kind.INVENTORY_FROZEN: Meaning("A policy's text was written from an inventory with this hash.", 365),
    Kind.CONSENT_CONFIGURED: Meaning("How a website asks for consent was changed.", 365),
    Kind.NOTICE_PUBLISHED: Meaning("A website began to ask for consent in these words and for these services.", 0),
    # As long as the longest retention that a site can choose; a shorter one erases the whole record earlier.
    Kind.CONSENT_RECORDED: Meaning("A visitor made this choice, under this notice, at this time.", 1826),
    Kind.TRACKER_FOUND: Meaning("Browsers began to report that a website's pages ask a host that its notice does not name.", 0),
    Kind.SCAN_PLANNED: Meaning("How often a website is scanned was changed.", 365),
    Kind.SCAN_REQUESTED: Meaning("Somebody asked for a scan of a website.", 30),
    Kind.SCAN_RECORDED: Meaning("A scan with this hash saw these findings on a website.", 365),
    Kind.SCAN_TOLD: Meaning("A person was sent by e-mail what a scan changed.", 365),
    Kind.DEVICE_ENROLLED: Meaning("A device joined the register.", 365),
    Kind.DEVICE_REPORTED: Meaning("A device reported facts with this hash.", 90),
    Kind.DEVICE_CONFIRMED: Meaning("So many devices said, signed, that nothing had changed on them.", 0),
    Kind.DEVICE_EXPECTED: Meaning("A device was written down before it joined the register.", 365),
    Kind.DEVICE_ASSIGNED: Meaning("Whose a device is, who answers for it, or what proves it was written down.", 365),
    Kind.DEVICE_LOST: Meaning("A device was reported lost: its key speaks for it no more.", 365),
    Kind.DEVICE_FOUND: Meaning("A device that was lost came back.", 365),
    Kind.DEVICE_RETIRED: Meaning("A device was taken out of use.", 365),
    Kind.DEVICE_KEY_REVOKED: Meaning("A device's key was ended before its time.", 365),
    Kind.DEVICE_KEY_SUSPECTED: Meaning(
        "A device's key was used in a way that only a second machine, or an old copy, explains.", 0
    ),
    Kind.DEVICE_KEY_CLEARED: Meaning("Somebody looked into a suspected key and let it stand.", 365),
    Kind.DEVICE_CHECK_ASKED: Meaning("A device was asked to look again at once.", 30),
    Kind.SOFTWARE_ASKED: Meaning("Somebody asked to use a software title.", 365),
    Kind.SOFTWARE_APPROVED: Meaning("A software title was approved for use.", 365),
    Kind.SOFTWARE_REFUSED: Meaning("A wish to use a software title was refused, or taken back.", 365),
    Kind.SOFTWARE_DENIED: Meaning("Versions of a software title were denied: no approval covers them.", 365),
    Kind.SOFTWARE_ENDED: Meaning("An approval or a denial of a software title was ended before its time.", 365),
    Kind.SOFTWARE_JUDGED: Meaning("A device's software was held against the approved catalogue.", 0),
    Kind.STORAGE_APPROVED: Meaning("A place in the cloud was approved for work, or no longer.", 365),
    # As long as somebody may ask what became of what was lost.
    Kind.LOSS_ANSWERED: Meaning("A device was lost, or its loss was drilled, and the answer came this far.", 1826),
    Kind.RESULTS_TAKEN: Meaning("Another program's results on a device, in a file with this hash, were taken.", 365),
    Kind.RESULTS_MEANT: Meaning("A rule of another program was said to answer for a commitment, or no longer.", 365),
    Kind.SETTINGS_AGREED: Meaning("A device's watched settings were taken as agreed.", 365),
    Kind.SETTINGS_WATCHED: Meaning("A setting began to be watched on every device, or ceased to.", 365),
    Kind.OWNER_TOLD: Meaning("Whoever answers for a device was told what is not as promised, before anybody else.", 365),
    Kind.LETTER_SENT: Meaning("A person was sent a letter by e-mail that tells of this.", 365),
    Kind.ENTRY_ERASED: Meaning("Groups of an earlier entry were erased, on this ground.", 365),
    Kind.KEY_ROTATED: Meaning("The log's signing key was replaced.", 365),
    Kind.LOG_OPENED: Meaning("This log began, or began again after a stated gap.", 365),
}
