"""Banners as they are met in the wild: what is pressed is a div, a link or an icon; it comes late, in layers, in a frame.

Each host is one banner. A choice is kept in `consent`; what may be stored only with consent is `_count`.
"""

from browser.sites.bed import Answer, Handler, document, page

KEEP = """
const keep = (what) => { document.cookie = `consent=${what}; path=/; max-age=10000`;
  if (what === "yes") document.cookie = "_count=1; path=/; max-age=10000"; else document.cookie = "_count=; path=/; max-age=0"; hide(); };
const hide = () => { for (const one of document.querySelectorAll("[data-ask]")) one.remove(); document.documentElement.style.overflow = ""; };
const press = (id, act) => { const el = document.getElementById(id); if (el) el.addEventListener("click", (event) => { event.preventDefault(); act(); }); };
const asked = /consent=/.test(document.cookie);
if (asked) hide();
press("yes", () => keep("yes")); press("no", () => keep("no"));
"""
LOW = "position:fixed;bottom:0;left:0;right:0;padding:16px;background:#eef"
MIDDLE = "position:fixed;top:20%;left:25%;width:50%;padding:20px;background:#fff;border:1px solid #888"
TEXT = "<h1>Shop</h1>" + "<p>We sell bread and rolls, every day from seven in the morning.</p>" * 8


def site(host: str, ask: str, *, language: str = "en", script: str = "", rest: str = "") -> None:
    def make(asked: Handler) -> Answer:
        return document(f"{TEXT}{rest}{ask}<script>{KEEP}{script}</script>", language=language)

    page(f"{host}.localhost")(make)


site(
    "divs",
    f"""<div data-ask style="{LOW}"><div>Cookies help us to improve this website.</div>
    <div class="cta primary" id="yes" style="cursor:pointer">Sounds good, allow all</div>
    <div class="cta" id="no" style="cursor:pointer">Reject everything</div></div>""",
)
site(
    "spans",
    f"""<section data-ask style="{LOW}"><p>Diese Seite verwendet Cookies und ähnliche Techniken.</p>
    <span id="yes" style="cursor:pointer;background:#080">Alles klar, zustimmen</span> <span id="no" style="cursor:pointer">Ohne Einwilligung fortfahren</span></section>""",
    language="de",
)
site(
    "knownvisitor",
    f"""<div data-ask style="{LOW}">We use cookies to count our readers. <button id="yes">Accept all</button> <a href="#" id="no" style="font-size:8px">Reject all</a></div>""",
    script="""if (!/visit=/.test(document.cookie)) document.cookie = `visit=${crypto.randomUUID()}; path=/`;""",
)
WALLED = """<div data-ask style="position:fixed;inset:0;padding:99px;background:#fff"><p>You refused our cookies. Accept them to read on.</p><button id="still">Accept cookies</button></div>"""
for host, comes in (("wallafter", "at once"), ("wallnext", "on the next page")):
    site(
        host,
        f"""<div data-ask style="{LOW}">We use cookies to count our readers. <button id="yes">Accept all</button> <button id="no">Reject all</button></div>""",
        script=f"""const wall = () => {{ document.body.insertAdjacentHTML("beforeend", `{WALLED}`); document.body.style.overflow = "hidden"; press("still", () => keep("yes")); }};
        if (/consent=no/.test(document.cookie)) wall(); if ("{comes}" === "at once") press("no", wall);""",
    )
