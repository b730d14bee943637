"""Where a reader of a cookie policy goes on: the help of their browser, and the authority that hears complaints."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

# How vendors name the languages of their help.
_REGION: Final = {"en": "en-us", "nl": "nl-nl", "fr": "fr-fr", "de": "de-de"}
_MOZILLA: Final = {"en": "en-US"}
_APPLE: Final = {"en": "", "nl": "nl-nl/", "fr": "fr-fr/", "de": "de-de/"}
_SAMSUNG: Final = {"en": "uk", "nl": "nl", "fr": "fr", "de": "de"}


@dataclass(frozen=True, slots=True)
class Pointer:
    """A name and an address."""

    name: str
    url: str


def browsers(language: str) -> tuple[Pointer, ...]:
    """Return where each common browser explains cookies, in this language where its maker does."""
    places = {
        "language": language,
        "region": _REGION.get(language, "en-us"),
        "mozilla": _MOZILLA.get(language, language),
        "apple": _APPLE.get(language, ""),
        "samsung": _SAMSUNG.get(language, "uk"),
    }
    return tuple(Pointer(one["name"], one["url"].format(**places)) for one in _data("browsers.json"))


def authority(address: str, language: str) -> Pointer:
    """Return the authority of the country that an organisation's address names; the list of all where it names none."""
    words = address.casefold()
    known = _data("authorities.json")
    found = next((one for one in known if any(word in words for word in one["known_as"])), known[-1])
    return Pointer(found["name"].get(language, found["name"]["en"]), found["url"].get(language, found["url"]["en"]))


@cache
def _data(name: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((files("holdtrue.server") / "data" / name).read_text(encoding="utf-8"))
    return read
