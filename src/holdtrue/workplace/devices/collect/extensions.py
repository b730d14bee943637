"""Extensions of browsers and editors: each a title by itself, whoever has it; profiles, pages and settings are not read."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from holdtrue.workplace.facts import Installed

from .machine import Machine

_CHROMIUM = (
    ".config/google-chrome", ".config/google-chrome-beta", ".config/chromium", ".config/BraveSoftware/Brave-Browser",
    ".config/microsoft-edge", ".config/vivaldi", ".config/opera", "snap/chromium/common/chromium",
    ".var/app/com.google.Chrome/config/google-chrome", ".var/app/org.chromium.Chromium/config/chromium",
    ".var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser",
    "Library/Application Support/Google/Chrome", "Library/Application Support/Chromium",
    "Library/Application Support/BraveSoftware/Brave-Browser", "Library/Application Support/Microsoft Edge",
    "Library/Application Support/Vivaldi", "Library/Application Support/Arc/User Data",
    "AppData/Local/Google/Chrome/User Data", "AppData/Local/Chromium/User Data", "AppData/Local/Microsoft/Edge/User Data",
    "AppData/Local/BraveSoftware/Brave-Browser/User Data", "AppData/Local/Vivaldi/User Data",
)  # fmt: skip
_FIREFOX = (
    ".mozilla/firefox", "snap/firefox/common/.mozilla/firefox", ".var/app/org.mozilla.firefox/.mozilla/firefox",
    ".thunderbird", ".librewolf", "Library/Application Support/Firefox/Profiles", "AppData/Roaming/Mozilla/Firefox/Profiles",
)  # fmt: skip
_EDITORS = (
    ".vscode/extensions", ".vscode-insiders/extensions", ".vscode-oss/extensions", ".vscode-server/extensions",
    ".cursor/extensions", ".windsurf/extensions",
)  # fmt: skip
_JETBRAINS = (
    ".local/share/JetBrains/*", "Library/Application Support/JetBrains/*/plugins", "AppData/Roaming/JetBrains/*/plugins",
)  # fmt: skip
_SHIPPED = frozenset(
    [
        "nmmhkkegccagdldgiimedpiccmgmieda",  # Chrome's payments
        "mhjfbmdgcfjbbpaeojofohoefgiehjai",  # its PDF viewer
        "pkedcjkdefgpdelpbcmbmeomcjbeemfm",  # its casting
        "ghbmnnjooekpmoecnnnilnnbdlolhkhi",  # its documents offline
    ]
)
"""What a browser brings along."""


def extensions(machine: Machine, homes: Iterable[str]) -> Iterator[Installed]:
    """Yield the extensions in these home directories, each version once."""
    seen: set[Installed] = set()
    for home in homes:
        for one in (*_chromium(machine, home), *_firefox(machine, home), *_editors(machine, home), *_jetbrains(machine, home)):
            if one not in seen:
                seen.add(one)
                yield one


def _chromium(machine: Machine, home: str) -> Iterator[Installed]:
    for file in machine.find(*(f"{home}/{base}/*/Extensions/*/*/manifest.json" for base in _CHROMIUM)):
        folder = file.removesuffix("/manifest.json")
        identity = folder.split("/")[-2]
        told = _json(machine, file)
        if identity in _SHIPPED or not re.fullmatch(r"[a-p]{32}", identity) or not isinstance(told, dict):
            continue
        store = "Chrome Web Store" if "google.com" in str(told.get("update_url", "")) else ""
        store = "Edge Add-ons" if "edge.microsoft.com" in str(told.get("update_url", "")) else store
        name = _localised(machine, folder, told) or identity
        yield Installed(name, str(told.get("version", "")), "chrome-extension", store, "", identity)


def _localised(machine: Machine, folder: str, manifest: dict[str, Any]) -> str:
    """Return the extension's name, looked up where the manifest only refers to it (`__MSG_appName__`)."""
    name = str(manifest.get("name", ""))
    found = re.fullmatch(r"__MSG_(\w+)__", name)
    if found is None:
        return name
    locale = str(manifest.get("default_locale", "en"))
    if not re.fullmatch(r"[\w-]+", locale):
        return ""
    messages = _json(machine, f"{folder}/_locales/{locale}/messages.json")
    # Names of messages do not tell capitals from small letters (Chrome's i18n).
    low = {str(key).lower(): value for key, value in messages.items()} if isinstance(messages, dict) else {}
    message = low.get(found[1].lower())
    return str(message.get("message", "")) if isinstance(message, dict) else ""


def _firefox(machine: Machine, home: str) -> Iterator[Installed]:
    for file in machine.find(*(f"{home}/{base}/*/extensions.json" for base in _FIREFOX)):
        told = _json(machine, file)
        addons = told.get("addons") if isinstance(told, dict) else None
        for addon in addons if isinstance(addons, list) else []:
            # What came with the program stands in other places; themes and dictionaries run no code.
            if not isinstance(addon, dict) or addon.get("type") != "extension" or addon.get("location") != "app-profile":
                continue
            locale = addon.get("defaultLocale")
            name = str(locale.get("name", "")) if isinstance(locale, dict) else ""
            creator = str(locale.get("creator") or "") if isinstance(locale, dict) else ""
            store = "addons.mozilla.org" if "addons.mozilla.org" in str(addon.get("sourceURI") or "") else ""
            identity = str(addon.get("id", ""))
            yield Installed(name or identity, str(addon.get("version", "")), "firefox-extension", store, creator, identity)


def _editors(machine: Machine, home: str) -> Iterator[Installed]:
    for file in machine.find(*(f"{home}/{base}/*/package.json" for base in _EDITORS)):
        told = _json(machine, file)
        if not isinstance(told, dict) or not told.get("name"):
            continue
        publisher = str(told.get("publisher", ""))
        name = f"{publisher}.{told['name']}" if publisher else str(told["name"])
        yield Installed(name.lower(), str(told.get("version", "")), "vscode-extension", "", publisher)


def _jetbrains(machine: Machine, home: str) -> Iterator[Installed]:
    for folder in machine.find(*(f"{home}/{base}/*/lib" for base in _JETBRAINS)):
        name = folder.split("/")[-2]
        versions = {
            found[1]
            for jar in machine.find(f"{folder}/*.jar")
            if (found := re.fullmatch(rf"{re.escape(name)}-(\d[\w.]*)\.jar", jar.rsplit("/", 1)[-1]))
        }
        yield Installed(name, max(versions, default=""), "jetbrains-plugin")


def _json(machine: Machine, file: str) -> Any:
    try:
        return json.loads(machine.read(file) or "")
    except (ValueError, RecursionError):
        return None
