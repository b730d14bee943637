# ruff: noqa: RUF001 - Greek and Cyrillic letters look like Latin ones, and are meant.
"""The words of consent banners in Baltic, Finnic, Hungarian, Greek and Irish, written as `wording.plain` leaves a text."""

from holdtrue.website.scan.engine.words import Words

OTHERS: dict[str, Words] = {
    "fi": Words(
        accept="mainosten kanssa|hyvaksy*|salli*|suostu*|ymmarran|selva|ota * kayttoon",
        refuse=(
            "hylkaa*|kiella*|kieltay*|esta|torju*|hyvaksymatta|suostumatta|sallimatta|poista * kaytosta|poista kaytosta"
            "|kieltaydy*|vastusta*"
        ),
        negation="ala|en|ei|ilman|mitaan|ei mitaan",
        only="vain|ainoastaan",
        necessary="olennais*|valttamat*|pakollis*|tarpeellis*|vahimmais*|perusevast*|teknis*",
        settings=(
            "evastevalin*|asetu*|muokkaa*|hallin*|mukauta*|valinnat|muuta|muutos*|evasteasetu*|yksityisyysasetu*"
            "|tietosuoja asetu*|nayta tiedot|vaihtoehto*|lisaasetu*|raataloi*|hallitse|hallinnoi|saada|kayttotarkoitu*"
        ),
        save="tallenna*|vahvista*",
        selected="valinta|valinnat|valitut|valinna*|valitse*|valittu*",
        withdraw="poista evasteet|poista suostumu*|poista * suostumu*|peruuta*|peru",
        everything="kaikki|kaikkia",
    ),
    "et": Words(
        accept="noustu*|luba*|aktsepteeri*|saan aru|nous|olen nous|lulita * sisse",
        refuse=(
            "ilma noustumata|ilma nousolekuta|keeldu*|keela*|lukka*|blokeeri*|noustumata|nousolekuta|lulita * valja"
            "|lulita valja|vaidlusta*"
        ),
        negation="ei|ilma|ara|midagi|mitte",
        only="ainult|vaid",
        necessary="olulis*|vajalik*|hadavajalik*|kohustuslik*|minimaal*|tehnilis*|pohilis*",
        settings=(
            "satted|satteid|valikud|vali kups*|vali ise|muuda nousolek*|halda nousolek*|seade*|kupsiseseade*"
            "|privaatsusseade*|seadista*|eelistus*|halda*|kohanda*|muuda|muutmi*|valin ise|valikuid|uksikasj*|eesmargid"
            "|seadistan"
        ),
        save="salvesta*|kinnita*",
        selected="valitud|valik*|valit*",
        withdraw="kustuta kupsised|tuhista*|vota * tagasi|votan * tagasi|loobu nousolekust",
        everything="koik|koigi*",
    ),
    "lv": Words(
        accept=(
            "apstiprinat|iespejot|aktivizet|aktivet|piekrit*|pienem*|atlaut*|atlauju|apstiprinat visas|apstiprinu visas"
            "|sapratu|akcept*|piekrist|apstiprinu|apstiprinat visu|ieslegt"
        ),
        refuse=(
            "atspejo*|deaktivizet|deaktivet|noraidit|noraidi*|atteik*|aizliegt|nepiekrit*|nepienem*|noraidu|atsakos"
            "|atsakies|neatlaut|neatlauju|izslegt|iebilst|bez piekrisanas"
        ),
        negation="bez|ne",
        only="tikai",
        necessary="nepieciesam*|obligat*|tehnisk*|pamata|minimal*",
        settings=(
            "iestatijum*|preferenc*|parvaldi*|pielagot|pielago*|mainit|mainiet|maina|izveleties|detalas|iespeja|iespejas"
            "|iespeju|merki"
        ),
        save="apstiprinat * izveli|saglaba*|apstiprinat izveli|apstiprinat izveletas|apstiprinat savu izveli|lietot",
        selected="atlasi|atlase|izveletas|izvele|izveli|atlasitas",
        withdraw="atsaukt|atsauc*|atsaucu",
        everything="visas|visu|viss|visus",
    ),
    "lt": Words(
        accept=(
            "sutink*|sutik*|priim*|leisti|leidzi*|supratau|patvirtinti visus|patvirtinti viska|pritari*|ijungti|duoti sutikima"
        ),
        refuse=(
            "atmes*|atsisak*|nesutink*|nesutik*|nepriim*|drausti|uzdrausti|atmet*|neleisti|neleidziu|isjungti|draudziu"
            "|nesutikus|priestara*"
        ),
        negation="be|ne",
        only="tik|tiktai",
        necessary="butin*|reikaling*|privalom*|technini*|minimal*|pagrindini*",
        settings=(
            "pasirinkti slapuk*|slapuku valdym*|nustatym*|nuostat*|tvarkyti|valdyti|pritaikyti|parinktys|keisti|pakeisti"
            "|keitim*|tinkinti|rinktis|koreguoti|parinkc*|rodyti informacija"
        ),
        save="issaugo*|patvirtinti pasirink*|patvirtinti|pritaikyti pasirinkima",
        selected="pasirinkt*|pasirink*",
        withdraw="atsaukti|atsaukiu|atsiim*|atsaukti sutikima|atsaukimas",
        everything="visus|visi|visas|viska",
    ),
    "hu": Words(
        accept=(
            "hirdetesekkel|elfogad*|engedely*|hozzajarulok|hozzajarulas megadasa|hozzajarul|egyetert*|rendben|ertem"
            "|osszes engedelyezese|fogadom el|fogadok el|jarulok hozza|egyezem bele|beleegyez*|bekapcsol*"
        ),
        refuse="elutasit*|visszautasit*|megtagad*|letilt*|tiltas*|kikapcsol*|nem kerek|nem kerem|tiltakoz*",
        negation="ne|nem|nelkul|semmi*|egyik*|se",
        only="csak|kizarolag",
        necessary="lenyeges*|szukseges*|elengedhetetlen*|kotelezo*|alapveto*|minimal*|technikai*|nelkulozhetetlen*",
        settings=(
            "testre*|beallit*|sutibeallit*|cookiebeallit*|testreszab*|kezel*|lehetosegek|modosit*|kivalasztom|reszletek|celok"
        ),
        save="mentes*|mentem|megerosit*|jovahagy*|alkalmaz*",
        selected="kivalaszt*|valaszt*|kijelolt*",
        withdraw="visszavon*",
        everything="osszes*|minden*|mind",
    ),
    "el": Words(
        accept=(
            "επιτρεψ*|αποδοχη*|αποδεχ*|συμφων*|επιτρεπ*|συναιν*|καταλαβα|εγκριν*|ενεργοποι*|δινω τη συγκαταθεση|συγκατατιθεμαι"
        ),
        refuse="απορριψτε|διαφων*|απορριψη*|απορριπτ*|αρνηση|αρνουμαι|αρνηθ*|αποκλεισμ*|απενεργοποι*|εναντιων*|δεν θελω",
        negation="δεν|χωρισ|μη|μην|οχι|τιποτα|κανεν*|καμια|κανενα",
        only="μονο|αποκλειστικα",
        necessary="απαραιτητ*|αναγκαι*|υποχρεωτικ*|βασικα|βασικων|τεχνικα|ελαχιστα|αυστηρα",
        settings=(
            "ρυθμισ*|αλλαγ*|αλλαξτε|τροποποι*|προτιμησ*|διαχειρισ*|προσαρμογ*|επιλογεσ|περισσοτερεσ επιλογεσ|επιλεξω"
            "|εξατομικευσ*|λεπτομερει*|σκοποι|σκοπων"
        ),
        save="αποθηκευσ*|επιβεβαι*|εφαρμογη|να επιτραπουν τα επιλεγμενα",
        selected="επιλεγμεν*|επιλογησ|επιλογων|επιλογη|επιλεγμενα",
        withdraw="ανακληση*|αποσυρσ*|ανακαλ*",
        everything="ολα|ολων|ολεσ",
    ),
    "ga": Words(
        accept="cumasaigh|glac*|aontaim|aontaigh|ceadaigh|toilim|tuigim|ghlac*|cheadaigh*|glacaim|ta go maith",
        refuse="dichumasaigh|diultaigh|diultu|diultaim|cosc|na ceadaigh|mhuch*|much",
        negation="gan|na glac*|na ceadaigh|na lean|na husaid|na toilim|ni|dada|nil",
        only="amhain",
        necessary="riachtanach*|ata riachtanach|bunusach*|iosta",
        settings="socraigh*|socruithe|roghanna|bainistigh|saincheap*|athraigh|athru|roghnaigh|sainroghanna",
        save="sabhail*|deimhnigh",
        selected="roghnaithe|rogha|roghnu",
        withdraw="tarraing siar|aistarraing|tarraing * siar",
        everything="gach|uile|iad go leir",
    ),
}
