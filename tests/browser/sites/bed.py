"""Websites whose whole truth is known, on loopback, under names of their own.

A browser that is started with `--host-resolver-rules=MAP * 127.0.0.1:PORT` reaches all of them by one server, which tells
them apart by their host. Names end in `.localhost`, which browsers take for secure: service workers and `Secure` cookies work.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path(__file__).parent
YEAR = 365 * 86_400


@dataclass(frozen=True)
class Answer:
    """What a site answers to one request."""

    body: str | bytes = ""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)


Asked = Callable[["Handler"], Answer]
SITES: dict[tuple[str, str], Asked] = {}


def page(host: str, path: str = "/") -> Callable[[Asked], Asked]:
    def add(make: Asked) -> Asked:
        SITES[host, path] = make
        return make

    return add


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two writes: the second would wait 40 ms for the browser to acknowledge the first.
    disable_nagle_algorithm = True
    timeout = 20
    body = b""
    """What was sent along with the request."""

    @property
    def host(self) -> str:
        return self.headers.get("Host", "").split(":")[0]

    @property
    def cookies(self) -> str:
        return self.headers.get("Cookie", "")

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        make = SITES.get((self.host, path)) or SITES.get((self.host, "*")) or (lambda _: Answer("nothing here", status=404))
        answer = make(self)
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[int]:
    """Serve every site while the block runs and yield the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def document(body: str, *, language: str = "en", head: str = "") -> Answer:
    return Answer(f'<!doctype html><html lang="{language}"><head><title>Site</title>{head}</head><body>{body}</body></html>')


BANNER_STYLE = "<style>.bar{position:fixed;bottom:0;left:0;right:0;background:#eee;padding:1em}[hidden]{display:none}</style>"


# --- a site that keeps its policy ------------------------------------------------------------------------------------

CONTROL_POLICY = (FOLDER / "control-policy.md").read_text(encoding="utf-8")
CONTROL = """<h1>Bakery</h1><nav><a href="/">home</a> <a href="/bread">bread</a></nav>
<div class="bar" id="bar" role="dialog" aria-label="Cookies" hidden><p>We use cookies to count visits, if you agree.</p>
<button id="yes">Accept all</button> <button id="no">Reject all</button></div>
<footer><button id="again">Cookie settings</button></footer>
<script src="/site.js"></script>"""
CONTROL_SCRIPT = f"""
const bar = document.getElementById("bar");
const choice = () => (/(?:^|; )choice=(\\w+)/.exec(document.cookie) || [])[1];
function count() {{
  document.cookie = "_visits=1; max-age={180 * 86_400}; path=/; samesite=lax";
  localStorage.setItem("seen", "1");
}}
function choose(what) {{
  document.cookie = `choice=${{what}}; max-age={180 * 86_400}; path=/; samesite=lax`;
  bar.hidden = true;
  if (what === "yes") count();
  else {{ document.cookie = "_visits=; max-age=0; path=/"; localStorage.removeItem("seen"); }}
}}
document.getElementById("yes").onclick = () => choose("yes");
document.getElementById("no").onclick = () => choose("no");
document.getElementById("again").onclick = () => {{ bar.hidden = false; }};
if (!choice()) bar.hidden = false;
if (choice() === "yes") count();
"""


@page("control.localhost")
@page("control.localhost", "/bread")
def control(asked: Handler) -> Answer:
    answer = document(CONTROL, head=BANNER_STYLE)
    answer.headers.append(("Set-Cookie", "basket_session=1; Path=/; HttpOnly; SameSite=Lax"))
    return answer


@page("control.localhost", "/site.js")
def control_script(asked: Handler) -> Answer:
    return Answer(CONTROL_SCRIPT, kind="text/javascript")


# --- a site that breaks every rule ------------------------------------------------------------------------------------

