import { createRoot } from "react-dom/client";
import CookieBar from "@gem-sdk/plugin-cookie-bar";

const known = () => { if (localStorage.getItem("accepted-cookie") === "true") site.both(); };
known();
document.addEventListener("click", () => setTimeout(known, 50));
createRoot(document.getElementById("app")).render(<>
  <header className="site-head"><a href="/">Shop</a><a href="/pots">Pots</a></header>
  <main className="site-main"><h1>Petal and Pot</h1><p>House plants and the pots they like, sent in cardboard from a greenhouse in Wexford.</p></main>
  <footer className="site-foot"><a href="/privacy">Privacy policy</a></footer>
  <CookieBar setting={{ content: "<div><span>This site uses cookies to improve your experience and to show adverts. By clicking, you agree to our Privacy Policy.</span></div>" }} />
</>);
