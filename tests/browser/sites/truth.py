"""A site that does everything that a browser lets it do, and the whole truth about it.

Every line of `STORED` and `SENT` happens before any choice; the site asks nothing.
"""

from base64 import b64encode
from hashlib import sha1

from browser.sites.bed import YEAR, Answer, Handler, document, page

HOST, TRACKER, OTHER = "everything.localhost", "track.localhost", "partner.localhost"
MAIN, LIBRARY, TAGS = f"http://{HOST}/main.js", f"http://{TRACKER}/lib.js", f"http://{HOST}/tags.js"

PAGE = f"""<h1>Everything</h1><p>Something to read for a visitor who comes here.</p>
<link rel="stylesheet" href="http://fonts.localhost/css">
<script src="/main.js"></script><script src="/tags.js"></script><script src="http://{TRACKER}/lib.js" async></script>
<iframe srcdoc="<script>localStorage.setItem('from_srcdoc', '1'); document.cookie = 'srcdoc_cookie=1; path=/'</script>"></iframe>
<iframe sandbox="allow-scripts" src="http://{OTHER}/sandboxed"></iframe>
<iframe src="http://{OTHER}/frame"></iframe>
<img src="http://{OTHER}/start"><script>document.cookie = "inline_cookie=1; path=/"</script>
<form><input type="text" name="remark"><input type="email" name="mail"></form>"""
MAIN_JS = f"""
const at = (name, more = "") => {{ document.cookie = `${{name}}=1; path=/${{more}}`; }};
at("plain"); at("long_lived", "; max-age={3 * YEAR}");
eval("document.cookie = 'by_eval=1; path=/'");
new Function("document.cookie = 'by_function=1; path=/'")();
Promise.resolve().then(() => at("by_promise"));
setTimeout(() => at("late", "; max-age=1000"), 2200);
fetch("/api").then(() => at("after_fetch"));
at("moment"); document.cookie = "moment=; max-age=0; path=/";
document.cookie = "__Host-mine=1; secure; path=/"; document.cookie = "__Host-wrong=1; secure; path=/; domain={HOST}";
document.cookie = "chips=1; secure; path=/; samesite=none; partitioned";
cookieStore.set({{ name: "in_store", value: "1", expires: Date.now() + 86400000 * 20 }});
localStorage.setItem("local_key", "1"); localStorage.assigned = "1"; sessionStorage.setItem("session_key", "1");
indexedDB.open("database").onsuccess = (event) => event.target.result.close();
caches.open("cache");
navigator.serviceWorker.register("/sw.js");
new Worker("/worker.js"); new SharedWorker("/shared.js");
new WebSocket("ws://socket.localhost/live"); new EventSource("http://events.localhost/stream");
navigator.sendBeacon("http://{TRACKER}/beacon", "x");
fetch("http://{TRACKER}/kept", {{ method: "POST", body: "y", keepalive: true, mode: "no-cors" }});
fetch("http://{TRACKER}/cors", {{ credentials: "include" }}).catch(() => 0);
const gone = document.createElement("iframe"); gone.src = "http://{OTHER}/short"; document.body.append(gone);
addEventListener("message", () => gone.remove());
addEventListener("pagehide", () => {{ at("on_leaving"); navigator.sendBeacon("http://{TRACKER}/bye", "z"); }});
if (localStorage.visited) at("second_visit"); localStorage.visited = "1";
"""
TAGS_JS = """
const inline = document.createElement("script");
inline.textContent = "document.cookie = 'tagged=1; path=/'; setTimeout(() => { document.cookie = 'tagged_later=1; path=/' }, 60)";
document.head.append(inline);
const blob = document.createElement("script");
blob.src = URL.createObjectURL(new Blob(["document.cookie = 'from_blob=1; path=/'"], { type: "text/javascript" }));
document.head.append(blob);
"""
LIB_JS = f"""
const id = localStorage.lib_id || (localStorage.lib_id = Math.random().toString(36).slice(2, 12) + "7q9");
document.cookie = `_lib=${{id}}; path=/; max-age=34560000`;
new Image().src = "http://{OTHER}/sync?uid=" + id;
new Image().src = "http://{OTHER}/who?mail=" + encodeURIComponent("jane.doe@people.example");
const canvas = document.createElement("canvas"); canvas.width = 200; canvas.height = 40;
const pen = canvas.getContext("2d"); pen.fillText("Sphinx of black quartz", 2, 20); canvas.toDataURL();
for (let i = 0; i < 60; i++) {{ pen.font = "12px Font" + i; pen.measureText("mmmmmmmmmmlli"); }}
const sound = new OfflineAudioContext(1, 1000, 44100), hum = sound.createOscillator();
hum.connect(sound.createDynamicsCompressor()).connect(sound.destination); hum.start(); sound.startRendering();
[navigator.userAgent, navigator.language, navigator.platform, navigator.hardwareConcurrency, navigator.deviceMemory, navigator.plugins.length];
document.addEventListener("input", (event) => navigator.sendBeacon("http://{TRACKER}/keys", JSON.stringify({{ typed: event.target.value }})));
"""
CHARTS_JS = """
const canvas = document.createElement("canvas"); canvas.width = 600; canvas.height = 300; document.body.append(canvas);
const pen = canvas.getContext("2d");
for (let i = 0; i < 300; i++) { pen.font = i % 2 ? "12px serif" : "10px serif"; pen.measureText("January " + i); pen.fillText("January " + i, 5 * i, 20); }
pen.getImageData(5, 5, 1, 1); canvas.toDataURL("image/jpeg", 0.8);
if (/Mobile/.test(navigator.userAgent + navigator.platform + navigator.vendor + navigator.language + navigator.maxTouchPoints)) 0;
const sound = new AudioContext(); sound.createDynamicsCompressor();
navigator.getBattery().then((one) => one.level + one.charging);
"""

