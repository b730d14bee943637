// Called as (…)(index of a button, or -1): what a banner does to the page around it. In the top frame; -1 when it stands in another.
((index) => {
  const el = (globalThis.holdtrueFound || [])[index];
  const parent = (one) => one.assignedSlot || one.parentElement || (one.getRootNode() instanceof ShadowRoot ? one.getRootNode().host : null);
  const clear = (colour) => /rgba\([^)]*, 0\)|transparent/.test(colour);
  let banner = null;
  const overlays = (one) => ["fixed", "absolute", "sticky"].includes(getComputedStyle(one).position) || one.localName === "dialog";
  for (let up = el; up && up !== document.body && up !== document.documentElement; up = parent(up)) if (overlays(up) || /dialog/.test(up.getAttribute("role") || "")) banner = up;
  if (!el) banner = [...document.querySelectorAll("iframe")].filter((one) => one.getBoundingClientRect().height > 60).sort((a, b) => overlays(b) - overlays(a))[0] || null;
  let covered = 0, blocked = 0, points = 0;
  const inBanner = (one) => { for (let up = one; up; up = parent(up)) if (up === banner) return true; return false; };
  const deepest = (x, y) => { let at = document.elementFromPoint(x, y); for (let root; at && (root = at.shadowRoot || (globalThis.holdtrueRoots && globalThis.holdtrueRoots.get(at)));) { const below = root.elementFromPoint(x, y); if (!below || below === at) break; at = below; } return at; };
  const isCurtain = (one) => {
    for (let up = one; up && up !== document.body && up !== document.documentElement; up = parent(up)) {
      const box = up.getBoundingClientRect();
      if (getComputedStyle(up).position === "fixed" && box.width >= innerWidth * 0.9 && box.height >= innerHeight * 0.9) return true;
    }
    return false;
  };
  const panel = (one) => { for (let up = one; up && up !== parent(banner); up = parent(up)) if (!clear(getComputedStyle(up).backgroundColor) && up.getBoundingClientRect().width < innerWidth * 0.97) return true; return false; };
  for (let i = 1; i < 8; i++) for (let j = 1; j < 8; j++) {
    const at = deepest(innerWidth * i / 8, innerHeight * j / 8);
    points++;
    if (!at) continue;
    if (banner && inBanner(at)) { covered++; if (isCurtain(at) && !panel(at)) { covered--; blocked++; } }
    else if (isCurtain(at) || at.localName === "dialog" || at.matches("[inert] *, [inert]")) blocked++;
  }
  const modal = banner && [banner, ...banner.querySelectorAll("dialog")].some((one) => one.matches && one.matches("dialog:modal"));
  const styles = [document.documentElement, document.body].map((one) => getComputedStyle(one));
  const text = (one) => (one ? (one.innerText || "").replace(/\s+/g, " ").trim() : "");
  const own = banner ? text(banner) : "";
  const rest = text(document.body).replace(own, "").length;
  const blurred = [...document.body.children].some((one) => one !== banner && /blur/.test(getComputedStyle(one).filter) && text(one).length > 20);
  return {
    covered: covered / points, blocks: modal || blocked / points > 0.15 || covered / points > 0.9,
    locks_scrolling: styles.some((one) => /hidden|clip/.test(one.overflowY)) || styles[1].position === "fixed",
    hides_content: rest < 20 || blurred || styles[1].visibility === "hidden", text: own.slice(0, 2000),
  };
})
