// Called as (…)(index), in each frame: the fields that a visitor types into (-1), or puts the pointer into one of them.
// One of each sort: passwords and searches are none of them.
((index) => {
  const rootOf = (el) => el.shadowRoot || (globalThis.holdtrueRoots && globalThis.holdtrueRoots.get(el)) || null;
  const all = [];
  const walk = (root, depth) => {
    for (const el of root.querySelectorAll("input, textarea, [contenteditable]")) all.push(el);
    if (depth < 5) for (const el of root.querySelectorAll("*")) { const inner = rootOf(el); if (inner) walk(inner, depth + 1); }
  };
  walk(document, 0);
  const sort = (el) => (el.localName === "input" ? el.type : el.localName === "textarea" ? "textarea" : el.isContentEditable ? "editable" : "");
  const isGood = (el) => {
    const box = el.getBoundingClientRect();
    const words = [el.placeholder ? "" : el.name, el.id, el.type, el.getAttribute("role"), el.placeholder].join(" ");
    if (box.width < 20 || box.height < 5 || el.disabled || el.readOnly) return false;
    return !/search|query|zoek|such|recherch|\bq\b|\bs\b/i.test(words);
  };
  const good = all.filter(isGood);
  const found = ["text", "textarea", "editable", "email"].map((one) => good.find((el) => sort(el) === one)).filter(Boolean);
  if (index < 0) return found.map((el) => [sort(el), el.name || el.id || ""]);
  if (found[index]) found[index].focus();
  return !!found[index];
})