OFFENDER = """<h1>Shop</h1><a href="/more">more</a>
<div class="bar" id="bar"><p>Wij gebruiken cookies om u reclame te tonen.</p>
<button id="yes">Alles aanvaarden</button> <button id="no">Alles weigeren</button></div>
<footer><a href="#" id="again">Cookie-instellingen</a></footer>
<iframe src="http://frame.localhost/frame"></iframe>
<script src="http://tracker.localhost/t.js"></script>
<script src="/own.js"></script>"""
OWN_SCRIPT = f"""
document.cookie = "_own=1; max-age={3 * YEAR}; path=/";
document.cookie = "fleeting=1; path=/"; document.cookie = "fleeting=; max-age=0; path=/";
document.cookie = "stolen=1; domain=elsewhere.localhost";
localStorage.setItem("ls_key", "1"); sessionStorage.setItem("ss_key", "1"); localStorage.direct = "1";
indexedDB.open("idb_name").onsuccess = (e) => e.target.result.close();
if (window.caches) caches.open("cache_name");
if (navigator.serviceWorker) navigator.serviceWorker.register("/sw.js");
if (window.cookieStore) cookieStore.set({{ name: "store_cookie", value: "1", expires: Date.now() + 86400000 * 10 }});
setTimeout(() => {{ document.cookie = "late=1; path=/"; }}, 2000);
addEventListener("pagehide", () => navigator.sendBeacon("http://tracker.localhost/leave", "x"));
const bar = document.getElementById("bar");
const choose = (what) => {{ document.cookie = `cookie_consent_choice=${{what}}; path=/`; document.cookie = `choice=${{what}}; path=/`; bar.remove();
  if (what === "yes") document.cookie = "_ads=1; max-age=1000; path=/"; }};
document.getElementById("yes").onclick = () => choose("yes");
document.getElementById("no").onclick = () => choose("no");
document.getElementById("again").onclick = (e) => {{ e.preventDefault(); document.body.append(bar); }};
if (/choice=/.test(document.cookie)) bar.remove();
"""


@page("offender.localhost")
@page("offender.localhost", "/more")
def offender(asked: Handler) -> Answer:
    answer = document(OFFENDER, language="nl", head=BANNER_STYLE)
    answer.headers.append(("Set-Cookie", f"http_only_id=1; Path=/; HttpOnly; Max-Age={5 * YEAR}"))
    answer.headers.append(("Set-Cookie", "bad__domain=1; Domain=other.localhost"))
    return answer


@page("offender.localhost", "/own.js")
def own_script(asked: Handler) -> Answer:
    return Answer(OWN_SCRIPT, kind="text/javascript")


@page("offender.localhost", "/sw.js")
def service_worker(asked: Handler) -> Answer:
    return Answer("addEventListener('fetch', () => {});", kind="text/javascript")


@page("tracker.localhost", "/t.js")
def tracker_script(asked: Handler) -> Answer:
    script = "document.cookie = '_by_tracker=1; max-age=100000; path=/'; new Image().src = 'http://pixel.localhost/p.gif?id=1';"
    headers = [("Set-Cookie", f"third_id=1; Path=/; SameSite=None; Secure; Max-Age={YEAR}")]
    return Answer(script, kind="text/javascript", headers=headers)


@page("tracker.localhost", "/leave")
@page("pixel.localhost", "*")
def pixel(asked: Handler) -> Answer:
    if asked.path.startswith("/p.gif"):
        return Answer(
            status=302,
            headers=[("Location", "http://sync.localhost/s.gif"), ("Set-Cookie", "hop=1; SameSite=None; Secure; Path=/")],
        )
    return Answer(b"", kind="image/gif")


@page("sync.localhost", "*")
def sync(asked: Handler) -> Answer:
    return Answer(b"", kind="image/gif", headers=[("Set-Cookie", "synced=1; SameSite=None; Secure; Path=/; Max-Age=1000")])


@page("frame.localhost", "/frame")
def frame(asked: Handler) -> Answer:
    answer = document(
        "<script>localStorage.setItem('frame_key', '1'); document.cookie = 'frame_script=1; SameSite=None; Secure'</script>"
    )
    answer.headers.append(("Set-Cookie", "frame_http=1; SameSite=None; Secure; HttpOnly; Partitioned; Path=/"))
    return answer


# --- banners ----------------------------------------------------------------------------------------------------------

_CHOICE_SCRIPT = """
const bar = document.querySelector("#bar, my-banner");
const keep = (what) => { document.cookie = `consent=${what}; path=/; max-age=10000`; if (what === "yes") document.cookie = "_count=1; path=/"; bar.remove(); };
if (/consent=/.test(document.cookie)) bar.remove();
"""


