import CookieControl from "@netgen/javascript-cookie-control";
import "./netgen.scss";

const control = new (CookieControl.default ?? CookieControl)({
  options: {
    lifetime: 180,
    onAccept: (instance) => {
      if (instance.optionalCookies.statistika.accepted) site.count(); else site.uncount();
      if (instance.optionalCookies.oglasi.accepted) site.follow(); else site.unfollow();
    },
  },
  optionalCookies: [
    { name: "statistika", label: "Statistika", description: "Štejemo obiske.", onAccept: () => site.count(), onRevoke: () => site.uncount() },
    { name: "oglasi", label: "Oglasi", description: "Prikazujemo oglase.", onAccept: () => site.follow(), onRevoke: () => site.unfollow() },
  ],
});
control.init();
