# ruff: noqa: RUF001 - letters of many languages look alike, and are meant.
"""Banners in shapes that the engine once could not answer: each class of them by one small page.

A choice is kept in `chosen`; what may be stored only with consent is `_count`.
"""

from browser.sites.bed import Answer, Handler, document, page
from browser.sites.wild import Right

TRUTH: dict[str, Right] = {}
KEEP = """
const keep = (what) => { document.cookie = `chosen=${what}; path=/; max-age=10000`; document.cookie = what === "yes" ? "_count=1; path=/; max-age=10000" : "_count=; path=/; max-age=0"; };
const asked = /chosen=/.test(document.cookie);
const $ = (what) => document.querySelector(what);
const on = (what, act) => { const el = typeof what === "string" ? $(what) : what; if (el) el.addEventListener("click", (event) => { event.preventDefault(); act(event); }); };
const ask = $("#ask");
const show = () => { if (ask) ask.hidden = false; };
const leave = (what) => { keep(what); ask.hidden = true; };
if (asked && ask) ask.hidden = true;
on("#again", show);
"""
PLAIN = """on("#yes", () => leave("yes")); on("#no", () => leave("no"));"""
LOW = "position:fixed;bottom:0;left:0;right:0;padding:16px;background:#eef"
TEXT = "<h1>Mill</h1>" + "<p>The mill grinds wheat and rye on every day of the week, and oats when there are any.</p>" * 12
ASK = "<p>We use cookies to count our readers.</p>"
AGAIN = "<a href='#' id='again'>Cookie settings</a>"


def shape(
    name: str, right: Right, ask: str, *, script: str = PLAIN, foot: str = AGAIN, language: str = "en", head: str = ""
) -> None:
    """Put one page into the bed."""
    TRUTH[name] = right
    body = f"{TEXT}<footer><a href='/about'>about us</a> {foot}</footer>{ask}<script>{KEEP}{script}</script>"
    page(f"{name}.localhost")(
        lambda _: document(body, language=language, head=f"<style>[hidden]{{display:none!important}}</style>{head}")
    )


BUTTONS = "<button id='yes'>Accept all</button> <button id='no'>Reject all</button>"
BOTH = Right("Accept all", "Reject all")

