import { createRoot } from "react-dom/client";
import { CookieBanner } from "@schlomoh/react-cookieconsent";

const follow = (cookies) => {
  if (cookies?.["Statistika"]) site.count(); else site.uncount();
  if (cookies?.["Reklamar"]) site.follow(); else site.unfollow();
};
const known = /(?:^|; )selection=([^;]+)/.exec(document.cookie)?.[1];
if (known) follow(JSON.parse(decodeURIComponent(known)));
createRoot(document.getElementById("app")).render(<>
  <CookieBanner acceptButtonText="Naċċetta" declineButtonText="Nirrifjuta" enableManagement managementButtonText="Agħżel il-cookies"
    cookieCategories={["Statistika", "Reklamar"]} onAccept={follow} onDecline={() => follow({})}
    infoContent={<><h3>Dan is-sit juża l-cookies.</h3><p>Nużaw il-cookies għall-istatistika u għar-reklami, jekk taqbel. Aqra l-<a href="/privatezza">politika tal-privatezza</a>.</p></>}
    managementContent={<><h3>Agħżel liema cookies taċċetta.</h3><p>Tista' tħalli barra dawk li ma tridx.</p></>} />
  <header className="site-head"><a href="/">Paġna ewlenija</a><a href="/hobz">Ħobż</a></header>
  <main className="site-main"><h1>Il-Forn ta' Marsaxlokk</h1><p>Ħobż tal-Malti, ftajjar u pastizzi, friski kuljum mis-sitta ta' filgħodu.</p></main>
  <footer className="site-foot"><a href="/privatezza">Privatezza</a></footer>
</>);
