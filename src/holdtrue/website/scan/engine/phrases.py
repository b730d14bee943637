# ruff: noqa: RUF001 - Greek letters look like Latin ones, and are meant.
"""Words that decide beside those of each language: short answers, what a text is about, what a button is not for.

Written without accents and in lower case, as `wording.plain` leaves a text.
"""

COMMON = {
    "en": (
        "want|any|please|all|me|no|browse|stay|proceed|tracking|and|or|the|my|me|i|we|you|your|continue|with|to"
        "|of|cookie|cookies|consent|use|close|site|for|set|let|do"
    ),
    "nl": "en|of|de|het|mijn|ik|nu|door|doorgaan|met|te|cookie|cookies|gebruiken|sluiten|verder|voor|wil|mag",
    "fr": "et|ou|le|la|les|mon|mes|je|j|n|continuer|avec|cookie|cookies|traceurs|utiliser|fermer|consentement|en|de|des",
    "de": "und|oder|die|der|das|ich|weiter|mit|fortfahren|cookie|cookies|verwenden|schliessen|meine|zu|von|einwilligung",
    "es": "y|o|el|la|las|los|mi|continuar|con|cookie|cookies|usar|cerrar|seguir|consentimiento|de",
    "it": "e|o|il|la|i|mio|continua|continuare|con|cookie|cookies|usa|chiudi|consenso|di|gli",
    "pt": "e|ou|o|a|os|as|meu|continuar|com|cookie|cookies|usar|fechar|consentimento|de",
    "ro": "si|sau|continua|cu|cookie|cookies|cookie uri|inchide|consimtamantul",
    "da": "og|eller|fortsaet|med|cookie|cookies|brug|luk",
    "sv": "och|eller|fortsatt|med|cookie|cookies|kakor|anvand|stang|till",
    "no": "og|eller|fortsett|med|informasjonskapsler|cookies|bruk|lukk",
    "pl": "i|lub|z|na|moje|moja|pliki|plikow|cookie|cookies|prywatnosci|ciasteczka|ciasteczek|zgody|zgodami|zamknij",
    "cs": "a|nebo|s|pro|moje|soubory|souboru|cookie|cookies|soukromi|zavrit|souhlas",
    "sk": "a|alebo|s|pre|moje|subory|suborov|cookie|cookies|sukromia|zavriet|suhlas",
    "hu": "es|vagy|a|az|cookie|cookies|suti|sutik|adatvedelmi|bezaras|hozzajarulas",
    "fi": "ja|tai|cookie|cookies|evasteet|evasteita|evasteiden|kayttoa|jatka|sulje",
    "hr": "i|ili|s|cookie|cookies|kolacici|kolacice|kolacica|privatnosti|zatvori",
    "sl": "in|ali|s|cookie|cookies|piskotki|piskotke|piskotkov|zasebnosti|zapri",
    "el": "και|τα|τισ|των|cookie|cookies|συνεχεια|απορρητου|κλεισιμο",
    "et": "kupsised|kupsiseid|kupsistega|kupsiste|cookies",
    "lv": "un|sikdatnes|sikdatnu|sikdatnem|cookies",
    "lt": "ir|su|slapukus|slapukai|slapuku|slapukais|cookies",
    "ga": "leis na|leis|fianan|fianain|bhfianan|aghaidh|cookies",
    "mt": "il|dawk|tal|kollha|cookies",
    "bg": "и|или|с|cookie|cookies|бисквитки|бисквитките|поверителност|затвори",
}
"""Small words that tell one language from another and mean nothing for the choice."""
PAYING = "subscri*|abonn*|abonier*|pay|paye*|payer|zahl*|betaal*|betal*|kauf*|koop|pur abo|suscri*|abbonat*|pago|pagar"
ACTING = (
    "buy|buying|order|orders|cart|basket|checkout|book|donate|pass|upgrade|abo|abos|kopen|bestel*|winkelwagen|winkelmand"
    "|boek|boeken|doneer|kaufe|warenkorb|buchen|spenden|achet*|command*|panier|reserv*|compra*|carrito|cesta|acquist*"
    "|carrello|ordina|prenota|carrinho|kup|kupuj*|koszyk*|zamow*|koupit|kosik*|kop|kurv|varukorg|bestill|osta|vasarol*"
    "|kosar*|cumpar*|cos|купи|количка|αγορα*|καλαθι|delete*|erase*|remove*|unsubscri*|sign out|log out|log off|logout"
    "|account|accounts|verwijder*|wissen|afmelden|uitloggen|rekening|losch*|entfern*|kundig*|abmelden|ausloggen|konto|konta"
    "|konten|privatkonto|kundenkonto|supprim*|effac*|deconnex*|deconnect*|compte|elimin*|borrar|borra|cerrar sesion|cuenta"
    "|cancell*|disconnett*|esci|conto|apagar|exclu*|sair|conta|usun*|wylogu*|smaz*|odstran*|odhlas*|slet|slett|log ud"
    "|logg ut|radera|ta bort|logga ut|poista|kirjaudu ulos|tili|torol*|kijelentk*|fiok*|sterge*|cont|изтри*|изход|профил"
    "|διαγραφ*|αποσυνδεσ*|izbris*|brisi|obris*|odjav*|dzest|istrinti|atsijungti|kustuta|logi valja"
)
"""Words of what a visitor of a scan never does, in many languages: buy, delete, leave an account."""
YES = (
    "ok|okay|yes|ja|oui|si|sim|da|tak|ano|igen|kylla|jah|taip|ναι|да|iva|ok got it|got it|understood|i understand"
    "|begrepen|compris|verstanden|prima|ik snap het|sounds good|fine by me|that s fine|alles klar|in ordnung|geht klar"
    "|c est bon|pas de souci|oui pas de souci|va bene|vale|akkoord|in orde|is goed|det ar ok|w porzadku"
    "|i m ok with this|i am ok with this|i m okay with this|i m fine with this|i am fine with this|i m happy with this"
    "|dit is oke|das ist fur mich in ordnung|mi sta bene"
    "|that s ok|dat is oke|das ist ok|ok pour moi|consent|yes why not|yes no problem|ja waarom niet|ja geen probleem"
    "|ja warum nicht|ja kein problem|oui pourquoi pas|oui pas de probleme|si por que no|si sin problema|si perche no"
    "|si nessun problema|sim porque nao|sim sem problema"
    "|i m ok with that|i am ok with that|i m fine with that|i m ok with cookies|i m fine with cookies"
    "|i m happy with cookies|i m happy with that|sure go ahead|sure|go ahead|fine|count me in|let s go|that s okay|oke"
    "|oke prima|ik vind het goed|goed zo|goed zo ga door|ca me va|parfait|geht in ordnung|passt|passt fur mich|gerne"
    "|me parece bien|por supuesto|claro|tudo bem|pode ser|det er okay|det er ok|det er fint|fint med mig|okej"
    "|det gar bra|later bra|garna|greit|det er greit|greit for meg|sopii|kay|sopii minulle|okei|sain aru|selge"
    "|koik sobib|sobib|labi|gerai|v poradku|v poriadku|klidne|v redu|u redu|moze|johet|bine|e in regula|in regula|добре|океи"
    "|ενταξει|ceart go leor|ta go maith|fhimt|tajjeb|selva|perfetto|perfecto|perfeito|super|dobrze|dobre|spoko|jasne"
    "|jasna vec|javisst|selvfolgelig"
    "|ja tak|ja tack|ja takk|ja graag|ja bitte|ja gerne|oui merci|si gracias|si grazie|sim obrigado"
    "|sim obrigada|jo passt|jo|na klar|na gut|venga vale|venga|anda vale|va d accord|allez d accord|dai va bene|joo|joo sopii"
    "|hajde moze|tak jasne|no jasne|jo tack|jo da"
    "|tak prosze|ano prosim|kylla kiitos|jah palun|yes please|yes thanks|yes thank you"
    "|ik begrijp het|ik begrijp|begrijp ik|snap ik|helemaal goed|duidelijk|je comprends|bien compris|c est compris|c est note"
    "|entendu|ich verstehe|verstehe|zur kenntnis genommen|hab s verstanden|entiendo|lo entiendo|comprendo|comprendido"
    "|ya entiendo|enterado|capisco|capito|ho compreso|compreendo|entendo|esta bem|percebido|de acordo|inteleg|inteles"
    "|helt fint|det er i orden|forstatt|uppfattat|jag har forstatt|skjonner|jeg skjonner|den er grei|ymmarretty"
    "|olen ymmartanyt|moistan|arusaadav|saprotu|skaidrs|suprantu|aisku|zrozumialem|zrozumialam|zrozumiano|przyjalem|przyjelam"
    "|chapu|chapem|megertettem|ertettem|megertem|tudomasul veszem|shvacam|jasno mi je|razumio sam|razumjela sam|slazem se"
    "|jasno|strinjam se|κατανοω|εγινε|ясно|ta se sin ceart go leor|i get it|alright|i acknowledge|acknowledge|noted"
)
NO = (
    "no|no thanks|nee|nee bedankt|nee dank je|non|non merci|nein|nein danke|no gracias|no grazie|nao|nej|nej tak"
    "|nej tack|nei|ei|ne|nie|nem|nu multumesc|не|οχι|le|nei takk|nie dziekuje|nao obrigado|nao obrigada|no thank you"
    "|not now thanks|rather not|i d rather not|i d prefer not|liever niet|doe maar niet|lieber nicht|plutot pas|prefiero no"
    "|mejor no|preferisco di no|prefiro nao|helst inte|wole nie|nechci|nechcem|nie chce|nem kerem"
    "|do not consent|i do not consent|don t consent"
    "|na danke|ne danke|nil|nada gracias|paso|nope|nah|nah thanks|no way"
    "|not today|vandaag niet|heute nicht|pas aujourd hui|hoy no|oggi no|hoje nao|ikke i dag|inte idag|ei tanaan|dzis nie"
    "|not interested|say no|ei kiitos|tanan ei|ei aitah|ne aciu|ne paldies|ne dekuji|ne dekuju|nie dakujem|ne hvala"
    "|nem koszonom|не благодаря|οχι ευχαριστω|le grazzi|nil go raibh maith agat|tacka nej|helst ikke|helst ei"
    "|mieluummin en|raji ne|radsej nie|raje ne|radije ne|inkabb nem|mai bine nu|geriau ne|labak ne|pigem ei"
    "|skip|passer|passer cette etape|ignorer|uberspringen|omitir|salta|saltar|ignorar|spring over|hoppa over|hopp over"
    "|ohita|jata vahele|izlaist|praleisti|pomin|preskocit|preskoci|omite|omiteti|sari peste|пропусни|пропускане"
    "|παραλειψη|παρακαμψη|sla over|overslaan|aqbez|kihagyom"
)
"""Answers that mean what they say only when they stand alone."""
MORE = (
    "more|details|options|meer|mehr|weitere*|details|plus|savoir|mas|altro|piu|scopri|dettagli|wiecej"
    "|szczegoly|vice|viac|tobb|reszletek|lisaa"
    "|choose|kies|kiezen|choisir|choisis|wahlen|auswahlen|elegir|elijo|scegli|scegliere|escolher|escolho"
    "|vaelg|vaelge|valj|valja|velg|velge"
    "|wybieram|wybierz|vybrat|zvolit|valaszt*|valitse|valita|aleg|alege|valin|valida|izveleties|pasirinkti"
    "|izberi*|odaber*|izaber*"
    "|επιλεγω|επιλεξτε|избер*|изборът"
    "|lisatietoja|mere|mer|mais|mai mult*|vairak|daugiau|rohkem|vec|vise|повече|περισσοτερα|tuilleadh|aktar|saber|detalii"
    "|show|toon|tonen|afficher|anzeigen|mostrar|mostra|vis|visa|nayta|naita|radit|rodyti|pokaz|zobrazit|prikazi"
    "|megjelenites*|afiseaza|покажи|εμφανιση|opcji|opcija|moznosti|iespejas|parinkciu|zelf|selbst|eigen|vali"
    "|pasirinkti|vybrat|itse"
    "|view|see|purposes|partners|vendors|bekijk|bekijken|doeleinden|partners bekijken|finalites|partenaires"
    "|voir|zwecke|partner|ansehen|ver|fines"
    "|finalidades|socios|vedi|visualizza|finalita|partner|fornecedores|parceiros|formal|formalene|andamal"
    "|tarkoitukset|eesmargid|merki|tikslai"
    "|partnere|kumppanit|partnerid|partneriai|partnerji|partnerek|comhphairtithe"
    "|cele|partnerzy|zobacz|ucely|partneri|nameni|svrhe|celok|scopuri|parteneri|vezi|цели|партньори|виж"
    "|σκοποι|συνεργατεσ|προβολη"
)
"""Words of what tells more, or lets one choose."""
DONE = (
    "done|klaar|termine|fertig|listo|hecho|fatto|pronto|concluido|klart|klar|faerdig|ferdig|valmis|gotowe"
    "|hotovo|kesz|gata|gotovo"
    "|koncano|ετοιμο|готово|atlikta|gatavs|lest"
)
"""Answers that save how the boxes beside them stand."""
AGREEING = (
    "agree|accept|consent|akkoord|instem|stemt|toestemming|aanvaard|autoris|zustimm|stimmen sie|einwillig|willigen"
    "|einverstanden|acept|consient|acconsent|aceit|concord|zgad|zgod|akcept|souhlas|suhlas|elfogad|hozzajarul"
    "|godkan|samtyck|samtyk|godta"
    "|hyvaks|suostu|noustu|piekrit|piekris|sutink|sutik|soglas|strinj|suglas|slaze|prihvac|prihvat|sprejm|acord|съглас|приема"
    "|συμφων|αποδεχ|συναιν|aontai|glac|taqbel|taccetta"
    "|privol|kunsens|συγκαταθ"
)
"""Stems that say, in the prose of a banner, that who presses the button named beside them agrees."""
YES_FIRST = "yes|ok|okay|ja|oui|sim|tak|igen|kylla|ναι"
"""Words that mean yes at the head of a short answer; “si” and “da” begin other sentences too."""
ABOUT_COOKIES = (
    "cookie|koekje|kakor|kakinst|traceur|consent|toestemming|einwilligung|zustimmung|consentement"
    "|consentimiento|consenso|consentimento"
    "|gdpr|rgpd|dsgvo|avg|tracking|tracker|evaste|kupsis|slapuk|sikdatn|fianan|piskot|ciastecz|plikow|pliki|suti"
    "|бисквит|kolacic|galleta|informasjonskapsl|susenk|privacy|privat|datenschutz|confidentialite|vie privee|samtyk"
    "|samtyck|suhlas|souhlas|zgod|soglas|hozzajarul|consimt|съглас|συγκαταθεσ|συναιν|suostum|nousolek|piekrisan"
    "|sutikim|toiliu|kunsens|personal data|persoonsgegevens|personenbezogen|donnees personnelles"
    "|privac|privaats|confidentialit|soukrom|sukrom|zasebnost|prywatnosc|tietosuoj|yksityisyy|adatved|απορρητ|поверителност"
    "|priobhaid|integritet|personvern"
    "|data collection|gegevensverzameling|collecte de donnees|collecte des donnees|datenerfassung|datenerhebung"
    "|recogida de datos|recopilacion de datos"
    "|raccolta dati|raccolta dei dati|recolha de dados|coleta de dados|dataindsamling|datainsamling|datainnsamling"
    "|privol|kunsens|συγκαταθ|adatkezel|datenverarbeit|gegevensverwerking|dataskydd|databeskyttel"
    "|personuppgift|personoplysning|osobnych udaj|osobnich udaj|dane osobow|danych osobow"
    "|protection des donnees|proteccion de datos|protezione dei dati|protecao de dados|andmekaits"
    "|duomenu apsaug|datu aizsardz|varstvo podatk|zastita podatak|zastite podatak|protectia datelor"
    "|защита на данн|προστασια δεδομεν|cosaint sonrai"
)
SURELY_COOKIES = (
    "cookie|koekje|kakor|traceur|gdpr|rgpd|dsgvo|tracking|tracker|evaste|kupsis|slapuk|sikdatn|fianan|fianain"
    "|piskot|ciastecz|plikow"
    "|pliki|suti|бисквит|kolacic|galleta|informasjonskapsl|susenk"
)
"""Of these, the ones that a banner alone uses; newsletters and forms speak of privacy and consent too."""
OTHER_MATTERS = (
    "newsletter|nieuwsbrief|nyhetsbrev|nyhedsbrev|boletin|infolettre|subscri|suscri|abonn|abonnier|inschrijv|anmeld|discount"
    "|korting|rabat|reduction|descuento|sconto|gutschein|voucher|e mail|email|mailing|notification|benachrichtigung"
    "|notificatie|melding|notificacion|notific|years old|18 jaar|18 jahre|18 ans|18 anos|18 anni|years of age|chat"
    "|terms|conditions|voorwaarden|agb|nutzungsbedingungen|geschaftsbedingungen|condiciones|terminos"
    "|condizioni|termini|termos|condicoes"
    "|regulamin|obchodni podminky|obchodne podmienky|vilkar|villkor|kayttoehdot|felteteleket|termeni|uvjeti"
    "|pogoji|οροι χρησ|общи условия"
)
"""What other questions over a page are about: letters to subscribe to, an age to tell, notices to allow."""