shape(
    "hydrates",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    # The server writes the buttons; what makes them work comes long after.
    script="setTimeout(() => {" + PLAIN + "}, 3200);",
)
shape(
    "redraws",
    BOTH,
    f"<div id='ask' style='{LOW}'></div>",
    script=f"""const draw = () => {{ ask.innerHTML = `{ASK}{BUTTONS}`; {PLAIN} }}; draw(); setInterval(() => ask.hidden || draw(), 25);""",
)
shape(
    "closedroot",
    BOTH,
    "<div id='ask'><mill-ask></mill-ask></div>",
    script=f"""const inner = $("mill-ask").attachShadow({{ mode: "closed" }}); inner.innerHTML = `<div style="{LOW}">{ASK}{BUTTONS}</div>`;
    inner.getElementById("yes").onclick = () => leave("yes"); inner.getElementById("no").onclick = () => leave("no");""",
)
shape(
    "understood",
    Right("Ik begrijp het", "Cookies uitschakelen"),
    f"<div id='ask' style='{LOW}'><p>Wij gebruiken cookies om bezoekers te tellen.</p><button id='yes'>Ik begrijp het</button> <button id='no'>Cookies uitschakelen</button></div>",
    language="nl",
    foot="<a href='#' id='again'>Cookie-instellingen</a>",
)
shape(
    "statedoff",
    Right("Accepter", "Refuser"),
    # The label says how the switch stands, and "refuse all" behind the settings only moves the switches.
    f"""<div id='ask' style='{LOW}'><p>Nous utilisons des cookies.</p><button id='yes'>Accepter</button> <button id='no'>Refuser</button> <button id='set'>Configurer</button></div>
    <div id='panel' role='dialog' hidden style='{LOW}'><h2>Cookies</h2><button id='every'>Tout accepter</button> <button id='none'>Tout refuser</button>
    <p><label><input type='checkbox' id='box'>Mesure d'audience <span id='state'>désactivé</span></label></p><button id='save'>Sauvegarder</button></div>""",
    language="fr",
    foot="<button id='back'>Gérer les cookies</button>",
    script=PLAIN
    + """const box = $("#box"); const tell = () => { $("#state").textContent = box.checked ? "activé" : "désactivé"; }; box.onchange = tell; box.checked = /chosen=yes/.test(document.cookie); tell();
    const open = () => { $("#panel").hidden = false; }; on("#set", open); on("#back", open); const all = (what) => { box.checked = what; tell(); }; on("#every", () => all(true)); on("#none", () => all(false));
    on("#save", () => { leave(box.checked ? "yes" : "no"); $("#panel").hidden = true; });""",
)
shape(
    "updated",
    Right("Hyväksy", "Hylkää"),
    f"<div id='ask' style='{LOW}'><p>Käytämme evästeitä kävijämäärän laskemiseen.</p><button id='yes'>Hyväksy</button> <button id='no'>Hylkää</button></div>",
    language="fi",
    foot="<a href='/evasteet'>Evästeet</a>",
)
page("updated.localhost", "/evasteet")(
    lambda _: document(
        f"""{TEXT}<section><h2>Evästeet</h2><label><input type='radio' name='all' value='no'> Reject all</label> <label><input type='radio' name='all' value='yes' checked> Allow all</label> <button id='save'>Update cookie preference</button></section>
        <script>{KEEP}on("#save", () => keep($("input:checked").value));</script>""",
        language="fi",
    )
)
shape(
    "floatingicon",
    Right("Přijmout vše", "Odmítnout vše"),
    f"""<div id='ask' style='{LOW}'><p>Vyberte, které cookies povolíte.</p><button id='no'>Odmítnout vše</button> <button id='yes'>Přijmout vše</button></div>
    <div id='panel' hidden style='{LOW}'><h2>Předvolby cookies</h2><label style='display:block;width:44px;height:24px;background:#8af'><input type='checkbox' id='box' checked style='position:absolute;width:1px;height:1px;clip:rect(0,0,0,0)'></label>
    <button id='stop'>Zrušit</button> <button id='save'>Uložit předvolby</button></div>""",
    language="cs",
    # It slides in, beside a link to the policy that stands there at once.
    head="<style>@keyframes in{0%,90%{opacity:0}}#again{position:fixed;left:8px;bottom:8px;width:40px;height:40px;background:#cc0;animation:in 1s}</style>",
    foot="<a href='/soukromi'>Ochrana soukromí</a><div id='again' role='button' aria-label='Manage cookie preferences'><svg width='20' height='20'><style>"
    + "@keyframes crumb{0%{opacity:.9}50%{opacity:1}100%{opacity:.9}}" * 3
    + "</style></svg></div>",
    script=PLAIN
    + """on("#again", () => { $("#panel").hidden = false; }); on("#stop", () => { $("#panel").hidden = true; });
    on("#save", () => { keep($("#box").checked ? "yes" : "no"); $("#panel").hidden = true; });""",
)
INSIDE = f"<div style='{LOW}'>{ASK}{BUTTONS}</div>"
FROM_WITHIN = """customElements.define("mill-ask", class extends HTMLElement { constructor() { super(); this.inner = this.attachInternals().shadowRoot; } });
const within = $("mill-ask").inner; within.getElementById("yes").onclick = () => leave("yes"); within.getElementById("no").onclick = () => leave("no");"""
shape(
    "closedinmarkup",
    BOTH,
    f"<div id='ask'><mill-ask><template shadowrootmode='closed'>{INSIDE}</template></mill-ask></div>",
    script=FROM_WITHIN,
)
shape(
    "closedtwice",
    BOTH,
    # A plain element bears the outer root, and nobody's script can reach what stands in the inner one.
    f"""<div id='ask'><section><template shadowrootmode='closed'><div><template shadowrootmode='closed'>{INSIDE.replace("id='yes'", "onclick='leave(`yes`)'").replace("id='no'", "onclick='leave(`no`)'")}</template></div></template></section></div>""",
    script="globalThis.leave = leave;",
)
shape(
    "closedbyscript",
    BOTH,
    "<div id='ask'></div>",
    script=f"""setTimeout(() => {{ ask.setHTMLUnsafe(`<mill-ask><template shadowrootmode="closed">{INSIDE}</template></mill-ask>`);{FROM_WITHIN} }}, 1500);""",
)
shape(
    "nativequestion",
    Right("Accept all", "Reject all"),
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    foot="<button id='back'>Withdraw consent</button>",
    script="""on("#yes", () => leave("yes")); on("#no", () => confirm("Reject all cookies?") && leave("no")); on("#back", () => confirm("Really?") && leave("no"));""",
)
shape(
    "surely",
    Right("Accept all", "Yes"),
    f"""<div id='ask' style='{LOW}'><div id='one'>{ASK}{BUTTONS}</div><div id='two' hidden><p>Are you sure that you want no cookies?</p><button id='nay'>No</button> <button id='aye'>Yes</button></div></div>""",
    script="""on("#yes", () => leave("yes")); on("#no", () => { $("#one").hidden = true; $("#two").hidden = false; }); on("#aye", () => leave("no"));
    on("#nay", () => { $("#one").hidden = false; $("#two").hidden = true; }); on("#again", () => { $("#one").hidden = false; $("#two").hidden = true; show(); });""",
)
shape(
    "thanks",
    BOTH,
    f"""<div id='ask' style='{LOW}'><div id='one'>{ASK}{BUTTONS}</div><div id='two' hidden><p>Thank you. Your choice about cookies has been saved.</p><button id='shut'>OK</button></div></div>""",
    script="""const thank = (what) => { keep(what); $("#one").hidden = true; $("#two").hidden = false; }; on("#yes", () => thank("yes")); on("#no", () => thank("no")); on("#shut", () => { ask.hidden = true; });
    on("#again", () => { $("#one").hidden = false; $("#two").hidden = true; show(); });""",
)
SWITCH = (
    ".sw{display:inline-block;width:44px;height:22px;border-radius:11px;background:#bbb;cursor:pointer}.sw.on{background:#282}"
)
shape(
    "classswitch",
    Right("Accept all", "Save"),
    f"""<div id='ask' style='{LOW}'><div id='one'>{ASK}<button id='yes'>Accept all</button> <button id='set'>Settings</button></div>
    <div id='two' hidden><p>Statistics <span class='sw on'></span></p><p>Advertising <span class='sw on'></span></p><button id='save'>Save</button></div></div>""",
    script="""on("#yes", () => leave("yes")); const panel = () => { $("#one").hidden = true; $("#two").hidden = false; show(); }; on("#set", panel); on("#again", panel);
    for (const one of document.querySelectorAll(".sw")) one.onclick = () => one.classList.toggle("on"); on("#save", () => leave($(".sw.on") ? "yes" : "no"));""",
    head=f"<style>{SWITCH}</style>",
)
shape(
    "wordswitch",
    Right("Alles toestaan", "Bewaren"),
    f"""<div id='ask' style='{LOW}'><div id='one'><p>Wij gebruiken cookies.</p><button id='yes'>Alles toestaan</button> <button id='set'>Instellen</button></div>
    <div id='two' hidden><p>Statistieken <button class='flip'>Aan</button></p><p>Reclame <button class='flip'>Aan</button></p><button id='save'>Bewaren</button></div></div>""",
    language="nl",
    foot="<a href='#' id='again'>Cookie-instellingen</a>",
    script="""on("#yes", () => leave("yes")); const panel = () => { $("#one").hidden = true; $("#two").hidden = false; show(); }; on("#set", panel); on("#again", panel);
    const all = [...document.querySelectorAll(".flip")]; for (const one of all) one.onclick = () => { one.textContent = one.textContent === "Aan" ? "Uit" : "Aan"; };
    on("#save", () => leave(all.some((one) => one.textContent === "Aan") ? "yes" : "no"));""",
)
shape(
    "pressedswitch",
    Right("Alle erlauben", "Speichern"),
    f"""<div id='ask' style='{LOW}'><div id='one'><p>Wir nutzen Cookies.</p><button id='yes'>Alle erlauben</button> <button id='set'>Details</button></div>
    <div id='two' hidden><p>Statistik <button class='flip' aria-pressed='true'>Statistik</button></p><button id='save'>Speichern</button></div></div>""",
    language="de",
    foot="<a href='#' id='again'>Cookie-Einstellungen</a>",
    script="""on("#yes", () => leave("yes")); const panel = () => { $("#one").hidden = true; $("#two").hidden = false; show(); }; on("#set", panel); on("#again", panel);
    on(".flip", () => $(".flip").setAttribute("aria-pressed", String($(".flip").getAttribute("aria-pressed") !== "true")));
    on("#save", () => leave($(".flip").getAttribute("aria-pressed") === "true" ? "yes" : "no"));""",
)
shape(
    "savesitself",
    Right("Accept all", "Reject all"),
    f"""<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div><div id='pane' role='dialog' hidden style='position:fixed;inset:20%;background:#fff;border:1px solid'><h2>Cookies</h2>
    <label><input type='checkbox' id='box'> Statistics</label> <button id='shut' aria-label='Close'>×</button></div>""",
    script=PLAIN
    + """on("#again", () => { ask.hidden = true; $("#pane").hidden = false; $("#box").checked = /chosen=yes/.test(document.cookie); }); on("#shut", () => { $("#pane").hidden = true; });
    $("#box").onchange = () => keep($("#box").checked ? "yes" : "no");""",
)
shape(
    "terms",
    BOTH,
    f"""<div id='rules' style='position:fixed;top:0;left:0;right:0;background:#ffd'><p>We have new terms and conditions, and a new privacy policy.</p><button id='fine'>Accept</button> <button id='out'>Decline</button></div>
    <div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>""",
    script=PLAIN
    + """for (const id of ["fine", "out"]) on("#" + id, () => { localStorage.rules = id; $("#rules").remove(); });""",
)
shape(
    "twobars",
    BOTH,
    f"""<div id='news' style='position:fixed;top:0;left:0;right:0;background:#ffd'><p>Our privacy statement has changed.</p><button id='fine'>OK</button></div>
    <div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>""",
    script=PLAIN + """on("#fine", () => { localStorage.read = "1"; $("#news").remove(); });""",
)
shape(
    "placeholder",
    BOTH,
    f"""<div style='width:400px;height:200px;background:#ddd'><p>This film is shown by another site, which stores cookies of its own.</p><button id='film'>Accept cookies and play</button></div>
    <div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>""",
)
shape(
    "footrefusal",
    Right("Accept all", "Reject all"),
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    foot="<button id='back'>Refuse cookies</button>",
    script=PLAIN + """on("#back", () => leave("no"));""",
)
shape(
    "biscuit",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    foot="<button id='again' style='position:fixed;left:8px;bottom:8px'>🍪</button>",
)
shape(
    "nameless",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    foot="<button id='again' class='cookie-badge' style='position:fixed;left:8px;bottom:8px'><svg width='24' height='24'><circle r='9' cx='12' cy='12'/></svg></button>",
)
shape(
    "policyroom",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    foot="<a href='/cookies'>Cookie policy</a>",
)
page("policyroom.localhost", "/cookies")(
    lambda _: document(
        f"""<h1>Cookie policy</h1>{"<p>What is stored when you read these pages, by whom, and for how long.</p>" * 6}<p><button id='again'>Change your cookie settings</button></p>
        <div id='ask' hidden style='{LOW}'>{ASK}{BUTTONS}</div><script>{KEEP}{PLAIN}ask.hidden = true;</script>""",
        head="<style>[hidden]{display:none!important}</style>",
    )
)
shape(
    "softhyphens",
    Right("Alle Cookies ak\u00adzep\u00adtie\u00adren", "Alle Cookies ab\u00adleh\u00adnen"),
    f"""<div id='ask' style='{LOW}'><p>Wir nutzen Cookies.</p><button id='yes'>Alle Cookies ak&shy;zep&shy;tie&shy;ren</button> <button id='no'>Alle Cookies ab&shy;leh&shy;nen</button></div>""",
    language="de",
    foot="<a href='#' id='again'>Cookie-Ein&shy;stel&shy;lungen</a>",
)
shape(
    "signs",
    Right("Accept all", "Reject all"),
    f"""<div id='ask' style='{LOW}'>{ASK}<span id='a' hidden>Accept all</span><button id='yes' aria-labelledby='a'>✓</button> <button id='no'><svg width='20' height='20'><title>Reject all</title><path d='M0 0L20 20'/></svg></button></div>""",
)
shape(
    "cards",
    Right("All cookies", "Only what is needed"),
    f"""<div id='ask' style='{LOW}'>{ASK}<button id='yes'><strong>All cookies</strong><br>We may count your visits, remember what you looked at, and show you what else we bake.</button>
    <button id='no'><strong>Only what is needed</strong><br>We store what the shop cannot do without, and nothing that tells anybody where you went.</button></div>""",
)
shape(
    "painted",
    Right("Accept all", "Reject all"),
    f"""<div id='ask' style='{LOW}'>{ASK}<button id='yes'></button> <button id='no'></button></div>""",
    head="""<style>#yes::before{content:"Accept all"}#no::after{content:"Reject all"}</style>""",
)
shape(
    "pairs",
    Right("All cookies", "Necessary cookies"),
    f"""<div id='ask' style='{LOW}'>{ASK}<button id='yes'>All cookies</button> <button id='no'>Necessary cookies</button></div>""",
)
shape(
    "fadesin",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    head="<style>#ask{opacity:0;animation:in .3s 2s forwards}@keyframes in{to{opacity:1}}</style>",
)
shape(
    "hiddenfromreaders",
    BOTH,
    f"<div aria-hidden='true'><div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div></div>",
)
shape(
    "named",
    BOTH,
    f"<div id='ask' class='cookie-consent' style='{LOW}'><p>Your visit, your rules: may we keep count?</p>{BUTTONS}</div>",
)
shape(
    "oldenough",
    BOTH,
    f"""<div id='gate' style='position:fixed;inset:0;background:#222;color:#fff'><h2>Are you 18 years old?</h2><button id='young'>I am under 18</button> <button id='old'>I am 18 or over</button></div>
    <div id='ask' hidden style='{LOW}'>{ASK}{BUTTONS}</div>""",
    script=PLAIN
    + """const enter = () => { $("#gate").remove(); ask.hidden = asked; }; if (sessionStorage.old) enter(); on("#old", () => { sessionStorage.old = "1"; enter(); }); on("#young", () => { location = "/out"; });""",
)
shape(
    "comeslate",
    BOTH,
    f"<div id='ask' hidden style='{LOW}'>{ASK}{BUTTONS}</div>",
    script=PLAIN + """if (!asked) setTimeout(show, 3300);""",
)
shape(
    "thirdlayer",
    Right("Agree", "Allow nothing"),
    f"""<div id='ask' style='{LOW}'><div class='l'>{ASK}<button class='yes'>Agree</button> <button class='next'>More options</button></div><div class='l' hidden><h3>Your options</h3><button class='yes'>Allow all</button> <button class='next'>View purposes</button></div>
    <div class='l' hidden><h3>Purposes</h3><label><input type='checkbox' checked> Measuring</label> <button id='no'>Reject all</button> <button class='yes'>Allow all</button></div></div>""".replace(
        "Reject all", "Allow nothing"
    ),
    script="""const layers = [...document.querySelectorAll(".l")]; const at = (number) => layers.forEach((one, place) => { one.hidden = place !== number; });
    layers.forEach((one, place) => { on(one.querySelector(".yes"), () => leave("yes")); on(one.querySelector(".next"), () => at(place + 1)); }); on("#no", () => leave("no")); on("#again", () => { at(1); show(); });""",
)
shape(
    "silentlayer",
    Right("Accept all", "Save settings"),
    f"<div id='ask' style='{LOW}'>{ASK}<button id='yes'>Accept all</button> <button id='set'>Settings</button></div>",
    script="""on("#yes", () => leave("yes")); const panel = () => { ask.innerHTML = "<h3>Settings</h3><label><input type='checkbox' id='box' checked> Statistics</label> <button id='save'>Save settings</button>"; show(); on("#save", () => leave($("#box").checked ? "yes" : "no")); };
    on("#set", panel); on("#again", panel);""",
)
shape(
    "allparts",
    Right("Tout accepter", "Enregistrer"),
    f"""<div id='ask' style='{LOW}'><div id='one'><p>Nous utilisons des cookies.</p><button id='yes'>Tout accepter</button> <button id='set'>Paramétrer</button></div><div id='two' hidden>
    <p>Audience <button class='part'>Refuser</button></p><p>Publicité <button class='part'>Refuser</button></p><button id='none'>Tout refuser</button> <button id='save' disabled>Enregistrer</button></div></div>""",
    language="fr",
    foot="<a href='#' id='again'>Gérer mes cookies</a>",
    script="""on("#yes", () => leave("yes")); const panel = () => { $("#one").hidden = true; $("#two").hidden = false; show(); }; on("#set", panel); on("#again", panel);
    on("#none", () => { $("#save").disabled = false; }); on("#save", () => leave("no"));""",
)
shape(
    "slidesback",
    BOTH,
    f"<div id='ask'><div class='bar'>{ASK}{BUTTONS}</div></div>",
    head="<style>.bar{position:fixed;left:0;right:0;bottom:-260px;background:#eef;padding:16px;transition:bottom 1s .8s}.bar.up{bottom:0}</style>",
    script="""ask.hidden = false; const bar = $(".bar"); if (!asked) bar.classList.add("up"); const end = (what) => { keep(what); bar.classList.remove("up"); };
    on("#yes", () => end("yes")); on("#no", () => end("no")); on("#again", () => bar.classList.add("up"));""",
)
shape(
    "bothways",
    Right("Accept all", "Reject all"),
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    foot="<a href='/choice'>Change my cookie choice</a>",
)
page("bothways.localhost", "/choice")(
    lambda _: document(
        f"""<h1>Cookies</h1><p>Here you can change what you chose about cookies.</p><button id='yes'>Accept statistics cookies</button> <button id='no'>Withdraw consent</button>
        <script>{KEEP}on("#yes", () => keep("yes")); on("#no", () => keep("no"));</script>"""
    )
)
shape(
    "comesandgoes",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    # What is the second button at one look is the third at the next.
    script=PLAIN
    + """const more = document.createElement("button"); more.textContent = "Read aloud"; setInterval(() => { more.isConnected ? more.remove() : ask.prepend(more); }, 30);""",
)
shape(
    "contrary",
    Right("Alle Cookies erlauben", "Speichern"),
    f"""<div id='ask' style='{LOW}'><div id='one'><p>Wir zählen Besuche mit Cookies.</p><button id='yes'>Alle Cookies erlauben</button> <button id='set'>Einstellungen</button></div>
    <div id='two' hidden><label><input type='checkbox'> Keine Cookies für die Zählung</label> <label><input type='checkbox'> Keine Cookies für Werbung</label> <button id='save'>Speichern</button></div></div>""",
    language="de",
    foot="<a href='#' id='again'>Cookie-Einstellungen</a>",
    script="""on("#yes", () => leave("yes")); const panel = () => { $("#one").hidden = true; $("#two").hidden = false; show(); }; on("#set", panel); on("#again", panel);
    on("#save", () => leave([...document.querySelectorAll("input")].every((one) => one.checked) ? "no" : "yes"));""",
)
shape(
    "writeslater",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    # It says thanks at once, and remembers two seconds later.
    script="""const thank = (what) => { ask.hidden = true; setTimeout(() => keep(what), 2000); }; on("#yes", () => thank("yes")); on("#no", () => thank("no"));""",
)
shape(
    "countdown",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    script=PLAIN
    + """const both = document.querySelectorAll("#ask button"); const count = () => { let left = 3; for (const one of both) one.disabled = true;
    const tick = setInterval(() => { if (!--left) { clearInterval(tick); for (const one of both) one.disabled = false; } }, 900); };
    count(); on("#again", count);""",
)
shape(
    "oneoftwo",
    Right("Confirm", "Confirm"),
    f"""<div id='ask' style='{LOW}'>{ASK}<div role='radiogroup'><div role='radio' aria-checked='false' tabindex='0' data-say='no'>Only technical cookies</div>
    <div role='radio' aria-checked='false' tabindex='0' data-say='yes'>Technical, statistics and advertising cookies</div></div><button id='sure' disabled>Confirm</button></div>""",
    script="""let said = ""; const all = [...document.querySelectorAll("[role=radio]")];
    for (const one of all) one.onclick = () => { said = one.dataset.say; $("#sure").disabled = false; for (const other of all) other.setAttribute("aria-checked", String(other === one)); };
    on("#sure", () => leave(said));""",
)
shape(
    "besides",
    Right("Accept all / Alles annehmen", "Reject all / Alles ablehnen"),
    f"""<div id='where' style='position:fixed;top:0;right:0;background:#ffd'>May this site know where you are? <button>Allow</button> <button>Block</button></div>
    <div id='ask' style='{LOW}'>{ASK}<button id='yes'>Accept all / Alles annehmen</button> <button id='no'>Reject all / Alles ablehnen</button></div>""",
)
shape(
    "takenback",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    foot="<a href='/back'>Withdraw cookie consent</a>",
)
page("takenback.localhost", "/back")(
    lambda _: document(
        f"""<h1>Withdraw consent</h1><p>Would you like to withdraw your consent to counting cookies?</p><button id='nay'>No</button> <button id='aye'>Yes, withdraw</button>
        <script>{KEEP}on("#nay", () => {{ document.cookie = "looked=1"; location = "/"; }}); on("#aye", () => {{ keep("no"); location = "/"; }});</script>"""
    )
)
shape(
    "inamenu",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    foot="<button id='mine' aria-expanded='false'>My corner</button><span id='list' hidden><a href='/back'>Cookies and privacy</a></span>",
    script=PLAIN + """on("#mine", () => { $("#list").hidden = false; $("#mine").setAttribute("aria-expanded", "true"); });""",
)
page("inamenu.localhost", "/back")(
    lambda _: document(
        f"""<h1>Mill</h1><p>Cookies that count our readers: <button role='switch' id='flip' aria-label='Cookies that count'></button></p>
        <script>{KEEP}const tell = () => $("#flip").setAttribute("aria-checked", String(/chosen=yes/.test(document.cookie))); tell();
        on("#flip", () => {{ keep(/chosen=yes/.test(document.cookie) ? "no" : "yes"); tell(); }});</script>"""
    )
)
shape(
    "revokenow",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    foot="<a href='/back'>Revoke cookie consent</a>",
)
page("revokenow.localhost", "/back")(
    lambda _: document(
        f"""<h1>Mill</h1><button id='now'>Revoke now</button><script>{KEEP}on("#now", () => keep("no"));</script>"""
    )
)
shape(
    "ownpage",
    Right("Yes, I agree", "Save and continue"),
    f"""<div id='ask' style='background:#333;color:#fff'><h2>Cookies</h2>{ASK}<button id='yes'>Yes, I agree</button> <a href='/room'>No, take me to settings</a></div>""",
    foot="<a href='/room'>Cookies</a>",
)
page("ownpage.localhost", "/room")(
    lambda _: document(
        f"""<h1>Change your cookie settings</h1><form><fieldset><legend>Counting cookies</legend><label><input type='radio' name='count' value='yes' checked> On</label> <label><input type='radio' name='count' value='no'> Off</label></fieldset>
        <button>Save and continue</button></form><script>{KEEP}$("form").onsubmit = (event) => {{ event.preventDefault(); keep($("input:checked").value); location = "/"; }};</script>"""
    )
)


