// react: react16 react-dom: react-dom16
import React from "react";
import { render } from "react-dom";
import { CookieBanner } from "@keepist/react-gdpr-cookie-banner";

render(<div>
  <header className="site-head"><a href="/">Acasă</a><a href="/comenzi">Comenzi</a></header>
  <main className="site-main"><h1>Atelierul de lemn</h1><p>Mese, scaune și rafturi la comandă, din stejar și frasin din Apuseni.</p></main>
  <footer className="site-foot"><a href="/confidentialitate">Confidențialitate</a></footer>
  <CookieBanner message="Folosim module cookie pentru statistici și publicitate. Alegeți ce permiteți."
    policyLink="/confidentialitate" privacyPolicyLinkText="Politica de confidențialitate"
    necessaryOptionText="Necesare" preferencesOptionText="Preferințe" statisticsOptionText="Statistici" marketingOptionText="Marketing"
    acceptAllButtonText="Acceptă toate" acceptSelectionButtonText="Acceptă selecția" showAcceptSelectionButton
    onAcceptStatistics={() => site.count()} onAcceptMarketing={() => site.follow()} />
</div>, document.getElementById("app"));
