"""Every run has a data directory of its own, one database (SQLite, or PostgreSQL when asked), and nothing from outside.

`HOLDTRUE_TEST_DATABASE=postgres` starts a throw-away PostgreSQL for the run; `make test` runs the integration tests on both.
"""

import atexit
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import django
import pytest
from django.conf import settings

sys.path.insert(0, str(Path(__file__).parent))

_stack = ExitStack()
atexit.register(_stack.close)
_asked_for = os.environ.get("HOLDTRUE_TEST_DATABASE", "sqlite")
for _name in [name for name in os.environ if name.startswith("HOLDTRUE_")]:
    del os.environ[_name]
_data = tempfile.mkdtemp(prefix="holdtrue-tests-")
_stack.callback(shutil.rmtree, _data, ignore_errors=True)
os.environ["HOLDTRUE_DATA"] = _data
os.environ["DJANGO_SETTINGS_MODULE"] = "holdtrue.server.settings"
if _asked_for == "postgres":
    from integration.postgres import throwaway_postgres

    os.environ["HOLDTRUE_DATABASE_URL"] = _stack.enter_context(throwaway_postgres())

django.setup()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The published vectors and samples, kept beside the project; tests that use them skip where they are absent."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared (published vectors and samples), which is not here")
    return folder