def _served(asked: Handler) -> Answer:
    choice = {"/yes": "yes", "/no": "no", "/reset": ""}.get(asked.path)
    if choice is not None:
        count = "_count=1; Path=/; Max-Age=9999" if choice == "yes" else "_count=; Path=/; Max-Age=0"
        chosen = f"chosen={choice}; Path=/; HttpOnly; Max-Age={9999 if choice else 0}"
        return Answer("", status=303, headers=[("Location", "/"), ("Set-Cookie", count), ("Set-Cookie", chosen)])
    bar = (
        ""
        if "chosen=" in asked.cookies
        else f"<div class='bar'>{ASK} <a href='/yes'>Accept all</a> <a href='/no'>Reject all</a></div>"
    )
    return document(f"{bar}{TEXT}<footer><a href='/reset'>Change cookie choice</a></footer>")


TRUTH["served"] = BOTH
for path in ("/", "/yes", "/no", "/reset"):
    page("served.localhost", path)(_served)

# --- web components: words in slots, roots within roots ---------------------------------------------------------------

shape(
    "inslots",
    BOTH,
    # What it says is the page's own and shown in a slot; the buttons are the component's.
    f"<mill-ask id='ask'><h2>Your privacy</h2>{ASK}</mill-ask>",
    script=f"""const root = $("mill-ask").attachShadow({{ mode: "open" }}); root.innerHTML = `<dialog open style="{LOW}"><div><slot></slot></div><div>{BUTTONS}</div></dialog>`;
    root.getElementById("yes").onclick = () => leave("yes"); root.getElementById("no").onclick = () => leave("no");""",
)
shape(
    "slottedwords",
    BOTH,
    # Every button is a component of its own, whose words are the outer component's; neither lets a script look into it.
    "<mill-ask id='ask'><span slot='yes'>Accept all</span><span slot='no'>Reject all</span></mill-ask>",
    script=f"""customElements.define("mill-button", class extends HTMLElement {{ constructor() {{ super(); this.attachShadow({{ mode: "closed" }}).innerHTML = "<button><slot></slot></button>"; }} }});
    const root = $("mill-ask").attachShadow({{ mode: "closed" }});
    root.innerHTML = `<div role="dialog" style="{LOW}">{ASK}<mill-button id="yes"><slot name="yes"></slot></mill-button> <mill-button id="no"><slot name="no"></slot></mill-button></div>`;
    root.getElementById("yes").onclick = () => leave("yes"); root.getElementById("no").onclick = () => leave("no");""",
)
shape(
    "nobuttons",
    BOTH,
    # Components that are pressed themselves: nothing in them is a button.
    f"<div id='ask' style='{LOW}'>{ASK}<mill-push id='yes'>Accept all</mill-push> <mill-push id='no'>Reject all</mill-push></div>",
    script="""customElements.define("mill-push", class extends HTMLElement { constructor() { super(); this.attachShadow({ mode: "open" }).innerHTML = "<style>:host{display:inline-block;cursor:pointer;padding:8px}</style><div><slot></slot></div>"; } });"""
    + PLAIN,
)

