// react: react16 react-dom: react-dom16
import React from "react";
import { render } from "react-dom";
import { onClientEntry } from "gatsby-plugin-gdpr-cookies/gatsby-browser";
import { CookieNotice } from "gatsby-cookie-notice";

onClientEntry(null, { environments: ["production"] });

const known = () => {
  if (/(?:^|; )count-visits=true/.test(document.cookie)) site.count();
  if (/(?:^|; )follow-visits=true/.test(document.cookie)) site.follow();
};
render(<div>
  <header className="site-head"><a href="/">Baile</a><a href="/leabhair">Leabhair</a></header>
  <main className="site-main"><h1>Siopa Leabhar an Spidéil</h1><p>Leabhair Ghaeilge do pháistí agus do dhaoine fásta, agus tae ar fáil.</p></main>
  <footer className="site-foot"><a href="/priobhaideachas">Príobháideachas</a></footer>
  <style>{".bg-cookie { position: fixed; bottom: 0; left: 0; right: 0; background: #fff; border-top: 2px solid #333; padding: 16px; }"}</style>
  <CookieNotice acceptButtonText="Glac leo" declineButtonText="Diúltaigh" personalizeButtonText="Roghnaigh" personalizeValidationText="Sábháil"
    cookies={[
      { name: "necessary", editable: false, default: true, title: "Riachtanach", text: "Ní oibríonn an suíomh gan iad." },
      { name: "count-visits", editable: true, default: true, title: "Staitisticí", text: "Comhairimid cuairteanna." },
      { name: "follow-visits", editable: true, default: true, title: "Fógraíocht", text: "Taispeánann siad fógraí." },
    ]}>
    <h4>Úsáideann an suíomh seo fianáin.</h4><p>Úsáidimid fianáin le cuairteanna a chomhaireamh agus le fógraí a thaispeáint.</p>
  </CookieNotice>
</div>, document.getElementById("app"));
known();
document.addEventListener("click", () => setTimeout(known, 50));
