"""Shapes that are easily misread: sliders, notices that ask nothing, layers ticked beforehand, faded buttons, ids that only seem to move."""

from browser.sites.banners import LOW, site
from browser.sites.bed import Answer, Handler, document, page

site(
    "slider",
    f"""<div data-ask style="{LOW}"><p>Wie viele Cookies erlauben Sie? Ganz links: nur notwendige.</p><input type="range" id="much" min="0" max="2" value="1">
    <button id="save">Auswahl bestätigen</button> <button id="yes">Allem zustimmen</button></div>""",
    language="de",
    script="""press("save", () => keep(+document.getElementById("much").value > 0 ? "yes" : "no"));""",
)
site(
    "noasking",
    f"""<div style="{LOW}">Този сайт използва само строго необходими бисквитки. <button onclick="this.parentElement.remove()">Разбрах</button></div>""",
    language="bg",
)
site(
    "riddles",
    f"""<div data-ask style="{LOW}"><p>Denna webbplats använder cookies för statistik.</p><button id="yes">Solros</button> <button id="no">Månsken</button></div>""",
    language="sv",
)
site(
    "bothreadings",
    f"""<div data-ask style="{LOW}"><div id="one"><p>We use cookies to count our readers.</p><button id="yes">Accept all</button> <button id="more">Settings</button></div>
    <div id="two" hidden><label><input type="checkbox" id="box"> My visits shall not be counted</label> <button id="save">Save</button></div></div>""",
    script="""press("more", () => { document.getElementById("one").hidden = true; document.getElementById("two").hidden = false; });
    press("save", () => keep(document.getElementById("box").checked ? "no" : "yes"));""",
)
site(
    "jukebox",
    f"""<div data-ask style="{LOW}"><p>Let's have 18 songs and cookies that follow you home. Fancy it?</p><button id="yes">Let's enter cookie land</button> <button id="no">Moonlight</button></div>""",
)


def _answered_by_links(asked: Handler) -> Answer:
    said = {"/ja": "yes", "/nee": "no"}.get(asked.path)
    if said is not None:
        count = "_count=1; Path=/; Max-Age=9999" if said == "yes" else "_count=; Path=/; Max-Age=0"
        return Answer(
            "",
            status=303,
            headers=[("Location", "/"), ("Set-Cookie", count), ("Set-Cookie", f"chosen={said}; Path=/; Max-Age=9999")],
        )
    links = "<a href='/ja'>Ja, cookies accepteren</a> <a href='/nee'>Nee, cookies weigeren</a>"
    ask = (
        ""
        if "chosen=" in asked.cookies
        else f"<aside><p>Mogen wij cookies voor statistieken plaatsen?</p><p>{links}</p></aside>"
    )
    return document(f"{ask}<h1>Mill</h1><p><a href='/flour'>Flour</a></p>", language="nl")


for path in ("/", "/flour", "/ja", "/nee"):
    page("bylinks.localhost", path)(_answered_by_links)


@page("detour.localhost")
def _detour(_: Handler) -> Answer:
    return Answer("", status=302, headers=[("Location", "/mill"), ("Set-Cookie", "_came=7; Path=/; Max-Age=99999")])


@page("detour.localhost", "/mill")
def _mill(asked: Handler) -> Answer:
    ask = "" if "chosen=" in asked.cookies else f"<div data-ask style='{LOW}'><p>May we count with cookies?</p>{YES_NO}</div>"
    return document(
        f"<h1>Mill</h1><p><a href='/flour'>Flour</a> <a href='/policy'>Cookie policy</a></p>{ask}<script>{CHOOSE}</script>"
    )


@page("detour.localhost", "/flour")
def _flour(_: Handler) -> Answer:
    return document("<h1>Flour</h1><p>Wheat and rye.</p>")