# --- what stands there once one has answered, and what only leads to the answer ---------------------------------------

shape(
    "tellsback",
    Right("Accept additional cookies", "Reject additional cookies"),
    """<div id='ask' class='cookie-banner'><div id='one'><p>We would like to set additional cookies, to count our readers.</p><button id='yes'>Accept additional cookies</button> <button id='no'>Reject additional cookies</button></div>
    <div id='two' hidden><p>You’ve <span id='what'></span> additional cookies. You can change your cookie settings at any time.</p><button id='shut'>Hide cookie message</button></div></div>""",
    script="""const tell = (what, words) => { keep(what); $("#what").textContent = words; $("#one").hidden = true; $("#two").hidden = false; };
    on("#yes", () => tell("yes", "accepted")); on("#no", () => tell("no", "rejected")); on("#shut", () => { ask.hidden = true; });
    on("#again", () => { $("#one").hidden = false; $("#two").hidden = true; show(); });""",
)
shape(
    "samewords",
    Right("Accept all", "Save preferences"),
    f"""<div id='ask' role='dialog' style='{LOW}'><div id='one'>{ASK}<button id='yes'>Accept all</button> <button id='set'>Manage your tracker settings</button></div>
    <div id='two' hidden><h2>Tracker settings</h2><label><input type='checkbox' id='box'> Counting</label> <button id='save'>Save preferences</button></div></div>""",
    foot="<a href='#' id='again'>Manage your tracker settings</a>",
    script="""const turn = (layer) => { $("#one").hidden = layer !== 1; $("#two").hidden = layer !== 2; show(); }; on("#yes", () => leave("yes")); on("#set", () => turn(2)); on("#again", () => turn(1));
    $("#box").checked = /chosen=yes/.test(document.cookie); on("#save", () => leave($("#box").checked ? "yes" : "no"));""",
)
shape("pairs", BOTH, f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>", foot="<a href='/room'>Cookie policy</a>")


def _pair(name: str, about: str, yes: str, no: str) -> str:
    return f"""<fieldset><legend>{about}</legend><p><label><input type='radio' name='{name}' value='yes' checked> <span>{yes}</span> <span>The mill will know what you have read</span></label></p>
    <p><label><input type='radio' name='{name}' value='no'> <span>{no}</span> <span>The mill will not know what you have read</span></label></p></fieldset>"""


def _room(*pairs: str) -> Answer:
    return document(
        f"""{TEXT}<h1>Cookie policy</h1><form>{"".join(pairs)}<button id='save'>Save my settings</button></form>
        <script>{KEEP}on("#save", () => keep($("input[value=yes]:checked") ? "yes" : "no"));</script>"""
    )


COUNTING = _pair("count", "Cookies that count how our website is used", "I am OK with this", "No thank you")
page("pairs.localhost", "/room")(
    lambda _: _room(COUNTING, _pair("ads", "We work with partners to show you flour.", "I am OK with this", "No thank you"))
)

MEASURING = _pair(
    "count", "Measuring", "Use cookies that measure my website use", "Do not use cookies that measure my website use"
)
shape("measuring", BOTH, f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>", foot="<a href='/room'>Cookies</a>")
page("measuring.localhost", "/room")(lambda _: _room(MEASURING))

INSIDE = "You can change your preferences at any time."


def _inside(stays: str) -> tuple[str, str]:
    ask = f"""<div id='ask' style='{LOW}'><p>We use cookies (and similar technologies) to count our readers.</p><button id='set'>{INSIDE}</button> <button id='shut'>✕</button></div>
    <div id='panel' role='dialog' hidden style='{LOW}'><h2>Data collection preferences</h2><p>Counting: <label><input type='radio' name='count' value='yes'> Yes</label> <label><input type='radio' name='count' value='no'> No</label></p>
    <button id='stop'>Cancel</button> <button id='save'>Save</button></div>"""
    script = f"""const open = () => {{ $("#panel").hidden = false; }}; on("#set", open); on("#again", open); on("#stop", () => {{ $("#panel").hidden = true; }});
    on("#save", () => {{ const said = $("input:checked"); if (!said) return; $("#panel").hidden = true; {stays} }});"""
    return ask, script


ASKS_INSIDE, SAVES_INSIDE = _inside("leave(said.value);")
shape(
    "onlyinside",
    Right("Save", "Save"),
    ASKS_INSIDE,
    script=SAVES_INSIDE,
    foot="<button id='again'>Data collection preferences</button>",
)
# --- words and buttons apart, buttons that stay pressed, boxes on a page of their own ---------------------------------

shape(
    "rowapart",
    BOTH,
    # Only the row of buttons bears a name; what it answers stands before it, on the page itself.
    "<div id='ask'><p>We use cookies to count our readers, and only if you agree.</p>"
    f"<ul class='consent-buttons'><li>{BUTTONS.replace('</button> ', '</button></li><li>')}</li></ul></div>",
)
shape(
    "stayspressed",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}<div><button id='yes' aria-pressed='true'>Accept all</button> <button id='no' aria-pressed='false'>Reject all</button> <button aria-pressed='false'>Preferences</button></div></div>",
)
shape(
    "ownpage",
    Right("Accepter alle", "Kun nødvendige"),
    f"<div id='ask' style='{LOW}'><p>Vi bruger cookies til statistik.</p><button id='yes'>Accepter alle</button> <button id='no'>Kun nødvendige</button></div>",
    foot="<a href='/mine'>Cookieindstillinger</a>",
    language="da",
)
page("ownpage.localhost", "/mine")(
    lambda _: document(
        f"""{TEXT}<form class="consent-choices"><p><label><input type="checkbox" checked disabled> Nødvendige</label></p>
        <p><label><input type="checkbox" id="count"> Statistik</label></p><button id="save">Gem valg</button></form>
        <script>{KEEP} $("#count").checked = /_count=/.test(document.cookie); on("#save", () => keep($("#count").checked ? "yes" : "no"));</script>""",
        language="da",
    )
)

# --- answers that only the prose names, or that leave the banner where it is -------------------------------------------------

NOTHING_ELSE = "<p>We use cookies to count our readers. By continuing to use this site you agree to this.</p>"
shape(
    "goingon",
    Right("Continue", "", withdraw=False),
    f"<div id='ask' style='{LOW}'>{NOTHING_ELSE}<a href='/room'>Cookie policy</a> <button id='yes'>Continue</button></div>",
    foot="",
)
shape(
    "goingonabroad",
    Right("Продължи", "", withdraw=False),
    f"<div id='ask' style='{LOW}'><p>Използваме бисквитки за статистика. Ако продължите да използвате сайта, приемаме, че сте съгласни.</p><button id='yes'>Продължи</button></div>",
    language="bg",
    foot="",
)
shape(
    "signingin",
    Right("", "", withdraw=False),
    # Going on here signs a visitor in, whatever else it is taken for.
    f"<div id='ask' role='dialog' style='{LOW}'><h2>Welcome back</h2><input type='email'>{NOTHING_ELSE}<button id='yes'>Continue</button></div>",
    foot="",
)
shape(
    "crossrefuses",
    Right("Accetta tutto", "×"),
    f"""<div id='ask' style='{LOW}'><button id='no' class='banner-close' style='width:20px;height:20px'><svg width='9' height='9'></svg></button>
    <p>Questo sito utilizza cookie. Cliccando sulla X in alto a destra continui la navigazione senza accettare.</p><button id='yes'>Accetta tutto</button></div>""",
    language="it",
    foot="<a href='#' id='again'>Preferenze cookie</a>",
)
shape(
    "staysopen",
    Right("Elfogadom", "Mentés"),
    f"""<div id='ask' style='{LOW}'><p>Sütiket használunk.</p><button id='set'>Süti beállítások</button> <button id='yes'>Elfogadom</button>
    <div id='panel' hidden><label><input type='checkbox' checked disabled> Szükséges</label> <label><input type='checkbox' id='box' checked> Statisztika</label> <button id='save'>Mentés</button></div></div>""",
    language="hu",
    foot="<a href='#' id='again'>Süti beállítások</a>",
    script="""on("#yes", () => leave("yes")); on("#set", () => { $("#panel").hidden = false; }); on("#again", () => { $("#panel").hidden = false; }); on("#save", () => keep($("#box").checked ? "yes" : "no"));""",
)
shape(
    "componentswitch",
    Right("Alle akzeptieren", "Auswahl speichern"),
    f"""<div id='ask' role='dialog' style='{LOW}'><p>Wir verwenden Cookies.</p><p>Statistik <mill-toggle checked></mill-toggle></p><button id='save'>Auswahl speichern</button> <button id='yes'>Alle akzeptieren</button></div>""",
    language="de",
    foot="<a href='#' id='again'>Cookie-Einstellungen</a>",
    head="<style>mill-toggle{display:inline-block;width:44px;height:22px;background:#bbb}</style>",
    script="""$("mill-toggle").onclick = () => $("mill-toggle").toggleAttribute("checked"); on("#yes", () => leave("yes")); on("#save", () => leave($("mill-toggle[checked]") ? "yes" : "no"));""",
)
shape(
    "whatlanguage",
    BOTH,
    f"<div id='which' role='dialog' style='position:fixed;inset:0;background:#fff'><h2>Choose your language</h2><button>English</button> <button>Nederlands</button></div><div id='ask' hidden style='{LOW}'>{ASK}{BUTTONS}</div>",
    script=PLAIN
    + """const which = $("#which"); which.hidden = !!sessionStorage.which; ask.hidden = asked || !which.hidden;
    for (const one of which.querySelectorAll("button")) one.onclick = () => { sessionStorage.which = one.textContent; which.hidden = true; ask.hidden = asked; };""",
)
shape(
    "keepsanswer",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}<label><input type='checkbox' checked> Remember my choice</label> {BUTTONS}</div>",
)
shape(
    "asksanew",
    Right("Alle akzeptieren", ""),
    f"<div id='ask' style='{LOW}'><p>Wir und unsere Partner verwenden Cookies.</p><button id='yes'>Alle akzeptieren</button> <a href='/abo'>Jetzt abonnieren</a></div>",
    language="de",
    foot="<a href='#' id='back'>Einwilligung widerrufen</a>",
    # Taken back is what was written; the page then asks as if the visitor had never been there.
    script="""on("#yes", () => leave("yes")); on("#back", () => { for (const one of ["chosen", "_count"]) document.cookie = `${one}=; path=/; max-age=0`; location.reload(); });""",
)

