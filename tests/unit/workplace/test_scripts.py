"""What an agent that runs as root does with names that people chose."""

import os

from holdtrue.workplace.devices.collect import machine as machines
from holdtrue.workplace.devices.collect.scripts import plainly
from unit.workplace.test_collect import Fake


def opened_by(machine, monkeypatch, words):
    """Return the files that are opened while a command line is understood."""
    person, opened, real = machine.person(1000), [], os.open

    def noting(path, *more):
        opened.append(str(path))
        return real(path, *more)

    monkeypatch.setattr(machines.os, "open", noting)
    plainly(machine, person, words)
    monkeypatch.undo()
    return opened


def test_what_is_no_file_is_not_opened_since_a_device_may_act_on_that(tmp_path, monkeypatch):
    machine = Fake(tmp_path)
    machine.path("/dev").mkdir()
    os.mkfifo(machine.path("/dev/watchdog"))
    machine.path("/home/alice").mkdir(parents=True)
    machine.path("/home/alice/lock.sh").symlink_to(machine.path("/dev/watchdog"))

    assert opened_by(machine, monkeypatch, "/dev/watchdog") == []
    assert opened_by(machine, monkeypatch, "/home/alice/lock.sh") == []


def test_scripts_that_name_one_another_without_end_cost_a_few_looks(tmp_path, monkeypatch):
    machine = Fake(tmp_path)
    names = [f"/home/alice/{number}" for number in range(50)]
    for name in names:
        machine.write(name, "#!/bin/sh\n" + "\n".join(names * 20))

    opened = opened_by(machine, monkeypatch, " ".join(names * 100))

    assert 0 < len(opened) <= 16
