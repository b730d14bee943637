"""The agent as one file: only the modules that it loads, the same bytes from the same source."""

import ast
import importlib.util
import io
import sys
import zipfile
from importlib import resources
from pathlib import Path

from holdtrue.errors import Invalid

_ROOT = "holdtrue.workplace.agent"
_MAIN = """import sys

if sys.version_info < (3, 11):
    sys.exit("holdtrue-agent: it needs Python 3.11 or later; this is %d.%d." % sys.version_info[:2])

from holdtrue.workplace.agent.command import main

sys.exit(main())
"""
# Collectors and own modules are loaded by name when they are needed, which reading the source finds too.
_LONG_AGO = (2026, 1, 1, 0, 0, 0)
_HEAD = b"#!/usr/bin/env python3\n"


def bundle() -> bytes:
    """Return the single file; raises `Invalid` if a module would need more than the standard library."""
    content = io.BytesIO()
    content.write(_HEAD)
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        _put(archive, "__main__.py", _MAIN.encode())
        for name, source in sorted(modules().items()):
            _put(archive, name, source)
        for file in sorted((resources.files(_ROOT) / "data").iterdir(), key=lambda one: one.name):
            _put(archive, f"holdtrue/workplace/agent/data/{file.name}", file.read_bytes())
    return content.getvalue()


def write_bundle(file: Path) -> int:
    """Write the single file, ready to run, and return its bytes."""
    content = bundle()
    try:
        file.write_bytes(content)
        file.chmod(0o755)
    except OSError as error:
        raise Invalid(f"{file} cannot be written: {error.strerror}.", hint="Choose another place with -o.") from error
    return len(content)


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=_LONG_AGO)
    # Not compressed: two versions of zlib make different bytes of the same text, and this file is to be the same everywhere.
    entry.compress_type = zipfile.ZIP_STORED
    entry.create_system = 3  # as on Unix, wherever it is made
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def modules() -> dict[str, bytes]:
    """Return the source of every module of ours that the agent can load, by its place in the archive."""
    found: dict[str, bytes] = {}
    waiting = [f"{_ROOT}.command"]
    while waiting:
        name = waiting.pop()
        place, source, is_package = _source(name)
        if place in found:
            continue
        found[place] = source
        package = name if is_package else name.rpartition(".")[0]
        for imported in _imported(ast.parse(source), package):
            top = imported.partition(".")[0]
            if top != "holdtrue":
                if top not in sys.stdlib_module_names:
                    raise Invalid(f"{name} needs {top}, which is not of the standard library.", hint="Load it elsewhere.")
                continue
            waiting.extend(_with_packages(imported))
    return found


def _source(name: str) -> tuple[str, bytes, bool]:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None or spec.origin is None:
        raise Invalid(f"{name} is not there.", hint="Install Holdtrue anew.")
    text = spec.loader.get_source(name) if hasattr(spec.loader, "get_source") else None
    is_package = spec.submodule_search_locations is not None
    place = f"{name.replace('.', '/')}/__init__.py" if is_package else f"{name.replace('.', '/')}.py"
    return place, (text or "").replace("\r\n", "\n").encode(), is_package


def _imported(tree: ast.AST, package: str) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
            whole = ".".join(part for part in ((base if node.level else ""), node.module or "") if part)
            # `from package import module` names a module, `from module import name` does not.
            found += [whole, *(f"{whole}.{alias.name}" for alias in node.names if _is_module(f"{whole}.{alias.name}"))]
    return found


def _is_module(name: str) -> bool:
    if not name.startswith("holdtrue."):
        return False
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _with_packages(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
