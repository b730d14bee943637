// Our own count of the pages of one visit.
{
  const seen = Number(sessionStorage.getItem("pages_seen")) + 1;
  sessionStorage.setItem("pages_seen", String(seen));
  const place = document.getElementById("seen");
  place.textContent = place.dataset.words + seen;
}
