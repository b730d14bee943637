// Called as (…)(index, wanted): presses one of the elements found before, as a pointer would; `wanted` unticks a box.
((index, wanted) => {
  const el = (globalThis.holdtrueFound || [])[index];
  if (!el || !el.isConnected) return false;
  if (el.localName === "option") {
    const list = el.closest("select");
    list.value = el.value;
    for (const name of ["input", "change"]) list.dispatchEvent(new Event(name, { bubbles: true }));
    return true;
  }
  if (wanted !== null && el.type === "range") {
    el.value = wanted ? el.max : el.min;
    for (const name of ["input", "change"]) el.dispatchEvent(new Event(name, { bubbles: true }));
    return true;
  }
  if (wanted !== null) {
    if (globalThis.holdtrueIsOn(el) === wanted) return true;
  }
  el.scrollIntoView({ block: "center", behavior: "instant" });
  const box = el.getBoundingClientRect();
  const at = { bubbles: true, cancelable: true, composed: true, view: window, button: 0, clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
  for (const name of ["pointerover", "mouseover", "pointerdown", "mousedown", "pointerup", "mouseup"]) {
    const Sort = name.startsWith("pointer") ? PointerEvent : MouseEvent;
    el.dispatchEvent(new Sort(name, { ...at, isPrimary: true, pointerType: "mouse" }));
  }
  el.click();
  return true;
})
