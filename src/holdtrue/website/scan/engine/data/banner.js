// Runs in a world of its own beside the page, in each frame: finds what a visitor could press about cookies.
// Called as (…)(RULES): returns what stands there; the elements themselves stay here, in `globalThis.holdtrueFound`.
((rules) => {
  const found = [];
  globalThis.holdtrueFound = found;
  const isTop = window === window.top;
  const text = (el) => (el.innerText || el.value || el.textContent || "").trim().replace(/\s+/g, " ");
  // A button that shows a sign or a picture says what it does to those who cannot see it.
  const hasWords = (words) => /\p{L}{2}/u.test(words);
  const label = (el) => ((hasWords(text(el)) && text(el)) || el.getAttribute("aria-label") || el.title || el.getAttribute("alt") || (el.querySelector("img[alt],svg[aria-label]") || { alt: "" }).alt || text(el)).slice(0, 160);
  const parent = (el) => el.parentElement || (el.getRootNode() instanceof ShadowRoot ? el.getRootNode().host : null);
  const isVisible = (el) => {
    if (!el.isConnected || (el.disabled && !/checkbox|radio/.test(el.type)) || el.closest("[aria-hidden=true],[inert]")) return false;
    const box = el.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) return false;
    for (let up = el; up; up = parent(up)) {
      const style = getComputedStyle(up);
      if (style.display === "none" || style.visibility === "hidden" || Number(style.opacity) < 0.05) return false;
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
      if (el.shadowRoot && depth < 8) walk(el.shadowRoot, depth + 1);
    }
  };
  walk(document, 0);
  const roots = [document, ...everything.filter((el) => el.shadowRoot).map((el) => el.shadowRoot)];
  const deep = (selector) => {
    for (const root of roots) {
      // What wraps a button is no button.
      try { const el = [...root.querySelectorAll(selector)].find(isVisible); if (el) return (!el.matches("button, a, input, [role=button]") && [...el.querySelectorAll("button, a, [role=button]")].find(isVisible)) || el; } catch { return null; }
    }
    return null;
  };
  // What stands in shadow roots is no part of the text of what holds them.
  const hosts = everything.filter((el) => el.shadowRoot).slice(0, 60);
  const holds = (outer, el) => { for (let up = el; up; up = parent(up)) if (up === outer) return true; return false; };
  const read = (el) => [text(el), ...hosts.filter((host) => holds(el, host)).map((host) => [...host.shadowRoot.children].filter((one) => !one.matches("style, script, template")).map(text).join(" "))].join(" ").trim();
  // A page with a thousand links would have the same text read a thousand times.
  const texts = new Map();
  const textIn = (el) => { let known = texts.get(el); if (known === undefined) texts.set(el, known = read(el)); return known; };
  const whole = text(document.body || document.documentElement);
  const isShort = whole.length < 1500 && document.querySelectorAll("a, button").length < 15;
  const NAMED = /cookie|consent|gdpr|rgpd|dsgvo|\bcmp\b|cmp-|privacy|tracking|didomi|onetrust|usercentrics|toestemming|tarteaucitron|klaro|holdtrue/i;
  const naming = (el) => `${el.id} ${typeof el.className === "string" ? el.className : ""} ${el.getAttribute("aria-label") || ""} ${el.localName}`;
  const containers = [];
  const numberOf = (el) => { let at = containers.indexOf(el); if (at < 0) at = containers.push(el) - 1; return at; };
  // The banner is the outermost thing around a button that lies over the page, is a dialogue, or is named after its purpose.
  const around = (el) => {
    let best = null, kind = "", near = null;
    for (let up = parent(el), depth = 0; up && up !== document.documentElement && depth < 25; up = parent(up), depth++) {
      if (up === document.body) break;
      const size = textIn(up).length;
      if (size > 9000) break;
      if (!near && size >= 40) near = up;
      const style = getComputedStyle(up);
      const isDialog = /dialog/.test(up.getAttribute("role") || "") || up.localName === "dialog" || up.getAttribute("aria-modal") === "true";
      if (isDialog) { best = up; kind = "dialog"; }
      else if (style.position === "fixed" || style.position === "sticky") { best = up; kind = "overlay"; }
      else if (kind !== "overlay" && kind !== "dialog" && NAMED.test(naming(up))) { best = up; kind = "named"; }
    }
    if (!best && !isTop && whole.length < 9000) { best = document.body; kind = "frame"; }
    if (!best && isTop && isShort) { best = document.body; kind = "page"; }
    return [best || near, best ? kind : near ? "inline" : ""];
  };
  const describe = (el, extra) => {
    const [box, kind] = around(el);
    const at = el.getBoundingClientRect();
    const style = getComputedStyle(el);
    found.push(el);
    return {
      index: found.length - 1, label: label(el), tag: el.localName, href: el.localName === "a" ? el.href : "",
      container: box ? numberOf(box) : -1, kind, width: Math.round(at.width), height: Math.round(at.height),
      size: parseFloat(style.fontSize), ...extra,
    };
  };
  const press = "button, a, [role=button], [role=link], input[type=button], input[type=submit], input[type=image], summary, [onclick], [tabindex], span[class*=btn], div[class*=btn], div[class*=button], span[class*=button]";
  // Some buttons are boxes with a pointer, or nothing but words in a banner: those are looked at last, and only if they are short.
  const isBox = (el) => /^(div|span|p|li|b|strong|em|i|label|td)$/.test(el.localName) && el.childElementCount < 3 && el.textContent.length < 90 && hasWords(el.textContent + (el.getAttribute("aria-label") || ""));
  const isPointed = (el) => getComputedStyle(el).cursor === "pointer" && !(parent(el) && parent(el).closest("a, button, [role=button], label"));
  const isInBanner = (el) => { const [, kind] = around(el); return kind === "dialog" || kind === "overlay" || kind === "named"; };
  const weak = new Set(everything.filter((el) => isBox(el) && !el.childElementCount && !el.closest("a, button, [role=button], label, [onclick]")).slice(0, 3000)
    .filter((el) => !isPointed(el) && el.localName !== "label" && el.textContent.trim().length < 40 && isInBanner(el)).slice(0, 60));
  // Of thousands of links, those at either end: a banner is put before or behind the page.
  const few = (all) => (all.length <= 1500 ? all : [...all.slice(0, 500), ...all.slice(-1000)]);
  const candidates = few(everything.filter((el) => el.matches(press) || weak.has(el) || (isBox(el) && isPointed(el))))
    .filter((el) => { const words = label(el).length; return words > 0 && words <= 120 && isVisible(el); })
    .filter((el) => el.matches("button, a, [role=button], input, summary") || !el.querySelector("button, a, [role=button], input"))
    .map((el) => describe(el, { weak: weak.has(el) }));
  const boxes = everything.filter((el) => {
    if (!el.matches("input[type=checkbox], input[type=radio], input[type=range], [role=switch], [role=checkbox], [role=radio], select option")) return false;
    if (el.localName === "option") return isVisible(el.closest("select"));
    return isVisible(el) || (el.labels && [...el.labels].some(isVisible)) || isVisible(parent(el) || el);
  }).slice(0, 200).map((el) => {
    const name = (el.localName === "option" && text(el)) || (el.labels && el.labels[0] && text(el.labels[0])) || el.getAttribute("aria-label") || el.name || el.id || text(parent(el) || el);
    // A slider gives nothing away at its least.
    const on = el.type === "range" ? Number(el.value) > Number(el.min) : el.localName === "option" ? el.selected : el.localName === "input" ? el.checked : el.getAttribute("aria-checked") === "true";
    const fixed = el.disabled || el.getAttribute("aria-disabled") === "true";
    const isRadio = el.type === "radio" || el.getAttribute("role") === "radio";
    const list = el.localName === "option" ? el.closest("select") : null;
    const group = list ? String(list.name || list.id || "list") : isRadio ? String(el.name || (el.closest("[role=radiogroup], fieldset") || {}).id || "radio") : "";
    return describe(el, { label: String(name).slice(0, 120), on, fixed, group });
  });
  const known = [];
  for (const [name, roles] of rules) {
    for (const [role, selector] of roles) {
      const el = deep(selector);
      if (el) known.push({ name, role, ...describe(el, {}) });
    }
  }
  return {
    candidates, boxes, known,
    containers: containers.map((el) => ({ text: textIn(el).slice(0, 3000), name: naming(el).slice(0, 200), whole: el === document.body ? "" : (el.textContent || "").slice(0, 6000) })),
    language: document.documentElement.lang || "",
  };
})
