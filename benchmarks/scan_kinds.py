"""Which kinds of violation a scan finds: one small site for each kind and one that keeps its policy, beside a peer.

Run by hand: `python benchmarks/scan_kinds.py [--peer FOLDER]`; in FOLDER `npm install @slashgear/gdpr-cookie-scanner` was run.
A kind counts as found when it is told on its own site, and as a false alarm when it is told on another's. Figures in
docs/reference/scan-benchmark.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browser.sites import bed
from holdtrue.website.scan.engine import chromium

YEAR = 365
ROW = "| {0} | {1} | counts | {2} | {3} | script | {4} |"
COUNT = "document.cookie = '_visits=1; max-age=15552000; path=/; samesite=lax';"
TRACK = "new Image().src = 'http://follow.localhost/p.gif?id=' + uid; navigator.sendBeacon('http://follow.localhost/b', uid);"
UID = "const uid = localStorage.uid || (localStorage.uid = crypto.randomUUID());"


@dataclass(frozen=True)
class Kind:
    """A site with one fault: what its script does when, and what its policy says besides the truth."""

    before: str = ""
    accepted: str = ""
    refused: str = ""
    withdrawn: str = "document.cookie = '_visits=; max-age=0; path=/';"
    rows: tuple[str, ...] = ()
    visits: tuple[str, ...] = ("_visits", "Bakery", "analytics", "first", "180 days")
    buttons: str = "<button id=yes>Accept all</button> <button id=no>Reject all</button>"


KINDS: dict[str, Kind] = {
    "none": Kind(),
    "before-consent": Kind(before=COUNT),
    "after-refusal": Kind(refused=COUNT),
    "not-deleted-after-withdrawal": Kind(withdrawn=""),
    "tracker-before-consent": Kind(before="navigator.sendBeacon('http://follow.localhost/b', 'x');"),
    "tracker-after-refusal": Kind(refused="navigator.sendBeacon('http://follow.localhost/b', 'x');"),
    "request-before-consent": Kind(
        before="document.head.insertAdjacentHTML('beforeend', '<link rel=stylesheet href=//fonts.localhost/f.css>');"
    ),
    "fingerprinting-without-consent": Kind(
        before="const c = document.createElement('canvas'); const x = c.getContext('2d');"
        "x.fillText('Cwm fjordbank glyphs vext quiz', 2, 15); c.toDataURL();"
    ),
    "undeclared": Kind(
        accepted="localStorage.stranger = '1';",
        withdrawn="localStorage.removeItem('stranger'); document.cookie = '_visits=; max-age=0; path=/';",
    ),
    "undeclared-recipient": Kind(accepted="fetch('http://stranger.localhost/data', { mode: 'no-cors' });"),
    "declared-not-observed": Kind(rows=(ROW.format("ghost", "Bakery", "analytics", "first", "1 day"),)),
    "retention-exceeded": Kind(visits=("_visits", "Bakery", "analytics", "first", "30 days")),
    "session-declared-but-persistent": Kind(visits=("_visits", "Bakery", "analytics", "first", "session")),
    "kept-over-13-months": Kind(
        accepted="document.cookie = '_visits=1; max-age=63072000; path=/; samesite=lax';",
        visits=("_visits", "Bakery", "analytics", "first", "2 years"),
    ),
    "wrong-category": Kind(
        accepted="document.cookie = '_fbp=1; max-age=86400; path=/; samesite=lax';",
        withdrawn="for (const n of ['_visits', '_fbp']) document.cookie = n + '=; max-age=0; path=/';",
        rows=(ROW.format("_fbp", "Meta", "necessary", "first", "1 day"),),
    ),
    "wrong-party": Kind(visits=("_visits", "Bakery", "analytics", "third", "180 days")),
    "declared-twice-differently": Kind(rows=(ROW.format("_visits", "Bakery", "marketing", "first", "180 days"),)),
    "no-refuse": Kind(buttons="<button id=yes>Accept all</button>"),
    "unequal-buttons": Kind(
        buttons="<button id=yes style='font-size:22px;padding:14px 40px'>Accept all</button> "
        "<a href='#' id=no style='font-size:10px'>Reject all</a>"
    ),
    "refuse-not-on-first-layer": Kind(
        buttons="<button id=yes>Accept all</button> "
        "<button onclick='this.nextElementSibling.hidden = false'>Manage preferences</button> "
        "<span hidden><button id=no>Reject all</button></span>"
    ),
    "pre-ticked": Kind(
        buttons="<label><input type=checkbox checked> Statistics</label> "
        "<button id=yes>Accept all</button> <button id=no>Reject all</button>"
    ),
}

SITE = """<h1>Bakery</h1><p>Bread.</p><div class="bar" id="bar" role="dialog" aria-label="Cookies" hidden>
<p>We use cookies to count visits, if you agree.</p>%s</div><footer><button id="again">Cookie settings</button></footer><script>
const bar = document.getElementById("bar");
const on = (id, act) => { const el = document.getElementById(id); if (el) el.onclick = act; };
const before = () => { %s }, accepted = () => { %s }, refused = () => { %s }, withdrawn = () => { %s };
const choice = () => (/(?:^|; )choice=(\\w+)/.exec(document.cookie) || [])[1];
const choose = (what) => { const was = choice(); bar.hidden = true;
  document.cookie = `choice=${what}; max-age=15552000; path=/; samesite=lax`;
  if (what === "yes") accepted(); else { if (was === "yes") withdrawn(); refused(); } };
