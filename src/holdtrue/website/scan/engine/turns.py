# ruff: noqa: RUF001 - Greek and Cyrillic letters look like Latin ones, and are meant.
"""Turns of phrase by which a banner says what its buttons do, and what its labels leave open.

Written without accents and in lower case, as `wording.plain` leaves a text.
"""

CONSENT = (
    "suostumu*|sutikim*|съгласие*|soglasj*|zgoda|zgode|zgody|zgodami|suglasnost*|privol*|pristanak|pristanka|pristanku|pristankom|souhlas|souhlasu"
    "|souhlasy|suhlas|suhlasu|suhlasy|hozzajarulas*|piekrisan*|nousoleku*|consentiment*|consentimient*|consentement*"
    "|samtykke*"
    "|samtycke*|einwilligung*|zustimmung*|toestemming*|συγκαταθεσ*|συναινεσ*|toiliu|thoiliu|kunsens|consimtamant*|consenso|consensi"
)
"""Consent as a thing, which can be managed and changed: who does that gives none."""
CHANGING = (
    "skift|skifte|ret|rette|opdater|opdatere|valdy*|tvarky*|keis*|pakeis*|koreguo*|zarzadz*|obsluhov*|upravlj*"
    "|spremen*|uredi*"
    "|управл*|промен*|промян*|hallit*|hallin*|hallinnoi*|muuta|muokkaa|manage|change|review|update|edit|modify|adjust"
    "|open|view"
)
"""What is done to a consent that was given or will be."""
OR = "or|of|ou|oder|o|eller|tai|voi|vai|arba|lub|albo|nebo|alebo|ali|ili|vagy|sau|или|η|no|jew|u"
"""Between two things of which one is done behind the button."""
FURTHER = (
    "more|learn more|find out more|meer weten|meer informatie|en savoir plus|mehr|mehr erfahren|mehr infos|mas informacion"
    "|scopri|saiba mais|las mer|laes mere|lue lisaa|wiecej|vice|viac|tobb|mai multe|повече|περισσοτερα"
)
"""What is told behind a button, before anything can be answered."""
PARTLY = (
    "limited|partially|partly|some|certain|beperkt|beperkte|gedeeltelijk|sommige|limite|limites|partiellement|certains"
    "|eingeschrankt*|teilweise|einige|limitad*|parcial*|parzial*|alcuni|begransad*|begraensed*|begrenset|delvis|osittain"
    "|ograniczon*|czesciow*|omezen*|castecne|obmedzen*|ciastocne|omejen*|delno|ogranicen*|djelomic*|korlatoz*|reszleges*"
    "|limitat*|partial*|ограничен*|частичн*|περιορισμεν*|μερικ*|piiratud|osaliselt|ierobezot*|daleji|daleja|ribot*|is dalies"
)
"""Not all of it: who takes that has neither accepted nor refused."""
SELECTING = (
    "select all|selecteer alle*|alles selecteren|tout selectionner|alle auswahlen|alles auswahlen|seleccionar tod*"
    "|seleziona tutt*|selecionar tud*|selecionar tod*|vaelg alle|valj alla|velg alle|valitse kaikki|vali koik|izveleties vis*"
    "|pasirinkti vis*|zaznacz wszystk*|wybierz wszystk*|vybrat vse*|vybrat vset*|izberi vse|odaberi sve|osszes kijelolese"
    "|selecteaza toate|избери всички|επιλογη ολων|roghnaigh gach|aghzel kollox"
)
"""All of it is ticked by the same press that saves it."""
BROWSING = (
    "continu|proceed|browsing|browse|keep using|using th|use of th|use this|verder|doorgaan|doorga|gebruik te mak"
    "|blijft|surf|weiter"
    "|nutzung|nutzen|fortfahr|fortsetz|naviga|navegar|navegan|naviguer|navigu|poursui|utilisant|seguir|seguis|segue|siga"
    "|usando|prosegu|prossegu|fortsat|fortsaet|fortsett|bruger|bruker|anvand|jatka|kaytta|jatka|kasuta|turpin"
    "|izmantojot|tesia"
    "|tesda|narsy|naudoda|kontynu|korzyst|przeglad|pokrac|pouziv|prohliz|prehliad|nadalj|uporab|nastav|koristenj"
    "|pregled|folytat"
    "|tovabb|hasznalat|bonges|utilizare|utilizand|folosi|продълж|използван|сърф|разглежд|συνεχι|συνεχει|χρηση|περιηγ"
    "|lean|usaid"
    "|bhrabhs|tkompli|kompli|tuza"
)
"""Stems of going on with a site, in the prose of a banner."""
ASSUMING = (
    "assum|presum|supposons|considerons|consideramos|ervan uit|gehen wir davon aus|davon aus|asumi|supone|entendemos"
    "|riteniamo"
    "|presumi|assumi|antager|antar|utgar fran|oletamme|eeldame|pienem|manysi|zakladamy|uznajemy|predpoklad|predpostavlj"
    "|einverstand|gehen wir von|pretpostavlj|felteteles|ugy tekint|presupunem|consideram|приемаме|υποθετ|θεωρουμε"
    "|glacfa|nassumu"
)
"""Stems of who takes going on for something."""
CLOSING = (
    "close|closing|dismiss|sluit|sluiten|fermer|fermant|ferme|schliessen|schliesst|cerrar|cerrando|cierra|chiudi"
    "|chiudere|chiudendo"
    "|chiusura|fechar|fechando|luk|lukker|lukke|stang|stanger|lukk|sulje|suljet|sulkemalla|sulge|sulgedes|aizvert"
    "|aizverot|uzdaryti"
    "|uzdarydami|zamknij|zamkniecie|zamykajac|zavrit|zavrenim|zavriet|zatvorenim|zapri|zaprete|zatvori|zatvaranjem|bezar*"
    "|inchide|inchiderea|inchizand|затвори|затваряне*|κλεισιμο|κλεινοντασ|dun|dunadh|aghlaq|taghlaq|cross|croix"
    "|kruisje|kreuz|croce"
    "|aspa"
)
"""Words of who closes something, and of the sign that does."""
SIGNING = (
    "sign in|sign up|log in|login|password|checkout|basket|register|inloggen|aanmelden|wachtwoord|winkelwagen"
    "|afrekenen|anmelden"
    "|einloggen|passwort|warenkorb|kasse|connexion|connecter|mot de passe|panier|iniciar sesion|contrasena|carrito"
    "|accedi|password"
    "|carrello|entrar|palavra passe|carrinho|log ind|adgangskode|kurv|logga in|losenord|varukorg|kirjaudu|salasana|ostoskori"
    "|logi sisse|parool|ostukorv|pieteikties|parole|grozs|prisijungti|slaptazodis|krepselis|zaloguj*|haslo|koszyk*"
    "|prihlas*|heslo"
    "|kosik*|prijav*|lozinka|geslo|kosaric*|bejelentkez*|jelszo|kosar*|autentific*|parola|cos|вход|парола|количка"
    "|συνδεση|κωδικ*"
    "|καλαθι|logail isteach|pasfhocal|idhol|kodici"
)
"""Words of other things that one goes on with: signing in, paying."""
WHERE_AND_HOW = (
    "language|country|region|store|taal|land|sprache|region|langue|pays|magasin|idioma|pais|lingua|paese|sprog|sprak"
    "|maa|kieli"
    "|keel|riik|valoda|valsts|kalba|salis|jezyk|kraj|jazyk|zeme|krajina|jezik|drzava|zemlja|nyelv|orszag|limba|tara"
    "|език|страна"
    "|γλωσσα|χωρα|teanga|tir|lingwa|pajjiz"
)
"""What a visitor is asked to choose before the page is shown: where they are, what they read."""
REMEMBERING = (
    "(?:remember|save|keep|store) (?:my|this|your|the) (?:choice|decision|answer|selection)|do not (?:show|ask)"
    "|don t (?:show|ask)"
    "|(?:onthoud|bewaar) (?:mijn|deze) keuze|niet meer (?:tonen|vragen)|(?:memoriser|retenir|se souvenir de) mon choix"
    "|ne plus (?:afficher|demander)|(?:meine )?(?:auswahl|entscheidung) (?:merken|speichern)|nicht (?:mehr"
    "|wieder) (?:anzeigen|fragen)"
    "|(?:recordar|guardar) mi (?:eleccion|decision)|no (?:volver a )?(?:mostrar|preguntar)|ricorda la mia scelta"
    "|non (?:mostrare|chiedere)"
    "|(?:lembrar|memorizar) a minha (?:escolha|decisao)|nao (?:mostrar|perguntar)|husk mit valg|vis ikke igen"
    "|kom ihag mitt val"
    "|visa inte igen|husk valget|ikke vis igjen|muista valintani|ala (?:nayta|kysy)|jata mu valik meelde|ara naita"
    "|atcereties izveli"
    "|nerad|isimint\\w* (?:mano )?pasirink\\w*|nerodyti|(?:zapamietaj|pamietaj) (?:moj )?wybor|nie pokazuj"
    "|(?:zapamatovat|pamatovat)"
    "|(?:priste )?nezobrazovat|zapamatat|nabuduce nezobrazovat|zapomni si (?:mojo )?izbir\\w*|ne prikazi"
    "|zapamti moj (?:izbor|odabir)"
    "|(?:emlekezz|jegyezd meg)|ne (?:jelenjen|mutasd)|(?:retine|tine minte) alegerea|nu mai (?:afisa|arata)"
    "|запомни (?:моя )?избор\\w*"
    "|не показвай|θυμησου|να μην εμφανιστει|cuimhnigh ar mo rogha|na taispean|ftakar (?:l )?ghazla"
)
"""What a box says that keeps the answer to be given, whatever that is."""
EXCEPT = (
    "except|but|behalve|sauf|ausser|excepto|salvo|tranne|eccetto|exceto|undtagen|utom|forutom|unntatt|paitsi|valja arvatud"
    "|iznemot|isskyrus|oprocz|krome|okrem|razen|osim|kiveve|cu exceptia|освен|εκτοσ|ach amhain|hlief"
)
"""Some of it is left out."""
STATED = (
    "off|blocked|disabled|inactive|denied|rejected|refused|declined|not allowed|geblokkeerd|uitgeschakeld|geweigerd|afgewezen"
    "|inactief|bloque|bloquee|bloques|bloquees|desactive|desactivee|desactives|refuse|refusee|refuses|interdit|inactif|blockiert"
    "|deaktiviert|abgelehnt|inaktiv|verweigert|bloqueado|bloqueada|bloqueados|desactivado|desactivada|rechazado|rechazada|denegado"
    "|bloccato|bloccata|disattivato|disattivata|rifiutato|rifiutata|desativado|recusado|rejeitado|blokeret|deaktiveret|afvist"
    "|blockerad|avvisad|inaktiverad|nekad|blokkert|avvist|estetty|hylatty|blokeeritud|keelatud|blokets|noraidits|izslegts"
    "|uzblokuotas|isjungta|atmesta|zablokowane|wylaczone|odrzucone|zablokovano|vypnuto|odmitnuto|zakazano|zablokovane|vypnute"
    "|odmietnute|blokirano|izklopljeno|zavrnjeno|iskljuceno|odbijeno|letiltva|kikapcsolva|elutasitva|blocat|dezactivat|respins"
    "|refuzat|блокиран|блокирано|изключено|отказано|αποκλεισμενο|απενεργοποιημενο"
)
"""How a switch says that it stands while it is off: no words of who refuses."""
