"""Package URLs: a title as `pkg:TYPE/NAMESPACE/NAME@VERSION`, written and read by the rules of the purl specification.

Written here and not taken from a library: what a catalogue needs of it is a page, and the command line carries it.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from holdtrue.errors import Invalid
from holdtrue.workplace.facts import Installed

_TYPE: Final = re.compile(r"^[a-z][a-z0-9.+-]*$")
_ARCHIVES: Final = {
    ("deb", "debian"): "Debian",
    ("deb", "ubuntu"): "Ubuntu",
    ("rpm", "fedora"): "Fedora Project",
    ("rpm", "redhat"): "Red Hat, Inc.",
    ("rpm", "opensuse"): "openSUSE",
    ("alpm", "arch"): "Arch Linux",
}
"""How the archives of a purl's namespace call themselves."""
_NAMESPACES: Final = {(type_, archive.lower()): space for (type_, space), archive in _ARCHIVES.items()}
_LOWER: Final = frozenset({"alpm", "apk", "deb", "rpm", "pypi", "npm", "github", "bitbucket", "composer"})
"""Types whose names do not tell capitals from small letters, by the specification."""


@dataclass(frozen=True, slots=True)
class Purl:
    """The parts of a package URL that a catalogue reads; qualifiers and subpath do not matter to it."""

    type: str
    namespace: str
    name: str
    version: str

    @property
    def source(self) -> str:
        """Return the archive that the namespace names, as it calls itself; empty where it names none."""
        return _ARCHIVES.get((self.type, self.namespace.lower()), "")

    @property
    def title(self) -> str:
        """Return the name as devices report it: with its scope where that belongs to the name."""
        return f"{self.namespace}/{self.name}" if self.type == "npm" and self.namespace else self.name

    def __str__(self) -> str:
        """Return the package URL in its canonical form."""
        parts = [self.type, *(_quoted(part) for part in self.namespace.split("/") if part), _quoted(self.name)]
        return f"pkg:{'/'.join(parts)}{f'@{_quoted(self.version)}' if self.version else ''}"


def parse(text: str) -> Purl:
    """Return the parts of a package URL such as `pkg:deb/debian/nmap@7.93`; raises `Invalid` for anything else."""
    scheme, _colon, rest = text.strip().partition(":")
    plain = rest.split("#")[0].split("?")[0].strip("/")
    head, slash, tail = plain.rpartition("/")
    # A scope may stand unquoted (`@angular/cli`), so the version's sign is looked for in the last part alone.
    name, _at, version = tail.partition("@") if "@" in tail[1:] else (tail, "", "")
    parts = [unquote(part) for part in head.split("/") if part]
    if scheme.lower() != "pkg" or not slash or not parts or not unquote(name) or not _TYPE.match(parts[0].lower()):
        raise Invalid(f"{text!r} is no package URL.", hint="Write it as pkg:TYPE/NAME, such as pkg:pypi/requests.")
    type_, space = parts[0].lower(), "/".join(parts[1:])
    if type_ in _LOWER:
        space = space.lower()
    return Purl(type_, space, canonical(unquote(name), type_), unquote(version))


def purl_of(title: Installed) -> str:
    """Return an installed title as a package URL."""
    space, name = _NAMESPACES.get((title.type, title.origin.lower()), ""), title.name
    if title.type == "npm" and name.startswith("@") and "/" in name:
        space, _slash, name = name.partition("/")
    return str(Purl(title.type or "generic", space, canonical(name, title.type), title.version))


def canonical(name: str, type_: str) -> str:
    """Return the one spelling of a name in its sort of package (PyPI: PEP 503); elsewhere the name as it is."""
    if type_ == "pypi":
        return re.sub(r"[-_.]+", "-", name.lower())
    return name.lower() if type_ in _LOWER else name


def _quoted(part: str) -> str:
    return quote(part, safe=":*")