YES_NO = "<button id='yes'>Accept all</button> <button id='no'>Reject all</button>"
CHOOSE = """for (const id of ["yes", "no"]) { const el = document.getElementById(id); if (el) el.onclick = () => { document.cookie = `chosen=${id}; path=/; max-age=9999`; document.querySelector("[data-ask]").remove(); }; }"""
site(
    "funding",
    f"""<div data-ask style="{LOW}"><p>We and 212 partners store and access information on your device.</p><button id="yes">Consent</button> <button id="no">Do not consent</button></div>""",
)
site(
    "doubtful",
    f"""<div data-ask id="one" style="{LOW}"><p>Používame súbory cookie na štatistiky.</p><button id="yes">Prijať všetko</button> <button id="first">Odmietnuť všetko</button></div>
    <div data-ask id="two" style="display:none;{LOW}"><p>Naozaj odmietnuť súbory cookie?</p><button id="after">Nie, prijať cookies</button> <button id="no">Áno, odmietnuť</button></div>""",
    language="sk",
    script="""press("first", () => { document.getElementById("one").remove(); if (!asked) document.getElementById("two").style.display = ""; }); press("after", () => keep("yes"));""",
)
site(
    "onelist",
    f"""<div data-ask style="{LOW}"><p>Kies hoeveel cookies wij mogen gebruiken.</p><select id="much"><option value="0">Alleen noodzakelijk</option><option value="2" selected>Alles</option></select>
    <button id="save">Mijn keuze bewaren</button> <button id="yes">Alles goedkeuren</button></div>""",
    language="nl",
    script="""press("save", () => keep(document.getElementById("much").value === "2" ? "yes" : "no"));""",
)
site(
    "partbypart",
    f"""<div data-ask style="{LOW}"><div id="one"><p>Ce site dépose des cookies.</p><button id="yes">Tout accepter</button> <button id="more">Paramétrer</button></div>
    <div id="two" hidden><p>Audience</p><button class="part">Interdire</button><p>Publicité</p><button class="part">Interdire</button> <button id="save">Valider mes choix</button></div></div>""",
    language="fr",
    script="""const parts = [...document.querySelectorAll(".part")]; for (const one of parts) one.onclick = () => one.classList.add("off");
    press("more", () => { document.getElementById("one").hidden = true; document.getElementById("two").hidden = false; });
    press("save", () => keep(parts.every((one) => one.classList.contains("off")) ? "no" : "yes"));""",
)
site(
    "moreabout",
    f"""<div data-ask style="{LOW}"><p>Ta strona korzysta z plików cookies.</p><button id="yes">Zgadzam się</button> <button id="more">Dowiedz się więcej</button><div id="two" hidden><button id="no">Odrzuć wszystkie</button></div></div>""",
    language="pl",
    script="""press("more", () => { document.getElementById("two").hidden = false; });""",
)
site(
    "pricelist",
    """<div data-ask><ask-first></ask-first></div><footer><a href="/prijzen">Prijzen</a></footer>""",
    language="nl",
    script="""if (!asked) { const inner = document.querySelector("ask-first").attachShadow({ mode: "open" });
    inner.innerHTML = `<style>:host{position:fixed;bottom:0;left:0;background:#eef;padding:16px}</style><p>Privacy. Mogen we uw bezoek meten?</p><button id="yes">Ja, meten mag</button> <button id="no">Nee, niet meten</button>`;
    inner.getElementById("yes").onclick = () => keep("yes"); inner.getElementById("no").onclick = () => keep("no"); }""",
)
site(
    "onlyboxes",
    f"""<div data-ask style="{LOW}"><p>This site uses analytics cookies.</p><label><input type="checkbox" id="box"> Allow them</label> <button id="save">Done</button></div>""",
    script="""press("save", () => keep(document.getElementById("box").checked ? "yes" : "no"));""",
)
site(
    "tickedbelow",
    f"""<div data-ask style="{LOW}"><div id="one"><p>Nous utilisons des cookies.</p><button id="yes">Tout accepter</button> <button id="no">Tout refuser</button> <button id="more">Personnaliser</button></div>
    <div id="two" hidden><label><input type="checkbox" id="count" checked> Statistiques</label> <button id="save">Enregistrer</button></div></div>""",
    language="fr",
    script="""press("more", () => { document.getElementById("one").hidden = true; document.getElementById("two").hidden = false; });
    press("save", () => keep(document.getElementById("count").checked ? "yes" : "no"));""",
)
site(
    "noisylayer",
    f"""<div data-ask style="{LOW}"><div id="one"><p>We use cookies.</p><button id="yes">Accept all</button> <button id="no">Reject all</button> <button id="more">Settings</button></div>
    <div id="two" hidden><label><input type="checkbox" id="count"> Statistics</label> <button id="save">Save</button></div></div><footer><a href="/privacy">Privacy policy</a></footer>""",
    script="""press("more", () => { document.getElementById("one").hidden = true; document.getElementById("two").hidden = false;
    localStorage.opened = "1"; document.cookie = "layer=2; path=/; max-age=90000"; new Image().src = "http://ui.partner.localhost/p.gif?open=1"; });""",
)
page("noisylayer.localhost", "/privacy")(lambda _: document("<h1>Privacy policy</h1><p>1 May 2026</p>"))
site(
    "faded",
    f"""<div data-ask style="{LOW}">We use cookies to count our readers. <button id="yes">Accept all</button> <span style="opacity:.3"><button id="no">Reject all</button></span></div>""",
)
site(
    "panels",
    f"""<div id="ask" style="{LOW}"><p>Usamos cookies analíticas.</p><button id="yes">Aceptar</button> <button id="no">Rechazar</button></div><footer><a href="#" id="again">Panel de cookies</a></footer>""",
    language="es",
    script="""const ask = document.getElementById("ask"); if (asked) ask.style.display = "none";
    for (const id of ["yes", "no"]) press(id, () => { ask.style.display = "none"; });
    press("again", () => { ask.style.display = ""; });""",
)
site(
    "ownroom",
    f"""<div data-ask style="{LOW}"><p>Vi bruker informasjonskapsler.</p><button id="yes">Godta alle</button> <button id="no">Avslå alle</button></div><footer><a href="/valg">Administrer informasjonskapsler</a></footer>""",
    language="no",
)
page("ownroom.localhost", "/valg")(
    lambda _: document(
        """<h1>Dine valg</h1><button onclick="document.cookie = 'consent=no; path=/'; document.cookie = '_count=; max-age=0; path=/'">Trekk tilbake samtykket</button>""",
        language="no",
    )
)