def _plain(words: str, yes: str, no: str, language: str) -> Asked:
    def make(asked: Handler) -> Answer:
        body = f"""<h1>x</h1><div class="bar" id="bar"><p>{words}</p><button onclick="keep('yes')">{yes}</button>
        {f'''<button onclick="keep('no')">{no}</button>''' if no else ""}</div><script>{_CHOICE_SCRIPT}</script>"""
        return document(body, language=language, head=BANNER_STYLE)

    return make


page("banner-nl.localhost")(
    _plain("Deze website gebruikt cookies.", "Alle cookies toestaan", "Alleen noodzakelijke cookies", "nl")
)
page("banner-fr.localhost")(_plain("Ce site utilise des cookies.", "J'accepte", "Continuer sans accepter", "fr"))
page("banner-de.localhost")(_plain("Diese Website verwendet Cookies.", "Alle akzeptieren", "Nur notwendige akzeptieren", "de"))
page("banner-en.localhost")(_plain("This website uses cookies.", "Got it", "No thanks", "en"))
page("banner-pl.localhost")(_plain("Ta strona używa plików cookie.", "Zaakceptuj wszystkie", "Odrzuć wszystkie", ""))
page("banner-el.localhost")(_plain("Χρησιμοποιούμε cookies.", "Αποδοχή όλων", "Απόρριψη όλων", "el"))
page("no-refuse.localhost")(_plain("We use cookies.", "Accept", "", "en"))


@page("layered.localhost")
def layered(asked: Handler) -> Answer:
    body = (
        """<h1>x</h1><div class="bar" id="bar"><div id="one"><p>We value your privacy and use cookies.</p><button onclick="keep('yes')">Accept all</button>
    <a href="#" onclick="one.hidden=true;two.hidden=false;return false">Manage preferences</a></div>
    <div id="two" hidden><p>Cookie preferences</p><label><input type="checkbox" checked disabled> Necessary</label>
    <label><input type="checkbox" checked id="box"> Statistics</label><button onclick="keep(box.checked ? 'yes' : 'no')">Save choices</button>
    <button onclick="keep('yes')">Accept all</button></div></div><script>"""
        + _CHOICE_SCRIPT
        + "</script>"
    )
    return document(body, head=BANNER_STYLE)


@page("shadow.localhost")
def shadow(asked: Handler) -> Answer:
    body = """<h1>x</h1><my-banner></my-banner><script>customElements.define("my-banner", class extends HTMLElement { connectedCallback() {
    const root = this.attachShadow({ mode: "closed" });
    root.innerHTML = "<div style='position:fixed;bottom:0'><p>We use cookies and similar things.</p><button id=y>Agree</button><button id=n>Disagree</button></div>";
    root.getElementById("y").onclick = () => keep("yes"); root.getElementById("n").onclick = () => keep("no"); } });</script><script>"""
    return document(body + _CHOICE_SCRIPT + "</script>")


@page("framed.localhost")
def framed(asked: Handler) -> Answer:
    body = (
        """<h1>x</h1><iframe id="bar" style="position:fixed;bottom:0;width:100%;height:200px" src="http://cmp.localhost/ask"></iframe>
    <script>addEventListener("message", (e) => keep(e.data));"""
        + _CHOICE_SCRIPT
        + "</script>"
    )
    return document(body)


@page("cmp.localhost", "/ask")
def ask(asked: Handler) -> Answer:
    body = """<p>We and our partners use cookies.</p><button onclick="parent.postMessage('yes', '*')">Accept</button>
    <button onclick="parent.postMessage('no', '*')">Decline</button>"""
    return document(body)


@page("deaf.localhost")
def deaf(asked: Handler) -> Answer:
    """Its buttons do nothing at all."""
    return document(
        '<h1>x</h1><div class="bar"><p>We use cookies.</p><button>Accept</button><button>Reject</button></div>',
        head=BANNER_STYLE,
    )