on("yes", () => choose("yes")); on("no", (e) => { e.preventDefault(); choose("no"); });
on("again", () => { bar.hidden = false; });
if (!choice()) { bar.hidden = false; before(); } else if (choice() === "yes") accepted(); else refused();
</script>"""


def build() -> None:
    """Put every site into the bed."""
    for name, kind in KINDS.items():
        accepted = kind.accepted if "_visits=" in kind.accepted else COUNT + kind.accepted
        body = SITE % (kind.buttons, kind.before, accepted, kind.refused, kind.withdrawn)
        bed.page(f"{name}.localhost")(lambda _, body=body: bed.document(body, head=bed.BANNER_STYLE))
    for host in ("follow", "fonts", "stranger"):
        bed.page(f"{host}.localhost", "*")(lambda _: bed.Answer(b"", kind="image/gif"))


def policy(kind: Kind) -> str:
    """Return the policy of a site: the truth, but for its fault."""
    head, _, _ = bed.CONTROL_POLICY.partition("| basket_session")
    rows = [ROW.format("choice", "Bakery", "necessary", "first", "180 days"), ROW.format(*kind.visits), *kind.rows]
    return head + "\n".join(rows) + "\n"


def ours(name: str, port: int, folder: Path) -> set[str]:
    """Return the faults that our scan tells of a site."""
    rules = folder / "policy.md"
    rules.write_text(policy(KINDS[name]), encoding="utf-8")
    result = folder / "scan.json"
    words = [sys.executable, "-m", "holdtrue", "scan", f"http://{name}.localhost/", "--host-rule", f"MAP * 127.0.0.1:{port}"]
    words += ["--policy", str(rules), "--pages", "1", "--format", "json", "-o", str(result)]
    subprocess.run(words, check=False, capture_output=True, timeout=120)
    return {finding["fault"] for finding in json.loads(result.read_bytes())["findings"]}


PRELOAD = """const { chromium } = require(process.env.PEER + "/node_modules/playwright");
const launch = chromium.launch.bind(chromium);
chromium.launch = (o = {}) => launch({ ...o, executablePath: process.env.CHROMIUM,
  args: [...(o.args || []), "--no-sandbox", "--host-resolver-rules=" + process.env.RULES] });
"""


def _cookies(when: str) -> Callable[[Mapping[str, Any]], bool]:
    # The banner's own memory is no fault of the site's, though strict mode takes it for one.
    return lambda told: any(
        one["requiresConsent"] and one["capturedAt"] == when and one["name"] != "choice" for one in told["cookies"]
    )


def _requests(when: str, *, trackers: bool) -> Callable[[Mapping[str, Any]], bool]:
    return lambda told: any(
        one["isThirdParty"] and one["capturedAt"] == when and (one["requiresConsent"] or not trackers)
        for one in told["requests"]
    )


def _issue(*kinds: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda told: any(one["type"] in kinds for one in told["issues"])


PEER_SAYS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "before-consent": _cookies("before-interaction"),
    "after-refusal": _cookies("after-reject"),
    "tracker-before-consent": _requests("before-interaction", trackers=True),
    "tracker-after-refusal": _requests("after-reject", trackers=True),
    "request-before-consent": _requests("before-interaction", trackers=False),
    "no-refuse": _issue("no-reject-button"),
    "unequal-buttons": _issue("asymmetric-prominence"),
    "refuse-not-on-first-layer": _issue("click-asymmetry", "buried-reject"),
    "pre-ticked": _issue("pre-ticked"),
}
"""What in the peer's answer tells a kind, read as kindly as can be; it has no words for the others."""