STORED = {
    ("cookie", "plain", HOST, MAIN),
    ("cookie", "long_lived", HOST, MAIN),
    ("cookie", "by_eval", HOST, MAIN),
    ("cookie", "by_function", HOST, MAIN),
    ("cookie", "by_promise", HOST, MAIN),
    ("cookie", "late", HOST, MAIN),
    ("cookie", "after_fetch", HOST, MAIN),
    ("cookie", "moment", HOST, MAIN),
    ("cookie", "__Host-mine", HOST, MAIN),
    ("cookie", "chips", HOST, MAIN),
    ("cookie", "in_store", HOST, MAIN),
    ("cookie", "on_leaving", HOST, MAIN),
    ("cookie", "second_visit", HOST, MAIN),
    ("cookie", "inline_cookie", HOST, f"http://{HOST}/"),
    ("cookie", "srcdoc_cookie", HOST, f"http://{HOST}/"),
    ("cookie", "tagged", HOST, TAGS),
    ("cookie", "tagged_later", HOST, TAGS),
    ("cookie", "from_blob", HOST, TAGS),
    ("cookie", "_lib", HOST, LIBRARY),
    ("cookie", "by_page", HOST, f"http://{HOST}/"),
    ("cookie", "by_api", HOST, f"http://{HOST}/api"),
    ("cookie", "by_worker", HOST, f"http://{HOST}/from-worker"),
    ("cookie", "by_shared", HOST, f"http://{HOST}/from-shared"),
    ("cookie", "by_service", HOST, f"http://{HOST}/from-service"),
    ("cookie", "hop1", OTHER, f"http://{OTHER}/start"),
    ("cookie", "hop2", "third.localhost", "http://third.localhost/end"),
    ("cookie", "by_cors", TRACKER, f"http://{TRACKER}/cors"),
    ("cookie", "framed", OTHER, f"http://{OTHER}/frame"),
    ("cookie", "in_live", "socket.localhost", "ws://socket.localhost/live"),
    ("local-storage", "local_key", HOST, MAIN),
    ("local-storage", "assigned", HOST, MAIN),
    ("local-storage", "lib_id", HOST, LIBRARY),
    ("local-storage", "from_srcdoc", HOST, f"http://{HOST}/"),
    ("local-storage", "short_key", OTHER, f"http://{OTHER}/short"),
    ("session-storage", "session_key", HOST, MAIN),
    ("local-storage", "visited", HOST, MAIN),
    ("indexed-db", "database", HOST, MAIN),
    ("indexed-db", "worker_base", HOST, f"http://{HOST}/worker.js"),
    ("indexed-db", "frame_base", OTHER, f"http://{OTHER}/frame"),
    ("cache-storage", "cache", HOST, MAIN),
    ("cache-storage", "worker_cache", HOST, f"http://{HOST}/worker.js"),
    ("cache-storage", "service_cache", HOST, f"http://{HOST}/sw.js"),
    ("service-worker", f"http://{HOST}/sw.js", HOST, MAIN),
}
REFUSED = {"__Host-wrong": "InvalidPrefix", "insecure_none": "SameSiteNoneInsecure", "elsewhere": "InvalidDomain"}
SENT = {
    ("request", "fonts.localhost/css"),
    ("request", f"{TRACKER}/lib.js"),
    ("request", f"{OTHER}/start"),
    ("request", "third.localhost/end"),
    ("request", f"{OTHER}/frame"),
    ("request", f"{OTHER}/sandboxed"),
    ("request", f"{OTHER}/short"),
    ("request", f"{OTHER}/sync"),
    ("request", f"{OTHER}/who"),
    ("request", f"{TRACKER}/cors"),
    ("request", "events.localhost/stream"),
    ("request", "worker-talk.localhost/w"),
    ("websocket", "socket.localhost/live"),
    ("beacon", f"{TRACKER}/beacon"),
    ("beacon", f"{TRACKER}/kept"),
    ("beacon", f"{TRACKER}/bye"),
    ("beacon", f"{TRACKER}/keys"),
}


