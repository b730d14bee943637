"""Sites whose frames go with the visitor's agreement, and pages that say something as they are left."""

from browser.sites import bed
from browser.sites.banners import LOW, TEXT

WIDGET = "widget.other.example"
STATS = "stats.other.example"
BAR = f"""<div id="bar" hidden style="{LOW}"><p>We use cookies to count our readers and to show films.</p>
<button id="yes">Accept all</button> <button id="no">Reject all</button></div>
<footer><button id="again">Cookie settings</button></footer>"""
CHOOSE = """const yes = () => /consent=yes/.test(document.cookie), bar = document.getElementById("bar");
const keep = (what) => { document.cookie = `consent=${what}; path=/; max-age=10000`; };
document.getElementById("again").onclick = () => { bar.hidden = false; };
document.getElementById("yes").onclick = () => { keep("yes"); bar.hidden = true; agreed(); };
bar.hidden = /consent=/.test(document.cookie);
const frame = () => { const one = document.createElement("iframe"); one.sandbox = "allow-scripts allow-same-origin"; one.src = "http://widget.other.example/frame"; document.body.append(one); };
if (yes()) agreed();
"""
SITES = {
    # The frame's storage stays behind when the frame does not come any more.
    "stays": """function agreed() { frame(); } document.getElementById("no").onclick = () => { keep("no"); location.reload(); };""",
    # The frame is told, and takes everything away, before it goes.
    "tidy": """function agreed() { frame(); } document.getElementById("no").onclick = () => { keep("no");
    const one = document.querySelector("iframe"); if (!one) { location.reload(); return; }
    one.contentWindow.postMessage("forget", "*"); addEventListener("message", () => location.reload()); };""",
    # What a page says as it goes, in all the ways there are.
    "farewell": """let isOn = false; function agreed() { if (isOn) return; isOn = true;
    const say = (what) => navigator.sendBeacon("http://stats.other.example/" + what, "x");
    addEventListener("beforeunload", () => say("before")); addEventListener("pagehide", () => { say("hide"); document.cookie = "_stayed=12; path=/; max-age=900"; });
    document.addEventListener("visibilitychange", () => say("hidden")); addEventListener("pagehide", () => fetch("http://stats.other.example/kept", { method: "POST", body: "x", keepalive: true, mode: "no-cors" })); }
    document.getElementById("no").onclick = () => { keep("no"); document.cookie = "_stayed=; path=/; max-age=0"; location.reload(); };""",
    # It goes on, and was never left: whoever took consent back reads on.
    "deaf": """function agreed() { setInterval(() => { navigator.sendBeacon("http://stats.other.example/still", "x"); }, 150); }
    document.getElementById("no").onclick = () => { keep("no"); bar.hidden = true; };""",
}
FRAME = """<script>localStorage.setItem("wish", "1"); indexedDB.open("shelf").onsuccess = (one) => one.target.result.close();
addEventListener("message", (event) => { localStorage.clear(); const gone = indexedDB.deleteDatabase("shelf"); gone.onsuccess = () => parent.postMessage("done", "*"); });</script>"""

bed.page(WIDGET, "/frame")(lambda _: bed.document(FRAME))
bed.page(STATS, "*")(lambda _: bed.Answer("", status=204))
for name, script in SITES.items():
    bed.page(f"{name}.example")(lambda _, script=script: bed.document(f"{TEXT}{BAR}<script>{script}\n{CHOOSE}</script>"))
