"""What the check carries along: an agent must get by with the standard library, and a check without a framework."""

import subprocess
import sys

import pytest

AGENT = "import holdtrue.workplace.devices.collect.this_device, holdtrue.workplace.devices.rules"
CHECK = "import holdtrue.workplace.command, holdtrue.workplace.document, holdtrue.workplace.devices.osquery, holdtrue.workplace.software.catalogue"


@pytest.mark.parametrize(
    ("imports", "refused"), [(AGENT, ("django", "msgspec", "yaml")), (CHECK, ("django", "playwright", "cryptography"))]
)
def test_nothing_heavy_is_loaded(imports, refused):
    code = f"{imports}; import sys; print([name for name in {refused!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)

    assert done.stdout.strip() == "[]"
