"""Small sites of our own invention, each with a policy, and the truth of what it stores, sends and breaks."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).parent
SHELL = Template((HERE / "site.html").read_text(encoding="utf-8"))
POLICY = Template((HERE / "site-policy.md").read_text(encoding="utf-8"))
NOTHING = (404, [("Content-Type", "text/plain")], b"not here")
Answer = tuple[int, list[tuple[str, str]], bytes]


@dataclass(frozen=True)
class Site:
    """A site, as its file in `sites` tells it; `follow` holds faults that others bring with them, right or wrong."""

    host: str
    told: Mapping[str, Any]

    @property
    def policy(self) -> str:
        """Return the policy in Markdown: what the site says of itself, true or not."""
        return POLICY.substitute(title=self.told["title"], host=self.host, rows="\n".join(self.told["rows"]))

    @property
    def items(self) -> set[tuple[str, str]]:
        """Return each item with the state that it stands or is sent in."""
        return {(state, name) for state, names in self.told["items"].items() for name in names}

    @property
    def faults(self) -> set[str]:
        """Return the faults of the site; none means that it keeps its policy."""
        return set(self.told["faults"])

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Return status, headers and body of one of its addresses."""
        where = urlsplit(path).path
        words = self.told["words"]
        if script := self.told.get("scripts", {}).get(where):
            return 200, [("Content-Type", "text/javascript; charset=utf-8")], script.encode()
        if where == "/cookies":
            body = f"<h1>{words['policy']}</h1><p>{self.told['title']}. {self.told['dated']}</p><p>{words['ask']}</p>"
        elif (body := self.told["pages"].get(where)) is None:
            return NOTHING
        kept = headers.get("Cookie") or ""
        cookies = [("Set-Cookie", line) for line in self.told["cookies"] if f"{line.split('=')[0]}=" not in kept]
        return 200, [("Content-Type", "text/html; charset=utf-8"), *cookies], self._document(body).encode()

    def _document(self, body: str) -> str:
        told, words = self.told, dict(self.told["words"])
        links = " ".join(f'<a href="{where}">{where.strip("/") or told["title"]}</a>' for where in told["pages"])
        again = f'<button type="button" id="again">{words.pop("again")}</button>' if told["has_way_back"] else ""
        words.pop("again", None)
        plain = {name: told[name] for name in ("language", "title", "style")}
        return SHELL.substitute(plain, **words, **told["does"], links=links, again=again, body=body)


def read_sites(folders: Sequence[Path]) -> dict[str, Site]:
    """Return the sites of some folders by host."""
    files = {f"{file.stem}.example": file for folder in folders for file in sorted(folder.glob("*.toml"))}
    return {host: Site(host, tomllib.loads(file.read_text(encoding="utf-8"))) for host, file in files.items()}