GOING = (
    "continu*|proceed*|use|keep|stay|browse|carry on|go on|doorgaan|ga door|ga verder|verder|verdergaan"
    "|gebruik*|poursuiv*|naviguer"
    "|garder|utilis*|weiter|fortfahren|weiterlesen|weitersurfen|verwenden|nutzen|seguir|sigue|continuar|usar|utilizar|mantener"
    "|prosegui|proseguire|continua|continuare|usa|utilizza|mantieni|prosseguir|manter|fortsaet|brug|behold"
    "|fortsatt|anvand|behall"
    "|fortsett|bruk|jatka|jatkan|kayta|jatka*|kasuta|jatkan|jatkata|turpinat|izmantot|testi|tesiu|naudoti"
    "|dalej|kontynuuj|przejdz|korzystaj|uzywaj"
    "|pokracovat|pokracuj|pouzit|pouzivat|pokracovat|nadaljuj|uporabi|nastavi|nastaviti|koristi|folytat*|tovabb*|hasznal*"
    "|continuati|foloseste|folositi|utilizeaza|продължи|продължаване|използваи|συνεχεια|συνεχιση|χρηση|lean"
    "|lean ar aghaidh|usaid|kompli|uza"
)
"""Words of who goes on, which decide nothing by themselves: going on with what is necessary alone refuses the rest."""
WILLING = (
    "no problem|no problems|not a problem|no worries|don t mind|do not mind|no objection|no objections|nothing against"
    "|geen probleem|geen bezwaar|niets tegen|maakt niet uit|pas de probleme|pas de souci*|aucun probleme|aucune objection"
    "|rien contre|kein problem|keine einwande|nichts dagegen|nichts gegen|ningun problema|sin problema|sin problemas"
    "|nessun problema|niente in contrario|sem problema|sem problemas|nenhum problema|intet problem|inget problem|inga problem"
    "|ikke noe problem|ei haittaa|nie ma problemu|bez problemu|zadny problem|ziadny problem|nema problema|ni problema"
    "|nincs gond|nicio problema|няма проблем|κανενα προβλημα"
)
"""Words with a no in them that deny nothing: who has no objection to cookies does not refuse them."""
FUNCTIONAL = (
    "functional|functioneel|functionele|fonctionnels|fonctionnel|funktionale*|funktionelle*|funcionales"
    "|funzionali|funcionais|funktionella"
    "|funksjonelle|toiminnalliset|toiminnallisia|funktsionaalsed|funkcionalas|funkciniai|funkcjonalne|funkcni"
    "|funkcne|funkcionalni"
    "|funkcionalne|funkcionalis|functionale|функционални|λειτουργικα"
)
"""What some call necessary, and others not: a refusal where a button speaks of it alone."""
OPTIONAL = (
    "analy|analit|statis|estad|measur|marketing|advert|reclam|publicit|pubblicit|werb|reklam|personali|social"
    "|tracking|αναλυτ|στατιστ"
    "|аналит|статист|реклам|διαφημ|mainon|markkin|tilasto|oglas"
)
"""Stems of what is never necessary: “necessary and statistics” refuses nothing."""
SURE = (
    "sure|certain|zeker|echt|sur|sure de|vraiment|sicher|wirklich|segur*|seguro|seriamente|davvero|sicur*"
    "|certeza|realmente|sikker|sikre"
    "|saker|sakra|virkelig|verkligen|varma*|haluatko|todella|kindel|kindlasti|tiesam|tikrai|na pewno|pewien"
    "|pewna|opravdu|jiste|naozaj|naisto"
    "|res|prepricani|preprican|sigurn*|zaista|biztos*|valoban|sigur|siguri|sigurni|наистина|сигурн*|σιγουρ*"
    "|αληθεια|cinnte|zgur|certi"
)
"""Words of a question that asks whether one means it."""
AGE = (
    "16|18|21|years old|years of age|old enough|age|of age|legal age|adult|adults|oud genoeg|leeftijd"
    "|volwassen|alt genug"
    "|volljahrig|majeur|majeure|age legal|mayor de edad|edad|maggiorenne|maior de idade|idade"
    "|pelnoletni*|evesen"
    "|ar gammal|ar gammel|alder|alder nok|taysi ikainen"
)
"""Words of who asks for an age, and of who tells it; “18 let” is known by its number, for “let” means much else."""
TOO_YOUNG = (
    "under|younger|not yet|leave|exit|onder|jonger|verlaten|unter|junger|verlassen|moins|mineur|mineure"
    "|quitter|menor|menos|salir|minore|minorenne"
    "|esci|menos de|sair|ponizej|mlodszy|mladsi|mladsi nez|mladsia|alatti|fiatalabb|yngre|alle|mlajsi|mladji|sub|κατω|под"
)
WRITING = (
    "e mail*|email*|mail*|write to|writing|in writing|letter|post|e maila*|mailen|mailtje|schrijf*|schriftelijk*|brief"
    "|courriel*|courrier|lettre|ecri*|schreib*|schriftlich*|correo|carta|escrib*|lettera|scriv*|posta|escrev*|skriv*|brev|epost"
    "|e post"
    "|kirjoit*|sahkopost*|kirje*|kirjut*|kiri|napis*|pisemn*|pisat*|list|listem|dopis*|pism*|posaljit*|poslj*|irj*|level*|irasb*"
    "|scrie*|scris*|e paste*|epast*|raksti*|rasyk*|pastu|laisk*|писм*|пишете|имеил*|ηλεκτρονικ*|γραψ*|επιστολ*|scriobh*"
    "|riomhphost*|ikteb|ittra|posta elettronika"
)
"""Words of who is to be written to, in many languages."""
UPDATING = (
    "update*|change|modify|set my|bijwerk*|werk * bij|wijzig*|aanpass*|mettre a jour|mise a jour|actualis*|modifi*|changer"
    "|aktualisier*|ander*|ubernehm*|anpass*|actualiz*|cambia*|aggiorn*|modifica*|atualiz*|alter*|opdater*|aendr*|uppdater*|andra"
    "|oppdater*|endre|paivit*|muuta*|uuend*|muud*|atjaun*|atjaunin*|mainit*|atnaujin*|keis*|pakeis*|aktualizuj*|zmien*|zaktualiz*"
    "|aktualiz*|zmenit*|upravit*|frissit*|modosit*|azurir*|promijen*|posodob*|spremen*|ενημερω*|αλλαγη|актуализир*|промен*"
    "|modificati|modificare|schimba*|nuashonru|athraigh|aggorna*|ibdel"
)
"""Words of who brings a choice up to date: beside boxes that saves them, elsewhere it opens them."""
