// Runs in a world of its own beside the page, in each frame: finds what a visitor could press about cookies.
// Called as (…)(RULES): returns what stands there; the elements themselves stay here, in `globalThis.holdtrueFound`.
((rules) => {
  const found = [];
  globalThis.holdtrueFound = found;
  // What each was called: who looks again meanwhile gives the numbers to others.
  const called = [];
  globalThis.holdtrueCalled = called;
  const isTop = window === window.top;
  // Those that the page's own text closes were handed over by the browser.
  const rootOf = (el) => el.shadowRoot || (globalThis.holdtrueRoots && globalThis.holdtrueRoots.get(el)) || null;
  const text = (el) => (el.innerText || el.value || el.textContent || "").trim().replace(/\s+/g, " ");
  // A button that shows a sign or a picture says what it does to those who cannot see it.
  const hasWords = (words) => /\p{L}{2}/u.test(words);
  // What style sheets paint is read by everybody too.
  const painted = (el) => ["::before", "::after"].map((side) => (/^"(.*)"$/.exec(getComputedStyle(el, side).content) || [])[1] || "").join(" ").trim();
  const byOthers = (el) => (el.getAttribute("aria-labelledby") || "").split(/\s+/).map((id) => id && el.getRootNode().getElementById(id)).map((one) => (one ? one.textContent.trim() : "")).join(" ");
  // A button that explains itself says first what it does.
  const heading = (el) => (el.innerText || "").split("\n").map((line) => line.trim()).find(hasWords) || text(el);
  const nameless = (el) => (el.matches("button, a, [role=button]") && (`${el.id} ${el.getAttribute("class") || ""}`.split(/\s+/).find((one) => NAMED.test(one)) || "")) || "";
  // A cross that is drawn is known by its name alone.
  const cross = (el) => (el.matches("button, a, [role=button]") && /(^|[-_ ])(close|dismiss)/i.test(`${el.id} ${el.getAttribute("class") || ""}`) ? "×" : "");
  const label = (el) => {
    // Where nothing is to be read, what a drawing holds (its styles, its titles) is said last.
    const own = (el.innerText || el.value || "").trim();
    const seen = own && !el.querySelector("slot") ? own : `${own} ${within(el)}`.trim();
    const words = seen.replace(/\s+/g, " ") || (el.getAttribute("aria-label") ? "" : text(el));
    if (hasWords(words)) return (words.length > 60 && own ? heading(el) : words).slice(0, 160);
    const inner = el.querySelector("img[alt], svg[aria-label], [aria-label], [title]");
    const told = [el.getAttribute("aria-label"), byOthers(el), el.title, el.getAttribute("alt"), inner && (inner.getAttribute("alt") || inner.getAttribute("aria-label") || inner.title), el.dataset.tooltip, painted(el)];
    return (told.find((one) => one && hasWords(one)) || words || nameless(el) || cross(el)).trim().slice(0, 160);
  };
  // What a component shows in a slot of its own stands where the slot is.
  const slotOf = new Map();
  const parent = (el) => slotOf.get(el) || el.parentElement || (el.getRootNode() instanceof ShadowRoot ? el.getRootNode().host : null);
  const isVisible = (el) => !(el.disabled && !/checkbox|radio/.test(el.type)) && isShown(el);
  const isShown = (el) => {
    if (!el.isConnected) return false;
    const box = el.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) return false;
    // What a parent without any height cuts off is not seen; only what stands in the flow is cut off.
    let isCut = true;
    for (let up = el; up; up = parent(up)) {
      const style = getComputedStyle(up);
      if (isCut && up !== el && /hidden|clip/.test(style.overflowY)) { const at = up.getBoundingClientRect(); if (at.height < 2 || at.width < 2) return false; }
      if (/fixed|absolute/.test(style.position)) isCut = false;
      if (up.inert || style.display === "none" || style.visibility === "hidden" || Number(style.opacity) < 0.05) return false;
      // What was moved off the screen cannot be scrolled to when it does not scroll with the page.
      if (style.position === "fixed") { const at = up.getBoundingClientRect(); if (at.width > 1 && at.height > 1 && (at.top >= innerHeight || at.bottom <= 0)) return false; }
    }
    return box.right > 0 && box.left < innerWidth && (box.bottom + scrollY > 0);
  };
  const everything = [];
  const walk = (root, depth) => {
    for (const el of root.querySelectorAll("*")) {
      if (everything.length > 40000) return;
      everything.push(el);
      const inner = depth < 8 && rootOf(el);
      if (inner) walk(inner, depth + 1);
    }
  };
  walk(document, 0);
  for (const slot of everything) if (slot.localName === "slot" && slot.assignedNodes) for (const node of slot.assignedNodes()) slotOf.set(node, slot);
  const roots = [document, ...everything.map(rootOf).filter(Boolean)];
  const deep = (selector) => {
    for (const root of roots) {
      // What wraps a button is no button.
      try { const el = [...root.querySelectorAll(selector)].find(isVisible); if (el) return (!el.matches("button, a, input, [role=button]") && [...el.querySelectorAll("button, a, [role=button]")].find(isVisible)) || el; } catch { return null; }
    }
    return null;
  };
  const isDrawn = (node) => { const range = document.createRange(); range.selectNode(node); return range.getClientRects().length > 0; };
  // What stands in shadow roots, or is shown in a slot, is no part of the text of what holds those: it is read apart, once.
  const hasRoots = roots.length > 1;
  const within = (el) => {
    if (!hasRoots) return "";
    const read = [el], parts = [];
    const take = (node) => { parts.push(node instanceof Element ? text(node) : node.textContent); if (node instanceof Element) { read.push(node); look(node); } };
    const look = (top) => {
      for (const one of [top, ...top.querySelectorAll("*")]) {
        const inner = rootOf(one);
        if (inner) for (const child of inner.children) if (!child.matches("style, script, template, link")) take(child);
        if (one.localName !== "slot" || !one.assignedNodes) continue;
        for (const node of one.assignedNodes({ flatten: true })) if (!read.some((other) => other.contains(node)) && isDrawn(node)) take(node);
      }
    };
    look(el);
    return parts.join(" ").replace(/\s+/g, " ").trim();
  };
  // A page with a thousand links would have the same text read a thousand times.
  const texts = new Map();
  const textIn = (el) => { let known = texts.get(el); if (known === undefined) texts.set(el, known = `${text(el)} ${within(el)}`.trim()); return known; };
  const whole = text(document.body || document.documentElement);
  const isShort = whole.length < 1500 && document.querySelectorAll("a, button").length < 15;
  const NAMED = /cookie|consent|gdpr|rgpd|dsgvo|\bcmp\b|cmp-|privacy|tracking|didomi|onetrust|usercentrics|toestemming|tarteaucitron|klaro|holdtrue/i;
  const naming = (el) => `${el.id} ${typeof el.className === "string" ? el.className : ""} ${el.getAttribute("aria-label") || ""} ${el.localName}`;
  const containers = [];
  const numberOf = (el) => { let at = containers.indexOf(el); if (at < 0) at = containers.push(el) - 1; return at; };
  // Where nothing but a row of buttons bears a name, what they answer stands before that row.
  const before = (el) => {
    const row = NAMED.test(naming(el)) ? [...el.querySelectorAll("button, [role=button]")] : [];
    const isBare = row.length > 1 && textIn(el).length - row.reduce((sum, one) => sum + text(one).length + 1, 0) < 10;
    const words = isBare && el.previousElementSibling ? textIn(el.previousElementSibling) : "";
    return words.length < 1500 ? words : "";
  };
  // The banner is the outermost thing around a button that lies over the page, is a dialogue, or is named after its purpose.
  const around = (el) => {
    let best = null, kind = "", near = null;
    for (let up = parent(el), depth = 0; up && up !== document.documentElement && depth < 25; up = parent(up), depth++) {
      if (up === document.body) break;
      const size = textIn(up).length;
      const isDialog = /dialog/.test(up.getAttribute("role") || "") || up.localName === "dialog" || up.getAttribute("aria-modal") === "true";
      // Hundreds of partners make a dialogue long; anything else as long is the page.
      if (size > (isDialog ? 90000 : 9000)) break;
      if (!near && size >= 40) near = up;
      const style = getComputedStyle(up);
      if (isDialog) { best = up; kind = "dialog"; }
      else if (style.position === "fixed" || style.position === "sticky") { best = up; kind = "overlay"; }
      else if (kind !== "overlay" && kind !== "dialog" && NAMED.test(naming(up))) { best = up; kind = "named"; }
    }
    if (!best && !isTop && whole.length < 9000) { best = document.body; kind = "frame"; }
    if (!best && isTop && isShort) { best = document.body; kind = "page"; }
    return [best || near, best ? kind : near ? "inline" : ""];
  };
  const isOver = (el) => el !== document.body && (/fixed|sticky/.test(getComputedStyle(el).position) || /dialog/.test(el.getAttribute("role") || el.localName));
  const shareOf = (el) => { const at = el.getBoundingClientRect(); return (Math.min(at.width, innerWidth) * Math.min(at.height, innerHeight)) / (innerWidth * innerHeight || 1); };
  const describe = (el, extra, near = null) => {
    let [box, kind] = around(el);
    // A box that stands on the page itself belongs with the others that its button saves, and not with its label alone.
    if (near && (kind === "inline" || !kind)) { const [whole, sort] = around(near); if (whole) [box, kind] = [whole, sort]; }
    const at = el.getBoundingClientRect();
    const style = getComputedStyle(el);
    found.push(el);
    called.push("label" in extra ? extra.label : label(el));
    return {
      index: found.length - 1, label: label(el), tag: el.localName, href: el.localName === "a" ? el.href : "",
      stays: el.localName === "a" && el.origin + el.pathname === location.origin + location.pathname,
      container: box ? numberOf(box) : -1, kind, floats: style.position === "fixed", width: Math.round(at.width), height: Math.round(at.height),
      size: parseFloat(style.fontSize), ...extra,
    };
  };
  const press = "button, a, [role=button], [role=link], input[type=button], input[type=submit], input[type=image], summary, [onclick], [tabindex], span[class*=btn], div[class*=btn], div[class*=button], span[class*=button]";
  // Some buttons are boxes with a pointer, or nothing but words in a banner: those are looked at last, and only if they are short.
  const words = (el) => el.textContent + (rootOf(el) || (hasRoots && el.querySelector("slot")) ? ` ${within(el)}` : "");
  const isBox = (el) => /^(div|span|p|li|b|strong|em|i|label|td)$|-/.test(el.localName) && el.childElementCount < 3 && el.textContent.length < 90 && words(el).length < 90 && hasWords(words(el) + (el.getAttribute("aria-label") || el.title || el.dataset.tooltip || ""));
  const isPointed = (el) => getComputedStyle(el).cursor === "pointer" && !(parent(el) && parent(el).closest("a, button, [role=button], label"));
  const isInBanner = (el) => { const [, kind] = around(el); return kind === "dialog" || kind === "overlay" || kind === "named"; };
  const weak = new Set(everything.filter((el) => isBox(el) && !el.childElementCount && !el.closest("a, button, [role=button], [role=radio], label, [onclick]")).slice(0, 3000)
    .filter((el) => !isPointed(el) && el.localName !== "label" && el.textContent.trim().length < 40 && isInBanner(el)).slice(0, 60));
  // Some switches are known by their words or their looks alone.
  const ON = /^(on|aan|an|ein|til|på|päällä|sees|be|activ[eé]e?|activad[oa]|activo|attiv[oa]|ativad[oa]|ativo|aktiv|aktivní|aktívne|aktywne|aktivno|ieslēgts|įjungta|włączone|zapnuto|zapnuté|vklopljeno|uključeno|bekapcsolva|activat|pornit|вкл|включено|активно|ενεργό|enabled|active|allowed|ingeschakeld|aktiviert|käytössä|påslagen|mixgħul)$/i;
  const OFF = /^(off|uit|aus|fra|av|pois|väljas|ki|désactivée?|inactif|desactivad[oa]|inactivo|disattivat[oa]|disattivo|desativad[oa]|inativo|inaktiv|neaktivní|neaktívne|nieaktywne|izslēgts|išjungta|wyłączone|vypnuto|vypnuté|izklopljeno|isključeno|kikapcsolva|dezactivat|oprit|изкл|изключено|неактивно|ανενεργό|disabled|inactive|blocked|uitgeschakeld|deaktiviert|poissa|avslagen|mitfi)$/i;
  const stateWord = (el) => { const words = el.textContent.trim(); return words.length > 40 ? "" : /[:(–-]/.test(words) ? words.split(/[:(–-]/).pop().replace(")", "").trim() : words; };
  const saysOn = (el) => ON.test(stateWord(el)), saysOff = (el) => OFF.test(stateWord(el));
  const LIT = /(^|[-_])(on|active|activated|checked|enabled|selected|aan|true)$/, UNLIT = /(^|[-_])(off|inactive|unchecked|disabled|uit|false)$/;
  const classes = (el) => [...el.classList, ...["state", "checked", "active", "on", "value", "enabled"].map((name) => el.dataset[name] || "")];
  const isLit = (el) => classes(el).some((one) => LIT.test(one)) && !classes(el).some((one) => UNLIT.test(one));
  const MARKED = "input[type=checkbox], input[type=radio], input[type=range], [role=switch], [role=checkbox], [role=radio], [role=menuitemcheckbox], [aria-pressed], select option";
  // Components may be switches of their own making: what one of them bears when it is on is an attribute.
  const ownSwitches = new Set(everything.filter((el) => el.localName.includes("-") && (el.hasAttribute("checked") || /toggle|switch|checkbox/.test(el.localName))).map((el) => el.localName));
  const isOwnSwitch = (el) => ownSwitches.has(el.localName) && isSmall(el) && !el.querySelector(MARKED) && !(rootOf(el) && rootOf(el).querySelector(MARKED)) && !el.matches(MARKED) && !hasWords(el.textContent);
  const isSmall = (el) => { const at = el.getBoundingClientRect(); return at.width >= 12 && at.width <= 110 && at.height >= 8 && at.height <= 60; };
  const isBare = (el) => !hasWords(el.textContent) && !el.querySelector(MARKED) && !el.closest(MARKED) && !el.closest("label");
  const isPressed = (el) => el.matches("button, a, [role=button], [onclick]") || isPointed(el);
  const lamps = everything.filter((el) => el.classList.length && el.childElementCount < 4 && !el.matches(MARKED) && isBare(el) && isSmall(el) && isPressed(el) && isInBanner(el));
  const kinds = new Set(lamps.filter((el) => classes(el).some((one) => LIT.test(one) || UNLIT.test(one))).map((el) => el.classList[0] || el.localName));
  const switches = new Set(lamps.filter((el) => kinds.has(el.classList[0] || el.localName) && !(parent(el) && kinds.has((parent(el).classList || [])[0]))));
  const isSaying = (el) => (!el.childElementCount || el.matches("button, a, [role=button]")) && (saysOn(el) || saysOff(el));
  const worded = new Set(everything.filter((el) => isSaying(el) && !el.matches(MARKED) && !el.querySelector(MARKED) && !el.closest("label") && isPressed(el) && isVisible(el) && isInBanner(el)));
  const rows = new Map();
  for (const el of worded) rows.set(parent(el), [...(rows.get(parent(el)) || []), el]);
  // “On” beside “off” are two answers; one of them alone is a switch that tells how it stands.
  const isPair = (el) => { const row = rows.get(parent(el)) || []; return row.length === 2 && row.some(saysOn) && row.some(saysOff); };
  const isOn = (el) => {
    // A slider gives nothing away at its least.
    if (el.type === "range") return Number(el.value) > Number(el.min);
    if (el.localName === "option") return el.selected;
    if (el.localName === "input") return el.checked;
    for (const name of ["aria-checked", "aria-pressed"]) if (el.hasAttribute(name)) return el.getAttribute(name) === "true";
    if (ownSwitches.has(el.localName)) return el.hasAttribute("checked") && el.getAttribute("checked") !== "false";
    return saysOn(el) || (!saysOff(el) && isLit(el));
  };
  globalThis.holdtrueIsOn = isOn;
  // “Statistics: off” is the box for statistics: what tells how it stands, in an element of its own, changes with it.
  const unstated = (holder, words, on) => {
    const state = [...holder.querySelectorAll("*")].find((one) => !one.childElementCount && (on ? saysOn(one) : saysOff(one)));
    const at = state ? words.lastIndexOf(text(state)) : -1;
    const rest = at < 0 ? words : (words.slice(0, at) + words.slice(at + text(state).length)).replace(/\s+/g, " ").trim();
    return hasWords(rest) ? rest : words;
  };
  // Of thousands of links, those at either end: a banner is put before or behind the page.
  const few = (all) => (all.length <= 1500 ? all : [...all.slice(0, 500), ...all.slice(-1000)]);
  const candidates = few(everything.filter((el) => !worded.has(el) && (el.matches(press) || weak.has(el) || (isBox(el) && isPointed(el)))))
    .filter((el) => { const words = label(el).length; return words > 0 && words <= 120 && isVisible(el); })
    .filter((el) => el.matches("button, a, [role=button], input, summary") || ![el, rootOf(el)].some((one) => one && one.querySelector("button, a, [role=button], input")))
    .map((el) => describe(el, { weak: weak.has(el) }));
  // What cannot be pressed yet: some let a visitor answer only after a while.
  const asleep = everything.filter((el) => el.disabled && el.matches("button, input[type=button], input[type=submit]") && isShown(el)).slice(0, 20).map((el) => describe(el, {}));
  // What is folded up: a menu of the page's may hold the way back to the choice.
  const folded = "button[aria-expanded=false], a[aria-expanded=false], [role=button][aria-expanded=false], button[aria-haspopup], details:not([open]) > summary";
  const menus = everything.filter((el) => el.matches(folded) && isVisible(el) && label(el)).slice(0, 6).map((el) => describe(el, {}));
  const unfolders = everything.filter((el) => el.matches(`${folded}, [role=tab]:not([aria-selected=true])`) && isVisible(el) && label(el) && isInBanner(el)).slice(0, 12).map((el) => describe(el, {}));
  const saving = "button, input[type=submit], input[type=button], [role=button]";
  const besides = (el) => { let up = el; while (up && up !== document.body && !(up.parentElement && up.parentElement.querySelector(saving))) up = parent(up); return up === document.body ? null : up; };
  // “No thank you”, and under it in small letters what follows from that.
  const headed = (el) => {
    const parts = el.labels && el.labels[0] ? [...el.labels[0].children].filter((one) => one !== el && hasWords(text(one))) : [];
    const isWhole = parts.length > 1 && ![...el.labels[0].childNodes].some((one) => one.nodeType === Node.TEXT_NODE && hasWords(one.textContent));
    return isWhole ? text(parts[0]) : "";
  };
  const isOffered = (el) => {
    if (switches.has(el) || isOwnSwitch(el)) return isVisible(el);
    if (worded.has(el)) return true;
    if (!el.matches(MARKED)) return false;
    if (el.localName === "option") return isVisible(el.closest("select"));
    return isVisible(el) || (el.labels && [...el.labels].some(isVisible)) || isVisible(parent(el) || el);
  };
  // Some only look as if they could not be switched off, and go back on their own.
  const FIXED = /(^|[-_ ])(disabled|locked|readonly|always[-_]?(on|active)|not-allowed)([-_ ]|$)/;
  const looksFixed = (el) => [el, ...(el.labels ? [...el.labels] : []), ...(el.labels && el.labels[0] ? el.labels[0].children : [])].some((one) => FIXED.test(one.getAttribute("class") || "") || getComputedStyle(one).cursor === "not-allowed");
  const upwards = (el) => { let up = parent(el); for (let depth = 0; up && !hasWords(text(up)) && depth < 4; depth++) up = parent(up); return up ? text(up) : ""; };
  const asBox = (el) => {
    const isWorded = worded.has(el);
    const on = isOn(el);
    const around = () => text(parent(el) || el);
    const labelled = () => el.labels && el.labels[0] && unstated(el.labels[0], text(el.labels[0]), on);
    const name = ((isWorded || switches.has(el) || isOwnSwitch(el)) && around()) || (el.localName === "option" && text(el)) || labelled() || el.getAttribute("aria-label") || (el.matches("[role=radio], button[aria-pressed]") && hasWords(text(el)) && unstated(el, text(el), on)) || el.name || el.id || around();
    const fixed = !!el.disabled || el.getAttribute("aria-disabled") === "true" || (on && looksFixed(el));
    const isRadio = el.type === "radio" || el.getAttribute("role") === "radio";
    const list = el.localName === "option" ? el.closest("select") : null;
    const row = isWorded && isPair(el) ? `row ${[...rows.keys()].indexOf(parent(el))}` : "";
    const group = row || (list ? String(list.name || list.id || "list") : isRadio ? String(el.name || (el.closest("[role=radiogroup], fieldset") || {}).id || "radio") : "");
    return describe(el, { label: String(row ? text(el) : hasWords(String(name)) ? name : upwards(el)).slice(0, 120), on, fixed, group, says: row ? (saysOn(el) ? "accept" : "refuse") : isRadio && ON.test(name) ? "accept" : isRadio && OFF.test(name) ? "refuse" : "", head: isRadio ? headed(el) : "", pressed: el.matches("button[aria-pressed]") }, besides(el));
  };
  const boxes = everything.filter(isOffered).slice(0, 200).map(asBox);
  // What is folded up in a banner, or stands behind another tab of it, is saved along with what is seen.
  const unseen = everything.filter((el) => el.matches("input[type=checkbox], [role=switch], [role=checkbox]") && !isOffered(el) && isInBanner(el)).slice(0, 200).map(asBox);
  const known = [];
  for (const [name, roles] of rules) {
    for (const [role, selector] of roles) {
      const el = deep(selector);
      if (el) known.push({ name, role, ...describe(el, {}) });
    }
  }
  return {
    candidates, boxes, folded: unseen, unfolders, known, asleep, menus,
    containers: containers.map((el) => ({ isOver: isOver(el), asks: el !== document.body && [...el.querySelectorAll("input")].some((one) => /^(text|email|password|tel|search)$/.test(one.type) && isVisible(one)), share: shareOf(el), text: `${before(el)} ${textIn(el)}`.trim().slice(0, 3000), name: naming(el).slice(0, 200), whole: el === document.body ? "" : (el.textContent || "").slice(0, 6000) })),
    language: document.documentElement.lang || "",
  };
})
