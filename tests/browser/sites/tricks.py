"""What consent tools do that trips a scanner: they come late, flash, hide from programs, wrap their buttons; and what only looks like one."""

from browser.sites.banners import LOW, MIDDLE, site

AGAIN = '<footer><a href="#" id="again">Cookie settings</a></footer>'
OPEN = 'press("again", () => { document.getElementById("panel").style.display = "block"; });'

site(
    "sleepy",
    f"""<div data-ask id="ask" style="{LOW}"><h2>Les cookies, c'est nous !</h2><button id="ouizz">OK pour moi</button><button id="nonzz">Non merci</button></div>
    <div style="position:fixed;right:0;bottom:0"><a href="#" id="again">Gérer mes cookies</a></div>""",
    language="fr",
    # Written by the server and brought to life a while later: until then nothing happens, and who has chosen sees it flash.
    script="""setTimeout(() => { press("nonzz", () => keep("no")); press("ouizz", () => keep("yes")); }, 1500);""",
)
site(
    "shy",
    f"""<div id="place"></div><footer><div id="icon" class="cc-revoke" style="width:60px"><button id="again" aria-label="Cookies (dialoogvenster)"><svg width="20" height="20"></svg></button></div></footer>
    <template id="form"><div data-ask style="{LOW}"><p>Koekje erbij? We meten graag mee.</p><a href="#" id="yes">Ja, dat is prima</a> <a href="#" id="no">Liever niet</a></div></template>""",
    language="nl",
    script="""const draw = () => { document.getElementById("place").append(document.getElementById("form").content.cloneNode(true)); press("yes", () => keep("yes")); press("no", () => keep("no")); };
    if (!asked && !navigator.webdriver) draw();
    press("again", draw);""",
)
site(
    "painted",
    f"""<div data-ask style="{LOW}"><p>We use cookies to count our readers.</p><button id="yes">Accept</button><button id="no">Decline</button></div>
    <div id="panel" role="dialog" style="display:none;{MIDDLE}"><p>Your cookies</p><button onclick="this.parentElement.style.display = 'none'">Reject all</button></div>{AGAIN}""",
    script=OPEN,
)
site(
    "noisy",
    f"""<div data-ask id="ask" style="{LOW}"><p>We use cookies to count our readers.</p><button id="yes">Accept</button><button id="nozz" onclick="this.parentElement.remove()">Decline</button></div>""",
    script="""setInterval(() => localStorage.setItem("tick", String(performance.now())), 200);""",
)
site(
    "letters",
    f"""<div role="dialog" id="box" style="{MIDDLE}"><h3>Join our newsletter</h3><p>Get 10% off. By signing up you agree to our privacy policy.</p><input type="email">
    <button class="x">Yes, sign me up</button><button class="x">No thanks</button></div>""",
    script="""for (const one of document.querySelectorAll(".x")) one.onclick = () => { document.cookie = "letters=seen; path=/"; document.getElementById("box").remove(); };""",
)
