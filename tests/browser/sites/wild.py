# ruff: noqa: RUF001 - letters of many languages look alike, and are meant.
"""Banners in the shapes of real ones, in the languages of the Union, that the engine was not made after.

They were written before the engine was tried on them; benchmarks/scan_banners.py counts how many are answered rightly.
What may be stored only with consent is `_count`. A choice is kept as each of them likes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from browser.sites.bed import Answer, Handler, document, page
from holdtrue.website.scan.engine.observations import Sighting, State

READ = (
    "<header><nav><a href='/'>home</a></nav></header><main><h1>News</h1>"
    + "<p>Seven loaves a day, says the baker, and not one more.</p>" * 9
)
FOOT = "</main><footer><a href='/about'>about us</a> {}</footer>"
COUNT = """const count = (on) => { document.cookie = on ? "_count=1; path=/; max-age=10000" : "_count=; path=/; max-age=0"; };
const $ = (what, from = document) => from.querySelector(what);
const on = (el, act) => { if (el) el.addEventListener("click", (event) => { event.preventDefault(); act(event); }); };
"""
IN_COOKIE = """const held = () => (/(?:^|; )vis_pref=([^;]*)/.exec(document.cookie) || [])[1];
const hold = (what) => { document.cookie = `vis_pref=${btoa(JSON.stringify({ v: 2, stats: what }))}; path=/; max-age=15000000; samesite=lax`; };
const agreed = () => { try { return JSON.parse(atob(held())).stats; } catch { return false; } };
"""
IN_STORAGE = """const held = () => localStorage.getItem("app.settings.v1");
const hold = (what) => localStorage.setItem("app.settings.v1", JSON.stringify({ at: Date.now(), purposes: what ? [1, 2, 3] : [] }));
const agreed = () => held() && JSON.parse(held()).purposes.length > 0;
"""


@dataclass(frozen=True)
class Right:
    """What is right for one banner."""

    accept: str
    """The words that accept; the last that is pressed where there are layers."""
    refuse: str
    """The words that refuse; empty where nobody can."""
    withdraw: bool = True
    """Whether the site lets a visitor take consent back."""


TRUTH: dict[str, Right] = {}


def judged(sighting: Sighting, right: Right) -> Iterator[tuple[State, bool, str]]:
    """Yield for each answer whether it is right, and what was done."""
    counted = {one.state for one in sighting.observations if one.name == "_count"}
    for state, words in ((State.ACCEPTED, right.accept), (State.REFUSED, right.refuse)):
        answer = sighting.answer(state)
        pressed = answer.steps[-1] if answer.reached and answer.steps else ""
        told = (state in counted) is (state is State.ACCEPTED) if answer.reached else not words
        yield state, answer.reached is bool(words) and pressed == words and told, f"{answer.steps} {answer.why_not}"
    back = sighting.answer(State.WITHDRAWN)
    lasting = {one.name for one in sighting.observations if one.state is State.WITHDRAWN and not one.deleted}
    is_true = not back.reached or "_count" not in lasting
    yield State.WITHDRAWN, back.reached is right.withdraw and is_true, f"{back.steps} {back.why_not}"


def wild(
    name: str, right: Right, *, language: str, ask: str, script: str, memory: str = IN_COOKIE, foot: str = "", style: str = ""
) -> None:
    """Put one site into the bed."""
    TRUTH[name] = right
    body = f"{READ}{FOOT.format(foot)}{ask}<script>{COUNT}{memory}{script}</script>"
    page(f"{name}.localhost")(lambda _: document(body, language=language, head=f"<style>{style}</style>"))


SHOWN = """const box = $("#q"); const show = () => { box.style.display = "block"; }; const leave = (what) => { hold(what); count(what); box.style.display = "none"; };
if (held()) count(agreed()); else show();
"""
BOTTOM = (
    "#q{display:none;position:fixed;left:0;right:0;bottom:0;padding:18px;background:#fff;border-top:2px solid #333;z-index:99}"
)
CENTRE = (
    "#q{display:none;position:fixed;top:12%;left:20%;width:60%;padding:20px;background:#fff;border:1px solid #999;z-index:99}"
)

wild(
    "presse",
    Right("Accepter & Fermer", "Continuer sans accepter"),
    language="fr",
    style=CENTRE,
    memory=IN_STORAGE,
    ask="""<div id="q" aria-modal="true" role="dialog"><div style="text-align:right"><span role="button" tabindex="0" id="skip" style="font-size:11px;text-decoration:underline">Continuer sans accepter</span></div>
    <h2>Vos données, vos choix</h2><p>Avec votre accord, nos 147 partenaires et nous utilisons des traceurs pour mesurer l'audience.</p>
    <button id="set">Paramétrer vos choix</button><button id="all"><span>Accepter &amp; Fermer</span></button></div>""",
    foot="<a href='javascript:void(0)' id='again'>Gérer les traceurs</a>",
    script=SHOWN + """on($("#skip"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), show);""",
)
wild(
    "zeitung",
    Right("Akzeptieren und weiter", "", withdraw=False),
    language="de",
    style="#q{position:fixed;inset:0;background:rgba(255,255,255,.96);padding:10%;z-index:99}",
    ask="""<div id="q"><h2>Willkommen</h2><p>Besuchen Sie uns mit Werbung und Tracking, oder werbefrei für 3,99 € im Monat.</p>
    <button id="all">Akzeptieren und weiter</button> <a href="/abo">Jetzt abonnieren</a> <a href="/abo/login">Bereits Abonnent? Hier anmelden</a></div>""",
    script="""const box = $("#q"); if (held()) { count(agreed()); box.remove(); } on($("#all"), () => { hold(true); count(true); box.remove(); });""",
)
wild(
    "keuzerondjes",
    Right("Bevestigen", "Bevestigen"),
    language="nl",
    style=CENTRE,
    ask="""<div id="q" role="dialog" aria-label="Cookies"><h2>Welke cookies mogen we plaatsen?</h2><form>
    <p><label><input type="radio" name="soort" value="0"> Alleen noodzakelijke cookies</label></p>
    <p><label><input type="radio" name="soort" value="1" checked> Alle cookies, ook voor statistieken en reclame</label></p>
    <button type="submit">Bevestigen</button></form></div>""",
    foot="<a href='#cookies' id='again'>Cookiekeuze aanpassen</a>",
    script=SHOWN
    + """$("form").onsubmit = (event) => { event.preventDefault(); leave($("input:checked").value === "1"); }; on($("#again"), show);""",
)
wild(
    "tienda",
    Right("Aceptar", "Guardar ajustes"),
    language="es",
    style=BOTTOM
    + ".sw input{position:absolute;opacity:0;width:0;height:0}.sw i{display:inline-block;width:40px;height:20px;border-radius:10px;background:#aaa}.sw input:checked+i{background:#2a2}",
    ask="""<div id="q"><div id="uno"><p>Usamos cookies propias y de terceros con fines analíticos.</p><button id="all">Aceptar</button> <button id="set">Configurar</button></div>
    <div id="dos" hidden><h3>Panel de configuración</h3><p>Técnicas (siempre activas)</p>
    <p><label class="sw">Análisis <input type="checkbox" id="an" checked><i></i></label></p><p><label class="sw">Publicidad <input type="checkbox" id="pu" checked><i></i></label></p>
    <button id="save">Guardar ajustes</button></div></div>""",
    foot="<a href='#' id='again'>Configuración de cookies</a>",
    script=SHOWN
    + """on($("#all"), () => leave(true)); const panel = () => { uno.hidden = true; dos.hidden = false; show(); };
    on($("#set"), panel); on($("#again"), panel); on($("#save"), () => leave($("#an").checked || $("#pu").checked));""",
)
wild(
    "giornale",
    Right("Accetta", "Continua senza accettare"),
    language="it",
    style=BOTTOM,
    ask="""<div id="q"><button id="shut" aria-label="Continua senza accettare" style="float:right;border:0;background:none">×</button>
    <p>Noi e terze parti selezionate utilizziamo cookie per finalità tecniche e, con il tuo consenso, anche per la misurazione.</p>
    <button id="set">Scopri di più e personalizza</button><button id="all">Accetta</button></div>""",
    foot="<a href='#' id='again'>Preferenze cookie</a>",
    script=SHOWN + """on($("#shut"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), show);""",
)
DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
wild(
    "imagem",
    Right("Aceitar todos os cookies", "Rejeitar cookies opcionais"),
    language="pt",
    style=BOTTOM,
    ask=f"""<form id="q"><p>Este sítio utiliza cookies para melhorar a sua experiência.</p><input type="image" src="{DOT}" width="120" height="36" id="all" alt="Aceitar todos os cookies">
    <input type="image" src="{DOT}" width="120" height="36" id="none" alt="Rejeitar cookies opcionais"></form>""",
    foot=f"<a href='#' id='again'><img src='{DOT}' width='30' height='30' alt='Definições de cookies'></a>",
    script=SHOWN + """on($("#none"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), show);""",
)
wild(
    "avisen",
    Right("Tillad alle", "Kun nødvendige"),
    language="da",
    style=CENTRE,
    memory=IN_STORAGE,
    ask="""<section id="q"><h2>Vi samler statistik ved hjælp af cookies</h2><ul><li><label><input type="checkbox" checked disabled> Nødvendige</label></li>
    <li><label><input type="checkbox" class="one"> Statistiske</label></li><li><label><input type="checkbox" class="one"> Marketing</label></li></ul>
    <a role="button" tabindex="0" id="none">Kun nødvendige</a> <a role="button" tabindex="0" id="some">Tillad valgte</a> <a role="button" tabindex="0" id="all">Tillad alle</a></section>""",
    foot="<button id='again'>Ændr dit samtykke</button>",
    script=SHOWN
    + """on($("#none"), () => leave(false)); on($("#all"), () => leave(true)); on($("#some"), () => leave(!!$(".one:checked"))); on($("#again"), show);""",
)
wild(
    "selain",
    Right("Hyväksy kaikki", "Tallenna valinnat"),
    language="fi",
    style=CENTRE,
    ask="""<div id="q" role="alertdialog"><div class="a"><h2>Evästeet</h2><p>Käytämme evästeitä palvelun kehittämiseen.</p><button class="all">Hyväksy kaikki</button> <button class="set">Muokkaa asetuksia</button></div>
    <div class="b" hidden><p>Valitse, mitä evästeitä saamme käyttää.</p><p>Välttämättömät <button role="switch" aria-checked="true" disabled>päällä</button></p>
    <p>Tilastot <button role="switch" aria-checked="true" class="one">päällä</button></p><button class="save">Tallenna valinnat</button></div></div>""",
    foot="<a href='#evasteet' class='again'>Evästeasetukset</a>",
    script=SHOWN
    + """const panel = () => { $(".a").hidden = true; $(".b").hidden = false; show(); }; on($(".set"), panel); on($(".again"), panel); on($(".all"), () => leave(true));
    on($(".one"), () => { const is = $(".one").getAttribute("aria-checked") === "true"; $(".one").setAttribute("aria-checked", String(!is)); $(".one").textContent = is ? "pois" : "päällä"; });
    on($(".save"), () => leave($(".one").getAttribute("aria-checked") === "true"));""",
)
wild(
    "portal",
    Right("Przejdź do serwisu", "Odrzuć wszystko"),
    language="pl",
    style=CENTRE,
    ask="""<div id="q"><div class="a"><h2>Szanujemy Twoją prywatność</h2><p>Klikając „Przejdź do serwisu”, wyrażasz zgodę na pliki cookie i przetwarzanie danych przez naszych partnerów.</p>
    <button class="set">Ustawienia zaawansowane</button> <button class="all">Przejdź do serwisu</button></div><div class="b" hidden><p>Cele przetwarzania danych i pliki cookie</p>
    <button class="none">Odrzuć wszystko</button> <button class="all">Zaakceptuj wszystko</button></div></div>""",
    foot="<a href='#' id='again'>Ustawienia prywatności</a>",
    script="""const box = $("#q"); const leave = (what) => { hold(what); count(what); box.style.display = "none"; };
    const panel = () => { $(".a").hidden = true; $(".b").hidden = false; box.style.display = "block"; };
    if (held()) count(agreed()); else setTimeout(() => { box.style.display = "block"; }, 1200);
    on($(".set"), panel); on($("#again"), panel); on($(".none"), () => leave(false)); for (const one of document.querySelectorAll(".all")) on(one, () => leave(true));""",
)
wild(
    "listy",
    Right("Povolit vše", "Pouze nezbytné"),
    language="cs",
    style="#q{display:none;position:sticky;top:0;background:#ffd;padding:8px}",
    ask="""<div id="q">Abychom web mohli vylepšovat, používáme soubory cookies. <a href="#" id="all">Povolit vše</a> · <a href="#" id="none">Pouze nezbytné</a> · <a href="/nastaveni">Nastavit</a></div>""",
    foot="<a href='#' id='again'>Změnit nastavení cookies</a>",
    script="document.body.prepend($('#q'));"
    + SHOWN
    + """on($("#none"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), show);""",
)
wild(
    "hirek",
    Right("Rendben, elfogadom", "Csak a szükséges sütik"),
    language="hu",
    style=BOTTOM,
    ask="""<div id="q"><p>Oldalunk sütiket használ a látogatottság méréséhez.</p><button id="all">Rendben, elfogadom</button><button id="none">Csak a szükséges sütik</button></div>""",
    foot="<a href='#' id='again'>Sütibeállítások</a>",
    # It listens to people alone: what a script presses is let be.
    script=SHOWN
    + """on($("#none"), (event) => event.isTrusted && leave(false)); on($("#all"), (event) => event.isTrusted && leave(true)); on($("#again"), (event) => event.isTrusted && show());""",
)
wild(
    "ziar",
    Right("Sunt de acord", "Nu sunt de acord"),
    language="ro",
    style=BOTTOM,
    ask="""<div id="q"><p>Noi și partenerii noștri stocăm informații pe dispozitiv, precum identificatori unici în module cookie.</p>
    <button id="set">Mai multe opțiuni</button><button id="none">Nu sunt de acord</button><button id="all">Sunt de acord</button></div>""",
    foot="<a href='#' id='again'>Setări de confidențialitate</a>",
    script=SHOWN + """on($("#none"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), show);""",
)
wild(
    "sentence",
    Right("Accept", "reject non-essential cookies"),
    language="en",
    style=BOTTOM,
    ask="""<p id="q">We use cookies to see which pages are read. <a id="all" href="#">Accept</a> this, <a id="none" href="#">reject non-essential cookies</a>, or read our <a href="/cookies">cookie policy</a>.</p>""",
    foot="<a href='#' id='again'>Your cookie choice</a>",
    script=SHOWN + """on($("#none"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), show);""",
)
wild(
    "postavke",
    Right("Prihvaćam sve", "Spremi odabir"),
    language="hr",
    style=BOTTOM,
    ask="""<div id="q"><p>Ova stranica koristi kolačiće.</p><button id="all">Prihvaćam sve</button><details><summary>Postavke</summary>
    <label><input type="checkbox" checked disabled> Nužni</label> <label><input type="checkbox" class="one" checked> Statistički</label> <button id="save">Spremi odabir</button></details></div>""",
    foot="<a href='#' id='again'>Postavke kolačića</a>",
    script=SHOWN
    + """on($("#all"), () => leave(true)); on($("#save"), () => leave($(".one").checked)); on($("#again"), show);""",
)
wild(
    "naujienos",
    Right("Sutinku", "Nesutinku"),
    language="lt",
    style="#q{position:fixed;right:20px;bottom:20px;width:340px;padding:18px;background:#fff;opacity:0;pointer-events:none;transition:opacity .5s}#q.in{opacity:1;pointer-events:auto}",
    ask="""<div id="q"><p>Ši svetainė naudoja slapukus.</p><div class="btn" id="all">Sutinku</div><div class="btn" id="none">Nesutinku</div></div>""",
    foot="<a href='#' id='again'>Slapukų nustatymai</a>",
    script="""const box = $("#q"); const show = () => box.classList.add("in"); const leave = (what) => { hold(what); count(what); box.classList.remove("in"); };
    if (held()) count(agreed()); else show(); on($("#none"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), show);""",
)
wild(
    "uudised",
    Right("Nõustun kõigiga", "Keeldun"),
    language="et",
    style="#q{position:fixed;left:0;right:0;bottom:0;padding:16px;background:#eee;transform:translateY(200%);transition:transform .4s}#q.in{transform:none}",
    memory=IN_STORAGE,
    ask="""<div id="q"><p>Kasutame veebilehe parandamiseks küpsiseid.</p><button id="all">Nõustun kõigiga</button><button id="none">Keeldun</button></div>""",
    foot="<a href='#' id='again'>Küpsiste seaded</a>",
    script="""const box = $("#q"); const show = () => box.classList.add("in"); const leave = (what) => { hold(what); count(what); box.classList.remove("in"); };
    if (held()) count(agreed()); else setTimeout(show, 300); on($("#none"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), show);""",
)
wild(
    "sure",
    Right("Accept all cookies", "Yes, reject"),
    language="en",
    style=CENTRE,
    ask="""<div id="q" role="dialog"><div class="a"><p>We bake better with cookies. May we?</p><button id="all">Accept all cookies</button><button id="none">Reject all cookies</button></div>
    <div class="b" hidden><p>Are you sure? Without cookies we cannot show you offers that you like.</p><button id="back">Go back</button><button id="really">Yes, reject</button></div></div>""",
    foot="<button id='again'>Cookie preferences</button>",
    script=SHOWN
    + """on($("#none"), () => { $(".a").hidden = true; $(".b").hidden = false; }); on($("#back"), () => { $(".a").hidden = false; $(".b").hidden = true; });
    on($("#really"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), () => { $(".a").hidden = false; $(".b").hidden = true; show(); });""",
)
wild(
    "mairie",
    Right("✓ OK, tout accepter", "✗ Interdire tous les cookies"),
    language="fr",
    style=BOTTOM,
    ask="""<div id="q"><p>Ce site utilise des cookies et vous donne le contrôle sur ceux que vous souhaitez activer</p><button id="all">✓ OK, tout accepter</button><button id="none">✗ Interdire tous les cookies</button><button id="set">Personnaliser</button></div>""",
    foot="<a href='#' id='again' title='Gestion des cookies'>⚙</a>",
    script=SHOWN + """on($("#none"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), show);""",
)
wild(
    "zinas",
    Right("Piekrītu", "Noraidīt"),
    language="lv",
    style="#q{padding:20px;border:1px solid}",
    ask="""<div id="q" popover="manual"><p>Mēs izmantojam sīkdatnes, lai uzlabotu vietni.</p><button id="all">Piekrītu</button><button id="none">Noraidīt</button></div>""",
    foot="<a href='#' id='again'>Sīkdatņu iestatījumi</a>",
    script="""const box = $("#q"); const show = () => box.showPopover(); const leave = (what) => { hold(what); count(what); box.hidePopover(); };
    if (held()) count(agreed()); else show(); on($("#none"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), show);""",
)
wild(
    "spravy",
    Right("Prijať všetky", "Odmietnuť všetky"),
    language="sk",
    style="#q{display:none;position:fixed;inset:15% 20%;height:240px;overflow:auto;background:#fff;border:1px solid}",
    ask=f"""<div id="q" role="dialog" aria-modal="true"><h2>Súbory cookies</h2>{"<p>Používame súbory cookies na meranie návštevnosti a na to, aby bol obsah zaujímavejší.</p>" * 12}
    <button id="all">Prijať všetky</button><button id="none">Odmietnuť všetky</button></div>""",
    foot="<a href='#' id='again'>Nastavenia cookies</a>",
    script=SHOWN + """on($("#none"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), show);""",
)
wild(
    "nuacht",
    Right("Glac le gach fianán", "Diúltaigh do gach fianán"),
    language="ga",
    style=BOTTOM,
    ask="""<div id="q"><p>Úsáidimid fianáin ar an suíomh seo.</p><button id="all">Glac le gach fianán</button><button id="none">Diúltaigh do gach fianán</button></div>""",
    foot="<a href='#' id='again'>Socruithe fianán</a>",
    script=SHOWN + """on($("#none"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), show);""",
)
wild(
    "ahbarijiet",
    Right("Naċċetta l-cookies kollha", "Nirrifjuta l-cookies kollha"),
    language="mt",
    style=BOTTOM,
    ask="""<div id="q"><p>Dan is-sit juża l-cookies.</p><button id="all">Naċċetta l-cookies kollha</button><button id="none">Nirrifjuta l-cookies kollha</button></div>""",
    foot="<a href='#' id='again'>Il-preferenzi tal-cookies</a>",
    script=SHOWN + """on($("#none"), () => leave(false)); on($("#all"), () => leave(true)); on($("#again"), show);""",
)
wild(
    "novice",
    Right("Dovolim vse", "Zavrni"),
    language="sl",
    style=CENTRE,
    ask="""<dialog id="q" style="inset:auto"><p>Spletno mesto uporablja piškotke.</p><form method="dialog"><button value="yes">Dovolim vse</button><button value="no">Zavrni</button></form></dialog>""",
    foot="<a href='#' id='again'>Nastavitve piškotkov</a>",
    script="""const box = $("#q"); box.style.display = ""; const show = () => { box.style.display = "block"; box.showModal(); };
    box.addEventListener("close", () => { box.style.display = "none"; hold(box.returnValue === "yes"); count(box.returnValue === "yes"); });
    if (held()) count(agreed()); else show(); on($("#again"), show);""",
)

# --- in frames, in shadow, from the server ---------------------------------------------------------------------------

TRUTH["verlag"] = Right("Zustimmen und weiter", "Alle ablehnen")
page("verlag.localhost")(
    lambda _: document(
        f"""{READ}{FOOT.format("<a href='#' id='again'>Datenschutz-Einstellungen</a>")}<script>{COUNT}{IN_STORAGE}
    const frame = (path) => {{ const box = document.createElement("iframe"); box.id = "q"; box.src = "http://message.consent-cdn.localhost" + path;
      box.style = "position:fixed;inset:10% 20%;width:60%;height:60%;border:0;z-index:99;background:#fff"; $("#q")?.remove(); document.body.append(box); }};
    addEventListener("message", (event) => {{ if (event.data.go) return frame(event.data.go); if (event.data.choice === undefined) return; hold(event.data.choice); count(event.data.choice); $("#q")?.remove(); }});
    if (held()) count(agreed()); else setTimeout(frame, 400, "/first"); on($("#again"), () => frame("/second"));</script>""",
        language="de",
    )
)
SAY = "onclick='parent.postMessage({},\"*\")'"
page("message.consent-cdn.localhost", "/first")(
    lambda _: document(
        f"""<h1>Wir und unsere Partner brauchen Ihre Zustimmung</h1><p>Wir verarbeiten Daten mithilfe von Cookies.</p>
    <button {SAY.format("{choice:true}")}>Zustimmen und weiter</button><button {SAY.format('{go:"/second"}').replace('"/second"', "`/second`")}>Einstellungen oder ablehnen</button>""",
        language="de",
    )
)
page("message.consent-cdn.localhost", "/second")(
    lambda _: document(
        f"""<h1>Ihre Datenschutz-Einstellungen</h1><p>Zwecke und Cookies</p><label><input type="checkbox"> Messung</label>
    <button {SAY.format("{choice:false}")}>Alle ablehnen</button><button {SAY.format("{choice:true}")}>Alle akzeptieren</button>""",
        language="de",
    )
)

TRUTH["istories"] = Right("Αποδέχομαι", "Δεν αποδέχομαι")
page("istories.localhost")(
    lambda _: document(
        f"""{READ}{FOOT.format("<a href='#' id='again'>Ρυθμίσεις cookies</a>")}<ask-me id="q"><span slot="text">Χρησιμοποιούμε cookies για στατιστικά.</span><button slot="go" id="all">Αποδέχομαι</button><button slot="go" id="none">Δεν αποδέχομαι</button></ask-me>
    <script>{COUNT}{IN_COOKIE}customElements.define("ask-me", class extends HTMLElement {{ connectedCallback() {{ this.attachShadow({{ mode: "open" }}).innerHTML =
      "<div style='position:fixed;bottom:0;left:0;right:0;background:#fff;padding:20px'><slot name=text></slot><slot name=go></slot></div>"; }} }});
    const show = () => {{ $("#q").style.display = "block"; }}; const leave = (what) => {{ hold(what); count(what); $("#q").style.display = "none"; }};
    $("#q").style.display = "none"; if (held()) count(agreed()); else show(); on($("#all"), () => leave(true)); on($("#none"), () => leave(false)); on($("#again"), show);</script>""",
        language="el",
    )
)

TRUTH["vestnik"] = Right("Приемам всички", "Отказвам")
INNER = """<p>Този сайт използва бисквитки.</p><button onclick='parent.leave(true)'>Приемам всички</button><button onclick='parent.leave(false)'>Отказвам</button>"""
page("vestnik.localhost")(
    lambda _: document(
        f"""{READ}{FOOT.format("<a href='#' id='again'>Настройки за бисквитките</a>")}<iframe id="q" srcdoc="{INNER}" style="display:none;position:fixed;bottom:0;left:0;width:100%;height:120px;background:#fff"></iframe>
    <script>{COUNT}{IN_COOKIE}{SHOWN}window.leave = leave; on($("#again"), show);</script>""",
        language="bg",
    )
)

TRUTH["wolke"] = Right("Alles akzeptieren", "Ablehnen")
page("wolke.localhost")(
    lambda _: document(
        f"""{READ}{FOOT.format("")}<aside id="usr"></aside><script>{COUNT}{IN_STORAGE}
    const root = $("#usr").attachShadow({{ mode: "open" }}); const leave = (what) => {{ hold(what); count(what); root.innerHTML = "<button aria-label='Privatsphäre-Einstellungen öffnen' style='position:fixed;left:10px;bottom:10px;width:44px;height:44px'><svg width=20 height=20></svg></button>"; on($("button", root), show); document.documentElement.style.overflow = ""; }};
    const show = () => {{ document.documentElement.style.overflow = "hidden"; root.innerHTML = `<div style="position:fixed;inset:0;background:rgba(0,0,0,.6)"><section role="dialog" aria-modal="true" style="background:#fff;margin:10% 25%;padding:24px"><h2>Privatsphäre-Einstellungen</h2>
      <p>Wir verwenden Tools, Dienste und Cookies.</p><button data-action-type="more">Mehr</button><button data-action-type="deny">Ablehnen</button><button data-action-type="accept">Alles akzeptieren</button></section></div>`;
      on($("[data-action-type=deny]", root), () => leave(false)); on($("[data-action-type=accept]", root), () => leave(true)); }};
    fetch("/settings.json").then(() => setTimeout(() => {{ if (held()) leave(agreed()); else show(); }}, 700));</script>""",
        language="de",
    )
)
page("wolke.localhost", "/settings.json")(lambda _: Answer("{}", kind="application/json"))

TRUTH["kommun"] = Right("Godkänn alla kakor", "Godkänn endast nödvändiga kakor")


@page("kommun.localhost")
def kommun(asked: Handler) -> Answer:
    """Everything by the server: no script at all."""
    form = """<form method="post" action="/kakor" style="background:#def;padding:20px"><p>Vi använder kakor för statistik. Du väljer själv.</p>
    <button name="val" value="alla">Godkänn alla kakor</button> <button name="val" value="inga">Godkänn endast nödvändiga kakor</button></form>"""
    is_asked = "kakval=" in asked.cookies
    answer = document(
        f"{'' if is_asked else form}{READ}{FOOT.format('<a href=/kakor>Inställningar för kakor</a>')}", language="sv"
    )
    if "kakval=alla" in asked.cookies:
        answer.headers.append(("Set-Cookie", "_count=1; Path=/; Max-Age=10000"))
    return answer


@page("kommun.localhost", "/kakor")
def kakor(asked: Handler) -> Answer:
    """Take the choice, or ask for it again."""
    if asked.command == "GET":
        return document(
            """<h1>Kakor</h1><p>Här ändrar du vilka kakor vi får använda.</p><form method="post" action="/kakor">
        <button name="val" value="alla">Godkänn alla kakor</button> <button name="val" value="inga">Neka alla kakor</button></form>""",
            language="sv",
        )
    headers = [
        ("Location", "/"),
        ("Set-Cookie", f"kakval={'alla' if b'alla' in asked.body else 'inga'}; Path=/; Max-Age=10000"),
    ]
    if b"alla" not in asked.body:
        headers.append(("Set-Cookie", "_count=; Path=/; Max-Age=0"))
    return Answer(status=303, headers=headers)
