import { createRoot } from "react-dom/client";
import { CookieBanner } from "@palmabit/react-cookie-law";

createRoot(document.getElementById("app")).render(<div>
  <header className="site-head"><a href="/">Αρχική</a><a href="/domatia">Δωμάτια</a></header>
  <main className="site-main"><h1>Ξενώνας Ανεμόμυλος</h1><p>Έξι δωμάτια με θέα στο λιμάνι. Το πρωινό περιλαμβάνεται.</p></main>
  <footer className="site-foot"><a href="/aporrito">Πολιτική απορρήτου</a></footer>
  <CookieBanner
    message="Χρησιμοποιούμε cookies για να μετράμε τις επισκέψεις και να δείχνουμε διαφημίσεις."
    wholeDomain policyLink="/aporrito" privacyPolicyLinkText="Πολιτική απορρήτου"
    necessaryOptionText="Απαραίτητα" preferencesOptionText="Προτιμήσεις" statisticsOptionText="Στατιστικά" marketingOptionText="Εμπορική προώθηση"
    acceptButtonText="Αποδοχή" declineButtonText="Απόρριψη" managePreferencesButtonText="Διαχείριση προτιμήσεων" savePreferencesButtonText="Αποθήκευση και κλείσιμο"
    showDeclineButton onAcceptStatistics={() => site.count()} onAcceptMarketing={() => site.follow()}
    onDeclineStatistics={() => site.uncount()} onDeclineMarketing={() => site.unfollow()}
  />
</div>);
