"""The banner as a visitor saw it: one canonical document for each language, so that its hash in a record means something."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

import msgspec

from holdtrue.errors import Invalid
from holdtrue.website.consent.asking import Notice

FORMAT: Final = "holdtrue.rendering/1"
MOST_BYTES: Final = 65_536


@cache
def build() -> str:
    """Return the revision of the banner that this version of Holdtrue serves; empty when there is none."""
    try:
        named = msgspec.json.decode((_static() / "build.json").read_bytes())
    except FileNotFoundError:
        return ""
    return str(named["build"])


@cache
def built_in(language: str) -> dict[str, str] | None:
    """Return the built-in texts of a language, or None where there are none."""
    try:
        return msgspec.json.decode((_static() / f"texts.{language}.json").read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return None


def renderings_of(notice: Notice, languages: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the language and the canonical document of every form in which the banner shows this notice."""
    offered = notice.languages or (*sorted(languages), *sorted(set(notice.texts) - languages))
    for language in offered:
        texts = texts_of(notice, language)
        if texts is not None:
            yield language, canonical(_rendering(notice, language, texts, build()))


def texts_of(notice: Notice, language: str) -> dict[str, str] | None:
    """Return the texts that the banner shows in a language: built in (or English) and the owner's."""
    base = built_in(language) or built_in("en")
    return None if base is None else {**base, **notice.texts.get(language, {})}


def checked(body: bytes, notice: Notice) -> tuple[str, str, bytes]:
    """Return the hash, language and bytes of a rendering that a browser sends; raises `Invalid` if it is not of this notice."""
    if len(body) > MOST_BYTES:
        raise Invalid("The rendering is too long.", hint=f"At most {MOST_BYTES} bytes.")
    try:
        given = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"This is no rendering: {error}.") from error
    shown = given.get("rendering")
    if not isinstance(shown, dict) or not isinstance(shown.get("language"), str) or not isinstance(shown.get("build"), str):
        raise Invalid("This is no rendering.", hint='Send {"sha256": …, "rendering": {…}}.')
    document = canonical(shown)
    if given.get("sha256") != sha256(document).hexdigest():
        raise Invalid("The rendering does not have this hash.", hint="Hash its canonical JSON.")
    texts = texts_of(notice, shown["language"])
    if texts is None or document != canonical(_rendering(notice, shown["language"], texts, shown["build"][:40])):
        raise Invalid("This is not how the notice in force is shown.", hint="Load the notice and the banner anew.")
    return str(given["sha256"]), shown["language"], document


def canonical(document: dict[str, Any]) -> bytes:
    """Return JSON with sorted keys and no spaces, as the banner writes it before it hashes it."""
    return msgspec.json.encode(document, order="sorted")


def _rendering(notice: Notice, language: str, texts: dict[str, str], revision: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "build": revision,
        "controller": notice.controller,
        "language": language,
        "layout": notice.style,
        "services": notice.services,
        "texts": texts,
    }


def _static() -> Any:
    return files("holdtrue.website.consent") / "static" / "consent"
