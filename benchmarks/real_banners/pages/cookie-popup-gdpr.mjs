import { CookiePopup, check, uncheck } from "cookie-popup-gdpr/popup.ts";

const config = {
  heading: "Acest site folosește cookie-uri",
  informationText: "Folosim cookie-uri pentru statistici și publicitate, dacă sunteți de acord.",
  style: "/npm/cookie-popup-gdpr/popup.css",
  position: "bottom-right",
  tableHeads: ["Nume", "Scop"],
  checkboxes: [
    { title: "Necesare", required: true, checked: true, name: "necessary", description: "Fără ele site-ul nu funcționează.", services: [["gdpr-preferences", "Alegerea dumneavoastră"]] },
    { title: "Statistici", required: false, checked: false, name: "stats", description: "Numărăm vizitele.", services: [["_count", "Vizite"]] },
    { title: "Marketing", required: false, checked: false, name: "marketing", description: "Arătăm reclame.", services: [["follow_id", "Reclame"]] },
  ],
  buttons: [
    { title: "Doar necesare", onclick: () => uncheck("stats", "marketing") },
    { title: "Salvează", onclick: () => {} },
    { title: "Acceptă toate", onclick: () => check("stats", "marketing"), green: true },
  ],
  callback: (result) => {
    const is = (name) => result.some((one) => one.name === name && one.checked);
    if (is("stats")) site.count(); else site.uncount();
    if (is("marketing")) site.follow(); else site.unfollow();
  },
};
window.onload = () => new CookiePopup(config);