# --- what is folded up, tells how it stands, or is answered part by part ------------------------------------------------------

FOLDED = f"""<div id='ask' style='{LOW}'>{ASK}<button id='yes'>Accept all</button> <button id='set'>Customise</button></div>
<div id='panel' role='dialog' hidden style='{LOW}'><h2>Cookies</h2><button class='tab'>Statistics</button> <button class='tab'>Advertising</button>
<p hidden><label><input type='checkbox' class='box' checked> Statistics</label></p><p hidden><label><input type='checkbox' class='box' checked> Advertising</label></p><button id='save'>Save</button></div>"""
OPENS = """on("#yes", () => leave("yes")); const open = () => { $("#panel").hidden = false; }; on("#set", open); on("#again", open);
const boxes = [...document.querySelectorAll(".box")]; on("#save", () => { leave(boxes.some((one) => one.checked) ? "yes" : "no"); $("#panel").hidden = true; });"""
shape("foldedboxes", Right("Accept all", "Save"), FOLDED, script=OPENS)
shape(
    "statelabel",
    Right("Tout accepter", "Appliquer"),
    f"""<div id='ask' style='{LOW}'><p>Ce site utilise des cookies.</p><button id='yes'>Tout accepter</button> <button id='set'>Personnaliser</button></div>
    <div id='panel' role='dialog' hidden style='{LOW}'><h2>Gestion des cookies</h2><button id='none'>Bloquer tous les services</button>
    <p>Statistiques <label><input type='checkbox' class='box' checked><span>Service activé</span></label></p><button id='save'>Appliquer</button></div>""",
    language="fr",
    foot="<a href='#' id='again'>Gérer les cookies</a>",
    script=OPENS
    + """const tell = () => boxes.forEach((one) => { one.nextElementSibling.textContent = one.checked ? "Service activé" : "Service bloqué"; }); boxes[0].onchange = tell;
    on("#none", () => { boxes[0].checked = false; tell(); });""",
)
shape(
    "eachpart",
    Right("Save", "Save"),
    f"""<div id='ask' style='{LOW}'>{ASK}<p>Statistics <button data-of='a' data-is='1'>Allow</button> <button data-of='a' data-is='0'>Deny</button></p>
    <p>Advertising <button data-of='b' data-is='1'>Allow</button> <button data-of='b' data-is='0'>Deny</button></p><button id='save'>Save</button></div>""",
    script="""const said = {}; for (const one of document.querySelectorAll("[data-of]")) on(one, () => { said[one.dataset.of] = one.dataset.is; });
    on("#save", () => { if (said.a && said.b) leave(said.a + said.b === "00" ? "no" : "yes"); });""",
)
shape(
    "staysuntilnext",
    Right("Aceptar", "Rechazar", withdraw=False),
    f"<div id='ask' style='{LOW}'><p>Usamos cookies para medir.</p><button id='no'>Rechazar</button> <button id='yes'>Aceptar</button></div>",
    language="es",
    foot="",
    script="""on("#yes", () => leave("yes")); on("#no", () => keep("no"));""",
)
shape(
    "oncestill",
    BOTH,
    f"<div id='ask' hidden style='{LOW}'>{ASK}{BUTTONS}</div>",
    script=PLAIN
    + """ask.hidden = true; if (!asked) { let wait; const still = () => { clearTimeout(wait); wait = setTimeout(show, 3000); }; still(); addEventListener("mousemove", still); }""",
)
shape(
    "ownframe",
    BOTH,
    "<div id='ask'></div>",
    # The frame takes itself away in the middle of the press.
    script=f"""const frame = document.createElement("iframe"); frame.style = "{LOW};width:100%;height:160px"; globalThis.leave = (what) => {{ keep(what); frame.remove(); }};
    const put = () => {{ ask.hidden = false; frame.srcdoc = `{ASK}<button onclick="parent.leave('yes')">Accept all</button> <button onclick="parent.leave('no')">Reject all</button>`; ask.append(frame); }}; if (!asked) put(); on("#again", put);""",
)
shape(
    "cutoff",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    head="<style>#ask.gone{max-height:0;padding:0!important;overflow:hidden}</style>",
    script="""ask.hidden = false; ask.classList.toggle("gone", asked); const cut = (what) => { keep(what); ask.classList.add("gone"); };
    on("#yes", () => cut("yes")); on("#no", () => cut("no")); on("#again", () => ask.classList.remove("gone"));""",
)
shape(
    "savedbyclosing",
    Right("Accept all", "Close"),
    f"""<div id='ask' style='{LOW}'>{ASK}<button id='yes'>Accept all</button> <button id='set'>Manage</button></div>
    <div id='panel' role='dialog' hidden style='{LOW}'><h2>Manage cookies</h2><label>Statistics <input type='checkbox' class='box'></label> <button id='save'>Close</button></div>""",
    script=OPENS + """on("#again", () => { boxes[0].checked = asked; });""",
)
shape(
    "acceptall",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}<button id='some'>Accept</button> {BUTTONS}</div>",
    script=PLAIN + """on("#some", () => leave("some"));""",
)
shape(
    "edgemenu",
    BOTH,
    f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>",
    # Pressed twice, it would be shut again.
    foot="<button id='edge' aria-label='Privacy' style='position:fixed;left:0;bottom:0;width:40px;height:40px'></button><div id='menu' hidden style='position:fixed;left:0;bottom:50px'><button id='again'>Change consent</button> <button id='back'>Revoke consent</button></div>",
    script=PLAIN + """on("#edge", () => { $("#menu").hidden = !$("#menu").hidden; }); on("#back", () => keep("no"));""",
)
shape(
    "shutsnothing",
    Right("J'accepte", ""),
    # What closes the panel with its switches refuses nothing by itself, whatever stands beside it.
    f"""<div id='ask' style='{LOW}'><p>Ce site utilise des cookies.</p><button id='yes'>J'accepte</button></div>
    <div id='panel' role='dialog' hidden style='{LOW}'><h2>Cookies</h2><p>Services acceptés ou refusés</p><input type='checkbox' id='switch-count' class='box'> <button id='shut'>Fermer</button></div>""",
    language="fr",
    foot="<button id='again'>Gérer les cookies</button>",
    script="""on("#yes", () => leave("yes")); on("#again", () => { $("#panel").hidden = false; $(".box").checked = /chosen=yes/.test(document.cookie); }); on("#shut", () => { $("#panel").hidden = true; });
    $(".box").onchange = () => keep($(".box").checked ? "yes" : "no");""",
)
UNDRAWN = f"""<div id='ask' style='{LOW}'>{ASK}<button id='yes'>Accept all</button> <button id='set'>Manage preferences</button></div>
<div id='panel' role='dialog' hidden style='{LOW}'><h2>Preferences</h2><p>Cookies</p><button id='part' aria-expanded='false'>Statistics</button><div id='in'></div><button id='save'>Save choices</button></div>"""
shape(
    "drawnlate",
    Right("Accept all", "Save choices"),
    UNDRAWN,
    # The switch is not there before its part is unfolded, and it is on.
    script=OPENS
    + """let held = true; on("#part", () => { const shut = !$("#in").innerHTML; $("#in").innerHTML = shut ? "<label><input type='checkbox'> Statistics</label>" : ""; if (shut) { const one = $("#in input"); one.checked = held; one.onchange = () => { held = one.checked; }; } });
    boxes.push({ get checked() { return held; } });""",
)
shape(
    "wakesup",
    Right("Save choice", "Save choice"),
    f"<div id='ask' role='dialog' style='{LOW}'>{ASK}<label><input type='radio' name='say' value='yes'> Allow statistics</label> <label><input type='radio' name='say' value='no'> Do not allow statistics</label> <button id='save' disabled>Save choice</button></div>",
    script="""for (const one of document.querySelectorAll("[name=say]")) one.onchange = () => { $("#save").disabled = false; }; on("#save", () => leave($("input:checked").value));""",
)
shape(
    "erases",
    Right("\N{COOKIE} Ja, lekker!", "Nee, dank je"),
    f"<div id='ask' style='{LOW}'><p>Wij gebruiken cookies om te tellen.</p><button id='yes'>\N{COOKIE} Ja, lekker!</button> <button id='no'>Nee, dank je</button></div>",
    language="nl",
    foot="<button id='rid'>Verwijder alle cookies</button>",
    script=PLAIN
    + """on("#rid", () => { for (const one of ["chosen", "_count"]) document.cookie = `${one}=; path=/; max-age=0`; location.reload(); });""",
)

