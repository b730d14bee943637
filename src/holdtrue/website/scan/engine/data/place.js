// Called as (…)(index): where on the screen an element that was found before can be hit by the pointer; null when it cannot.
((index) => {
  const el = (globalThis.holdtrueFound || [])[index];
  if (!el || !el.isConnected) return null;
  el.scrollIntoView({ block: "center", behavior: "instant" });
  const box = el.getBoundingClientRect();
  let x = box.left + box.width / 2, y = box.top + box.height / 2;
  let hit = document.elementFromPoint(x, y);
  while (hit && hit.shadowRoot) { const below = hit.shadowRoot.elementFromPoint(x, y); if (!below || below === hit) break; hit = below; }
  const parent = (one) => one.assignedSlot || one.parentElement || (one.getRootNode() instanceof ShadowRoot ? one.getRootNode().host : null);
  const within = (inner, outer) => { for (let up = inner; up; up = parent(up)) if (up === outer) return true; return false; };
  // Words that a component shows in a slot of this button are hit as the component's own.
  if (!hit || !(within(hit, el) || hit === el.getRootNode().host)) return null;
  // A frame of the page's own origin is drawn by the page; one of another origin has a screen of its own.
  let frame = window, isWhole = true;
  try {
    while (frame !== frame.parent) {
      if (!frame.frameElement) { isWhole = false; break; }
      const at = frame.frameElement.getBoundingClientRect();
      x += at.left + frame.frameElement.clientLeft; y += at.top + frame.frameElement.clientTop;
      frame = frame.parent;
    }
  } catch { isWhole = false; }
  return { x, y, is_whole: isWhole };
})