site(
    "links",
    f"""<div data-ask style="{LOW}">Nous utilisons des cookies pour mesurer l'audience. <a href="#" id="yes">Tout accepter</a> <a href="/refus" id="no">Continuer sans accepter →</a></div>""",
    language="fr",
)
site(
    "inputs",
    f"""<form data-ask style="{LOW}" onsubmit="return false"><p>Utilizamos cookies propias y de terceros.</p>
    <input type="submit" id="yes" value="Aceptar todas"><input type="button" id="no" value="Rechazar todas"></form>""",
    language="es",
)
site(
    "icons",
    f"""<div data-ask style="{LOW}"><p>This site uses cookies to count its readers.</p><button id="yes" aria-label="Accept cookies">✔</button>
    <button id="no" title="Decline cookies"><svg width="20" height="20"></svg></button></div>""",
)
site(
    "switches",
    f"""<div data-ask role="dialog" style="{MIDDLE}"><div id="first"><p>We and 312 partners store cookies on your device.</p><button id="yes">Agree and close</button>
    <button id="more">More options</button></div><div id="second" hidden><p>Your cookie choices</p>
    <p>Necessary <span role="switch" aria-checked="true" aria-disabled="true" style="display:inline-block;width:30px;height:16px;background:#888"></span></p>
    <p>Audience <span role="switch" class="one" aria-checked="true" style="display:inline-block;width:30px;height:16px;background:#0a0"></span></p>
    <p>Advertising <span role="switch" class="one" aria-checked="true" style="display:inline-block;width:30px;height:16px;background:#0a0"></span></p>
    <button id="save">Confirm my choices</button></div></div>""",
    script="""press("more", () => { first.hidden = true; second.hidden = false; });
    for (const one of document.querySelectorAll(".one")) one.onclick = () => one.setAttribute("aria-checked", one.getAttribute("aria-checked") !== "true");
    press("save", () => keep(document.querySelector(".one[aria-checked=true]") ? "yes" : "no"));""",
)
site(
    "thirdlayer",
    f"""<div data-ask role="dialog" style="{MIDDLE}"><div id="first"><p>Wij plaatsen cookies.</p><button id="yes">Ja, ik ga akkoord</button><a href="#" id="more">Zelf instellen</a></div>
    <div id="second" hidden><p>Cookies per doel</p><label><input type="checkbox" class="one" checked> Statistieken</label><label><input type="checkbox" class="one" checked> Reclame</label>
    <button id="all">Alles toestaan</button><button id="save">Voorkeuren opslaan</button></div></div>""",
    language="nl",
    script="""press("more", () => { first.hidden = true; second.hidden = false; }); press("all", () => keep("yes"));
    press("save", () => keep(document.querySelector(".one:checked") ? "yes" : "no"));""",
)
site(
    "curtain",
    f"""<div data-ask style="position:fixed;inset:0;background:rgba(0,0,0,.7)"><div style="{MIDDLE}" role="dialog" aria-modal="true"><h2>Pliki cookie</h2><p>Używamy plików cookie, aby zapamiętać ustawienia.</p>
    <button id="yes" style="background:#060;color:#fff;padding:12px 30px;font-size:18px;border:0">Akceptuję</button> <a href="#" id="no" style="font-size:11px;color:#999">Nie zgadzam się</a></div></div>""",
    language="pl",
    script="if (!asked) document.documentElement.style.overflow = 'hidden';",
)
site(
    "later",
    "",
    language="it",
    script=f"""if (!asked) setTimeout(() => {{ const box = document.createElement("aside"); box.dataset.ask = ""; box.style = "{LOW}";
    box.innerHTML = "<p>Questo sito utilizza i cookie.</p><button id=yes>Accetta tutti</button><button id=no>Rifiuta tutti</button>"; document.body.append(box);
    press("yes", () => keep("yes")); press("no", () => keep("no")); }}, 1800);""",
)
site(
    "nested",
    f"""<cookie-box data-ask style="{LOW}"></cookie-box>""",
    script="""if (!asked) { const root = document.querySelector("cookie-box").attachShadow({ mode: "closed" });
    const inner = document.createElement("inner-box"); root.append(inner); const deep = inner.attachShadow({ mode: "open" });
    deep.innerHTML = "<p>Vi använder cookies för att förbättra webbplatsen.</p><button>Acceptera alla</button><button>Neka alla</button>";
    const [yes, no] = deep.querySelectorAll("button"); yes.onclick = () => keep("yes"); no.onclick = () => keep("no"); }""",
    language="sv",
)
site(
    "slides",
    f"""<div data-ask id="bar" style="{LOW};transition:transform .4s"><p>Tämä sivusto käyttää evästeitä.</p><button id="yes">Hyväksy kaikki</button><button id="no">Vain välttämättömät</button></div>""",
    language="fi",
    script="hide = () => { const bar = document.getElementById('bar'); if (bar) { bar.style.transform = 'translateY(120%)'; setTimeout(() => bar.remove(), 500); } };".replace(
        "hide = ", "const away = "
    )
    + "press('yes', away); press('no', away);",
)
site(
    "reloads",
    f"""<div data-ask style="{LOW}"><p>Folosim cookie-uri pentru statistici.</p><button id="y">Accept toate</button><button id="n">Refuz</button></div>""",
    language="ro",
    script="press('y', () => { keep('yes'); location.reload(); }); press('n', () => { keep('no'); location.reload(); });",
)
FOOTER = '<footer><a href="#" id="again">Manage cookies</a></footer>'
site(
    "footer",
    f"""<div data-ask id="bar" hidden style="{LOW}"><p>We use cookies.</p><button id="yes">OK, accept</button><button id="no">No, thanks</button></div>""",
    rest=FOOTER,
    script="""const bar = document.querySelector("#bar") || Object.assign(document.createElement("div"), { id: "bar" }); bar.hidden = asked;
    press("again", () => { const box = document.createElement("div"); box.dataset.ask = ""; box.setAttribute("role", "dialog"); box.style = "position:fixed;bottom:0;background:#fff";
    box.innerHTML = "<p>Your cookie choice</p><button id=yes2>Accept all</button><button id=no2>Reject all</button>"; document.body.append(box);
    press("yes2", () => keep("yes")); press("no2", () => keep("no")); });""",
)
site(
    "floats",
    f"""<div data-ask style="{LOW}"><p>We use cookies to see how you use our site.</p><button id="yes">Accept</button><button id="no">Decline</button></div>""",
    rest='<button id="float" aria-label="Cookie preferences" style="position:fixed;left:8px;bottom:8px;width:40px;height:40px;border-radius:50%">🍪</button>',
    script="""press("float", () => { const box = document.createElement("dialog"); box.dataset.ask = ""; box.innerHTML = "<p>Cookie preferences</p><label><input type=checkbox id=stat> Statistics cookies</label><button id=save>Save preferences</button>";
    document.body.append(box); box.showModal(); stat.checked = /consent=yes/.test(document.cookie); press("save", () => keep(stat.checked ? "yes" : "no")); });""",
)
site(
    "pretends",
    f"""<div data-ask style="{LOW}"><p>We use cookies.</p><button onclick="hide()">Accept</button><button onclick="hide()">Reject</button></div>""",
)
site(
    "oneway",
    f"""<div data-ask style="{LOW}"><p>By using this site you accept our cookies. <a href="/policy">Read more</a></p><button id="yes">Got it</button></div>""",
)
site(
    "ownpage",
    f"""<div data-ask style="{LOW}"><p>We use cookies.</p><button id="yes">Accept</button><button id="no">Refuse</button></div>""",
    rest='<footer><a href="/cookie-settings">Cookie settings</a></footer>',
)
SETTINGS = """<h1>Your cookies</h1><p>Here you can change which cookies we use.</p><label><input type="checkbox" id="stat"> Statistics</label>
<button id="save">Save choices</button> <p id="done"></p>"""
SAVING = """stat.checked = /consent=yes/.test(document.cookie);
press("save", () => { keep(stat.checked ? "yes" : "no"); done.textContent = "Saved."; });"""
page("ownpage.localhost", "/cookie-settings")(lambda _: document(f"{SETTINGS}<script>{KEEP}{SAVING}</script>"))

ANSWERED = {
    "divs": ("Sounds good, allow all", "Reject everything"),
    "spans": ("Alles klar, zustimmen", "Ohne Einwilligung fortfahren"),
    "links": ("Tout accepter", "Continuer sans accepter →"),
    "inputs": ("Aceptar todas", "Rechazar todas"),
    "icons": ("Accept cookies", "Decline cookies"),
    "switches": ("Agree and close", "Confirm my choices"),
    "thirdlayer": ("Ja, ik ga akkoord", "Voorkeuren opslaan"),
    "curtain": ("Akceptuję", "Nie zgadzam się"),
    "later": ("Accetta tutti", "Rifiuta tutti"),
    "nested": ("Acceptera alla", "Neka alla"),
    "slides": ("Hyväksy kaikki", "Vain välttämättömät"),
    "reloads": ("Accept toate", "Refuz"),
    "footer": ("OK, accept", "No, thanks"),
    "floats": ("Accept", "Decline"),
    "ownpage": ("Accept", "Refuse"),
}
"""What accepts and what refuses; the last thing that is pressed where there are layers."""