FALSE: dict[str, str] = {}
"""Pages that seem to be answered or taken back like those above and are not, and the state that nobody reaches there."""


def falsely(name: str, state: str, ask: str, *, script: str = PLAIN, foot: str = AGAIN) -> None:
    """Put a page into the bed whose banner is answered in appearance alone."""
    shape(name, TRUTH["onlyinside"], ask, script=script, foot=foot)
    del TRUTH[name]
    FALSE[name] = state


# Something is written, and the next page asks as before.
falsely("insidestays", "refused", ASKS_INSIDE, script=_inside("document.cookie = 'looked=1; path=/';")[1])
falsely("insideforgets", "refused", ASKS_INSIDE, script=_inside("ask.hidden = true;")[1])
falsely(
    "insideempty",
    "refused",
    f"<div id='ask' style='{LOW}'><p>We use cookies (and similar technologies) to count our readers.</p><button>{INSIDE}</button></div>",
)
falsely("halfpair", "withdrawn", f"<div id='ask' style='{LOW}'>{ASK}{BUTTONS}</div>", foot="<a href='/room'>Cookie policy</a>")
page("halfpair.localhost", "/room")(lambda _: _room(COUNTING, _pair("ads", "Partners", "Wheat", "Rye")))
falsely(
    "recordagrees",
    "refused",
    FOLDED.replace("class='box' checked> Advertising", "class='none' checked> Advertising"),
    # One of the switches does nothing, and what is written down says so.
    script=OPENS.replace(
        '"yes" : "no"', """'{"statistics":true,"advertising":true}' : '{"statistics":false,"advertising":true}'"""
    ),
)
# Nothing is there to be switched off, and what is saved is everything.
falsely(
    "savesunseen",
    "refused",
    UNDRAWN.replace("<button id='part' aria-expanded='false'>Statistics</button>", ""),
    script=OPENS + "boxes.push({ checked: true });",
)