@page("late.localhost")
def late(asked: Handler) -> Answer:
    body = """<h1>x</h1><script>setTimeout(() => { const bar = document.createElement("div"); bar.className = "bar"; bar.id = "bar";
    bar.innerHTML = "<p>We use cookies.</p><button id=y>Accept</button><button id=n>Reject</button>";
    const keep = (w) => { document.cookie = "consent=" + w + ";max-age=100"; bar.remove(); };
    if (!/consent=/.test(document.cookie)) { document.body.append(bar); y.onclick = () => keep("yes"); n.onclick = () => keep("no"); } }, 1500)</script>"""
    return document(body, head=BANNER_STYLE)


@page("newsletter.localhost")
def newsletter(asked: Handler) -> Answer:
    """It asks something, but not about cookies."""
    return document(
        '<h1>x</h1><div class="bar"><p>Subscribe to our letter!</p><button>Accept</button><button>No thanks</button></div>',
        head=BANNER_STYLE,
    )


@page("silent.localhost")
def silent(asked: Handler) -> Answer:
    return document("<h1>Nothing is stored here</h1><p>We write about cookies, the kind with chocolate.</p>")


@page("members.localhost")
def members(asked: Handler) -> Answer:
    return Answer("", status=302, headers=[("Location", "/sign-in")])


@page("members.localhost", "/sign-in")
@page("silent.localhost", "/sign-in")
def signing_in(asked: Handler) -> Answer:
    return document("<h1>Sign in</h1><form><input name=user><input type=password name=word><button>Sign in</button></form>")


@page("keeps.localhost")
def keeps(asked: Handler) -> Answer:
    """Withdrawing works, and deletes nothing."""
    body = """<h1>x</h1><div class="bar" id="bar"><p>We use cookies.</p><button onclick="keep('yes')">Accept</button><button onclick="keep('no')">Reject</button></div>
    <footer><button id="back" onclick="document.cookie='consent=no; path=/'; this.remove()">Withdraw my consent to cookies</button></footer><script>"""
    return document(body + _CHOICE_SCRIPT + "</script>", head=BANNER_STYLE)


# --- pages that are out to break a scanner --------------------------------------------------------------------------

HOSTILE = {
    "/loops": "<script>setTimeout(() => { for (;;) {} }, 50)</script>",
    "/dialogs": "<script>for (let i = 0; i < 40; i++) alert(i); onbeforeunload = () => 'stay'</script>",
    "/never": "<img src='/slow'><p>never done</p>",
    "/runs": "<script>location.href = '/runs?' + Math.random()</script>",
    "/popups": "<script>for (let i = 0; i < 5; i++) open('/popup' + i)</script>",
    "/flood": "<script>for (let i = 0; i < 20000; i++) { document.cookie = 'c' + i + '=1'; if (i < 3000) localStorage['k' + i] = 1 }</script>",
    "/evil": "<title>\x1b[31m</title><script>document.cookie = '<script>alert(1)<\\/script>=1'; localStorage['\"><img src=x onerror=alert(1)>'] = 1</script>",
    "/file": "",
    "/endless": "",
}


@page("hostile.localhost")
def hostile(asked: Handler) -> Answer:
    return document("".join(f'<a href="{path}">x</a>' for path in [*HOSTILE, "/round", "/gone"]))


page("stuck.localhost")(lambda _: document("<script>for (;;) {}</script>"))


def _send_for_ever(asked: Handler) -> None:
    """Send ten gigabytes unless somebody hangs up."""
    asked.send_response(200)
    asked.send_header("Content-Type", "text/html")
    asked.end_headers()
    asked.close_connection = True
    for _ in range(10_000):
        asked.wfile.write(b"<p>" + b"x" * 1_000_000)
    raise ConnectionError


@page("hostile.localhost", "*")
def hostile_page(asked: Handler) -> Answer:
    path = asked.path.split("?")[0]
    if path == "/slow":
        time.sleep(18)
    if path == "/round":
        return Answer(status=302, headers=[("Location", "/round")])
    if path == "/endless":
        _send_for_ever(asked)
    if path == "/file":
        return Answer(b"\0" * 2000, kind="application/octet-stream", headers=[("Content-Disposition", "attachment")])
    return document(HOSTILE[path]) if path in HOSTILE else Answer("gone", status=410)
