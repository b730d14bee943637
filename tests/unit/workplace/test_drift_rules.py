"""Which settings are watched, and what counts as a change of them."""

from datetime import UTC, datetime

import pytest

from holdtrue.policy.standing.rules import Result
from holdtrue.workplace.drift.rules import Watched, Watching, changes_between, defaults, mark_of, settings_of, verdict_on
from holdtrue.workplace.facts import Fact, FactSheet, Identity, Source, System, key

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
IDLE = "org.gnome.desktop.session idle-delay"


def told(*facts, system=System.LINUX):
    return FactSheet(Identity("lt", "lt", system), NOON, tuple(facts))


def fact(name=IDLE, value="uint32 300", source=Source.USER, *, writable=True, user="bob"):
    return Fact(name, value, source, NOON, writable, user)


def changes(before, after):
    known = Watching(defaults())
    return changes_between(settings_of(told(*before), known), settings_of(told(*after), known))


@pytest.mark.parametrize(("before", "after", "found"), [
    ([fact()], [fact()], []),
    ([fact()], [fact("/org/gnome/desktop/session/idle-delay")], []),
    ([fact()], [fact(value="300")], []),
    ([fact()], [fact(value="0x12c")], []),
    ([fact(value="true")], [fact(value=True)], []),
    ([fact()], [fact(value="uint32 1800")], ["300 (user, can be changed)", "1800 (user, can be changed)"]),
    ([fact(source=Source.POLICY, writable=False)], [fact(source=Source.POLICY)], ["300 (policy, fixed)", "300 (policy, can be changed)"]),
    ([fact()], [fact(value=None)], ["300 (user, can be changed)", "not set (user, can be changed)"]),
    ([fact(value=None)], [fact()], ["not set (user, can be changed)", "300 (user, can be changed)"]),
    ([fact()], [], []),
    ([], [fact()], []),
    ([fact()], [fact(), fact(user="carol", value="uint32 0")], []),
    ([fact(), fact(source=Source.DEFAULT, value="uint32 300")], [fact(source=Source.DEFAULT, value="uint32 300"), fact()], []),
    ([fact("storage.mounted", [])], [fact("storage.mounted", ["KEY"])], []),
    ([fact("usb authorized-default", ["0", "0"], user=None)], [fact("usb authorized-default", ["0", "1"], user=None)],
     ["0, 0 (user, can be changed)", "0, 1 (user, can be changed)"]),
])  # fmt: skip
def test_what_is_a_change(before, after, found):
    assert [value for one in changes(before, after) for value in (one.before, one.after)] == found


def test_only_settings_of_the_devices_system_are_watched():
    known = (Watched("firewall.on"), Watched("pmset displaysleep", system="macos"))
    sheet = told(fact("firewall.on", value=True, user=None), fact("pmset displaysleep", "10", user=None))

    assert [one.name for one in settings_of(sheet, Watching(known)).values()] == ["firewall.on"]
    assert settings_of(sheet, Watching(())) == {}


def test_the_list_that_ships_can_be_read_and_names_each_setting_once():
    names = [(key(one.name), one.system) for one in defaults()]

    assert len(names) == len(set(names)) >= 25
    assert {one.system for one in defaults()} == {"", "linux", "macos", "windows"}


def test_the_verdict_names_what_changed_and_never_holds_on_nothing():
    def verdict(found, many):
        return verdict_on("device/lt", found, many=many, agreed_at=NOON, seen=NOON)

    found = changes([fact()], [fact(value="uint32 0")])
    assert verdict((), 0).result is Result.UNPROVEN
    assert verdict((), 3).result is Result.HOLDS
    assert (verdict(found, 3).result, verdict(found, 3).parts) == (Result.BROKEN, (IDLE,))
    assert "now 0 (" in verdict(found, 3).reason.value
    assert mark_of(found) != mark_of(changes([fact()], [fact(value="uint32 1")]))
