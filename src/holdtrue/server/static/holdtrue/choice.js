/* For a page of the organisation's own site that carries the policy: shows the visitor's present choice beside it. */
(() => {
  const show = () => {
    if (!window.holdtrue) return;
    const decided = window.holdtrue.choice().decided;
    for (const place of document.querySelectorAll("[data-holdtrue-choice]")) {
      for (const one of place.querySelectorAll("[data-holdtrue-has]")) {
        one.dataset.name ??= one.textContent.trim();
        one.textContent = `${one.dataset.name}: ${window.holdtrue.has(one.dataset.holdtrueHas) ? one.dataset.yes : one.dataset.no}. `;
      }
      place.hidden = !decided;
    }
  };
  document.addEventListener("holdtrue:change", show);
  if (document.readyState === "complete") show();
  else addEventListener("load", show);
})();
