import cookieConsent from "js-cookie-consent";

const known = () => {
  const chosen = decodeURIComponent((/(?:^|; )cookiesGDPR=([^;]*)/.exec(document.cookie) || [])[1] || "");
  if (chosen.includes("analytics")) site.count();
  if (chosen.includes("marketing")) site.follow();
};
known();
document.addEventListener("click", () => setTimeout(known, 50));
cookieConsent({
  cookieName: "cookiesGDPR",
  message: "We use cookies to see how our pages are used and to show our lessons to people elsewhere.",
  options: [
    { title: "Essential cookies", description: "Strictly necessary to book a lesson.", key: "essential", disabled: true, checked: true },
    { title: "Marketing cookies", description: "Used to show you our adverts on other sites.", key: "marketing", disabled: false, checked: false },
    { title: "Analytics cookies", description: "Tell us which pages are read.", key: "analytics", disabled: false, checked: false },
  ],
  learnMore: "/privacy", expiration: 90, color: "#1d6a96",
});