def peer(name: str, port: int, folder: Path, home: Path) -> set[str]:
    """Return the kinds that the peer tells of a site, in its strict mode."""
    preload = folder / "preload.cjs"
    preload.write_text(PRELOAD, encoding="utf-8")
    environment = {
        **os.environ, "PEER": str(home), "CHROMIUM": str(chromium.find()), "RULES": f"MAP * 127.0.0.1:{port}",
        "NODE_OPTIONS": f"--require {preload}",
    }  # fmt: skip
    out = folder / "peer"
    command = [
        "node",
        str(home / "node_modules/@slashgear/gdpr-cookie-scanner/dist/cli.js"),
        "scan",
        f"http://{name}.localhost/",
    ]
    command += ["--strict", "-f", "json", "-o", str(out), "-l", "en-GB"]
    subprocess.run(command, check=False, capture_output=True, timeout=180, env=environment)
    told = _flat(json.loads(next(out.rglob("*.json")).read_bytes()))
    # It takes the scanned page itself for a third party under a name that is not public: that is our test's doing.
    told["requests"] = [one for one in told["requests"] if urlsplit(one["url"]).hostname != f"{name}.localhost"]
    return {kind for kind, says in PEER_SAYS.items() if says(told)}


def _flat(report: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the peer's cookies, requests and issues, wherever in its report they stand."""
    found: dict[str, list[Any]] = {"cookies": [], "requests": [], "issues": []}

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if {"capturedAt", "name", "requiresConsent"} <= set(value):
                found["cookies"].append(value)
            elif {"capturedAt", "url", "isThirdParty"} <= set(value):
                found["requests"].append(value)
            elif {"type", "severity", "description"} <= set(value):
                found["issues"].append(value)
            for below in value.values():
                walk(below)
        elif isinstance(value, list):
            for below in value:
                walk(below)

    walk(report)
    return found


def score(told: Mapping[str, set[str]]) -> str:
    """Return how many kinds were found, false alarms, and F1 over the kinds."""
    kinds = [name for name in KINDS if name != "none"]
    hits = sum(name in told[name] for name in kinds)
    alarms = sum(len({fault for fault in faults if fault in KINDS} - _meant(name)) for name, faults in told.items())
    return f"{hits} of {len(kinds)} kinds, {alarms} false alarms, F1 {2 * hits / (len(kinds) + hits + alarms):.2f}"


CONSEQUENCES: dict[str, set[str]] = {
    # What stood before the choice is left standing after a refusal, and is stored for who sends the signal too.
    "before-consent": {"after-refusal"},
    # A tracker is somebody else who is told; a refusal that is remembered runs on the next page as well.
    "tracker-before-consent": {"request-before-consent"},
    # Whom those alone meet who refused stands in no row of the policy either.
    "tracker-after-refusal": {"request-before-consent", "undeclared-recipient"},
}
"""Kinds that another kind brings with it, whoever tells them."""


def _meant(name: str) -> set[str]:
    return {name} | CONSEQUENCES.get(name, set())


def main() -> None:
    """Scan every site with both, and print a row for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", type=Path)
    home = parser.parse_args().peer
    build()
    ours_told: dict[str, set[str]] = {}
    peer_told: dict[str, set[str]] = {}
    with bed.serving() as port:
        for name in KINDS:
            with tempfile.TemporaryDirectory() as folder:
                ours_told[name] = ours(name, port, Path(folder))
                # The peer has no words for the other kinds: on their sites it could only raise false alarms.
                is_asked = home and name in {"none", *PEER_SAYS}
                peer_told[name] = peer(name, port, Path(folder), home.resolve()) if home and is_asked else set()
            told = [", ".join(sorted(these)) or "—" for these in (ours_told[name], peer_told[name])]
            print(f"| {name} | {told[0]} | {told[1]} |", flush=True)
    print(f"Holdtrue: {score(ours_told)}")
    if home:
        print(f"Peer: {score(peer_told)}")


if __name__ == "__main__":
    main()