def script(text: str, *cookies: str) -> Answer:
    return Answer(text, kind="text/javascript", headers=[("Set-Cookie", one) for one in cookies])


@page(HOST)
def everything(asked: Handler) -> Answer:
    answer = document(PAGE)
    lines = ("by_page=1; Path=/; HttpOnly", "insecure_none=1; SameSite=None", "elsewhere=1; Domain=foo.example")
    answer.headers.extend(("Set-Cookie", line) for line in lines)
    return answer


page(HOST, "/main.js")(lambda _: script(MAIN_JS))
page(HOST, "/tags.js")(lambda _: script(TAGS_JS))
page(HOST, "/api")(lambda _: Answer("{}", kind="application/json", headers=[("Set-Cookie", "by_api=1; Path=/")]))
page(HOST, "/sw.js")(
    lambda _: script(
        "addEventListener('install', (event) => event.waitUntil(Promise.all([caches.open('service_cache'), fetch('/from-service')])));"
    )
)
page(HOST, "/worker.js")(
    lambda _: script(
        "indexedDB.open('worker_base'); caches.open('worker_cache'); fetch('/from-worker'); fetch('http://worker-talk.localhost/w', { mode: 'no-cors' });"
    )
)
page(HOST, "/shared.js")(lambda _: script("fetch('/from-shared');"))
for name in ("worker", "shared", "service"):
    page(HOST, f"/from-{name}")(lambda _, name=name: Answer("x", headers=[("Set-Cookie", f"by_{name}=1; Path=/")]))
page(TRACKER, "/lib.js")(lambda _: script(LIB_JS))
page(TRACKER, "/cors")(
    lambda asked: Answer(
        "x",
        headers=[
            ("Access-Control-Allow-Origin", f"http://{HOST}"),
            ("Access-Control-Allow-Credentials", "true"),
            ("Set-Cookie", "by_cors=1; SameSite=None; Secure; Path=/"),
        ],
    )
)
page(TRACKER, "*")(lambda _: Answer(b"", kind="image/gif"))
page("fonts.localhost", "*")(lambda _: Answer("body { color: black }", kind="text/css"))
page("worker-talk.localhost", "*")(lambda _: Answer("x"))
page("events.localhost", "*")(lambda _: Answer("data: 1\n\n", kind="text/event-stream"))