ONCE = """<h1>Reader</h1><script>
if (!/reader=/.test(document.cookie)) document.cookie = `reader=${crypto.randomUUID()}; path=/; max-age=900000`;
setTimeout(() => { document.cookie = `late=${crypto.randomUUID()}; path=/; max-age=900000`; }, 2000);
fetch("http://ids.partner.localhost/head", { headers: { "X-Reader": /reader=([^;]+)/.exec(document.cookie)[1] } });
fetch("http://ids.partner.localhost/mute", { credentials: "omit", mode: "no-cors" });
sessionStorage.tab = crypto.randomUUID();
</script><a href="/next">next</a>"""
for path in ("/", "/next"):
    page("onceonly.localhost", path)(lambda _: document(ONCE))
_OPEN = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Headers", "x-reader")]
page("ids.partner.localhost", "/head")(lambda _: Answer("{}", kind="application/json", headers=_OPEN))
page("ids.partner.localhost", "/mute")(
    lambda _: Answer("{}", kind="application/json", headers=[("Set-Cookie", "unheard=8f14e45f9d0a; Path=/; Max-Age=900000")])
)

FORM = """<form action="/in"><label>Name <input name="n"></label><label>Password <input type="password" name="p"></label><button>Log in</button></form>"""
page("hasacorner.localhost")(lambda _: document(f'<h1>Garden shop</h1><nav><a href="/plants">Plants</a></nav>{FORM}'))
page("hasacorner.localhost", "/plants")(lambda _: document("<h1>Plants</h1>"))
page("borrows.localhost")(
    lambda _: document(
        """<h1>Borrows</h1><iframe id="f"></iframe><script>
        document.getElementById("f").contentWindow.Storage.prototype.setItem.call(localStorage, "borrowed", "1"); localStorage.after = "1";</script>"""
    )
)

site(
    "walledframe",
    "<h1>Mill</h1><mill-map><template shadowrootmode='closed'><iframe src='http://map.partner.localhost/'></iframe></template></mill-map>",
)
page("map.partner.localhost")(lambda _: document("<script>localStorage.seen = 'x'; document.cookie = 'mapped=1';</script>"))

ONCE_ASKED = f"""<div data-ask style="{LOW}"><p>We use cookies to count our readers.</p><button id="yes">Accept all</button> <button id="no">Reject all</button></div>"""
TAKE_BACK = """<button id="back">Withdraw my consent</button><script>document.getElementById("back").onclick = () => {
document.cookie = "consent=no; path=/; max-age=9999"; document.cookie = "_count=; path=/; max-age=0"; };</script>"""
POLICY = (
    "<h1>{}</h1>"
    + "<p>The mill keeps the addresses of who orders flour, and nothing of who reads. Updated 2 March 2026.</p>" * 9
)
page("onlycookies.localhost")(lambda _: document("<h1>Mill</h1><a href='/c#choice'>Cookies</a>"))
page("onlycookies.localhost", "/c")(lambda _: document("<h1>Cookies</h1><p id='choice'>1 May 2026</p>"))
site("oncookies", ONCE_ASKED, rest="<footer><a href='/cookies'>Cookie policy</a></footer>")
page("oncookies.localhost", "/cookies")(lambda _: document(POLICY.format("Cookie policy") + TAKE_BACK))
for name, page_text, further in (
    ("onpolicy", TAKE_BACK, ""),
    ("deeper", "<p>See also our <a href='/cookies'>cookie policy</a>.</p>", TAKE_BACK),
    ("bymail", "<p>You can withdraw your consent to cookies at any time by sending an e-mail to privacy@mill.example.</p>", ""),
):
    site(name, ONCE_ASKED, rest="<footer><a href='/privacy'>Privacy policy</a></footer>")
    page(f"{name}.localhost", "/privacy")(lambda _, text=page_text: document(POLICY.format("Privacy policy") + text))
    page(f"{name}.localhost", "/cookies")(lambda _, text=further: document(POLICY.format("Cookie policy") + text))
site(
    "tonowhere",
    ONCE_ASKED,
    rest="<footer><a href='#' onclick='ask()'>Privacy settings</a> <a href='#choice'>Cookie policy</a></footer>",
)