@page("socket.localhost", "/live")
def socket(asked: Handler) -> Answer:
    said = asked.headers.get("Sec-WebSocket-Key", "") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    key = b64encode(sha1(said.encode(), usedforsecurity=False).digest()).decode()
    headers = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", key)]
    return Answer(status=101, headers=[*headers, ("Set-Cookie", "in_live=1; SameSite=None; Secure; Path=/")])


page(OTHER, "/start")(
    lambda _: Answer(
        status=302,
        headers=[("Location", "http://third.localhost/end"), ("Set-Cookie", "hop1=1; SameSite=None; Secure; Path=/")],
    )
)
page("third.localhost", "*")(
    lambda _: Answer(b"", kind="image/gif", headers=[("Set-Cookie", "hop2=1; SameSite=None; Secure; Path=/")])
)
page(OTHER, "/sandboxed")(
    lambda _: document("<script>try { localStorage.x = 1 } catch { } try { document.cookie = 'no=1' } catch { }</script>")
)
page(OTHER, "/frame")(
    lambda _: document(
        "<script>indexedDB.open('frame_base'); document.cookie = 'framed=1; SameSite=None; Secure; path=/'</script>"
    )
)
page(OTHER, "/short")(
    lambda _: document("<script>localStorage.short_key = '1'; setTimeout(() => parent.postMessage('done', '*'), 30)</script>")
)
page(OTHER, "*")(lambda _: Answer(b"", kind="image/gif"))


@page("charts.localhost")
def charts(asked: Handler) -> Answer:
    return document("<h1>Charts</h1><script src='/charts.js'></script>")


page("charts.localhost", "/charts.js")(lambda _: script(CHARTS_JS))


@page("respects-signal.localhost")
def respects(asked: Handler) -> Answer:
    answer = document(
        "<h1>Signal</h1><a href='/cookies'>Cookie policy</a>"
        "<script>if (!navigator.globalPrivacyControl) document.cookie = 'by_script=1; path=/'</script>"
    )
    if asked.headers.get("Sec-GPC") != "1":
        answer.headers.append(("Set-Cookie", "by_header=1; Path=/"))
    return answer


page("respects-signal.localhost", "/cookies")(lambda _: document("<h1>Cookie policy</h1><p>Last changed on 12 March 2026.</p>"))


RESPAWN = """
const made = () => "7u4" + Math.random().toString(36).slice(2, 12);
const held = (/(?:^|; )uid=([^;]+)/.exec(document.cookie) || [])[1];
const id = localStorage.uid_copy || held || made();
localStorage.uid_copy = id; document.cookie = `uid=${id}; path=/; max-age=100000`;
if (!/ordinary=/.test(document.cookie)) document.cookie = `ordinary=${made()}; path=/; max-age=100000`;
"""
page("respawns.localhost")(lambda _: document(f"<h1>Undead</h1><script>{RESPAWN}</script>"))

NUMBERED = """
const bar = document.getElementById("bar");
const told = () => JSON.parse(localStorage.shop_preferences || "null");
const keep = (yes) => { localStorage.shop_preferences = JSON.stringify({ number: crypto.randomUUID(), yes }); show(); };
const show = () => {
  const one = told();
  bar.hidden = Boolean(one && one.yes !== null);
  if (one && one.yes) document.cookie = "ad_user=7u4k2m9x1p; path=/; max-age=100000"; else document.cookie = "ad_user=; path=/; max-age=0";
};
document.getElementById("yes").onclick = () => keep(true);
document.getElementById("no").onclick = () => keep(false);
document.getElementById("again").onclick = () => { bar.hidden = false; };
if (!told()) keep(null); else show();
"""
page("numbered.localhost")(
    lambda _: document(
        "<h1>Shop</h1><p><button id='again'>Cookie settings</button></p>"
        "<div id='bar' role='dialog' style='position:fixed;bottom:0;left:0;right:0;padding:20px;background:#fff'>"
        "<p>We use cookies for advertising.</p><button id='yes'>Accept all</button><button id='no'>Reject all</button></div>"
        f"<script>{NUMBERED}</script>"
    )
)
