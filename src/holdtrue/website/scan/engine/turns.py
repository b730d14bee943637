"""Turns of phrase by which a banner says what its buttons do, and what its labels leave open.

Written without accents and in lower case, as `wording.plain` leaves a text.
"""

CONSENT = (
    "suostumu*|sutikim*|съгласие*|soglasj*|zgoda|zgode|zgody|zgodami|suglasnost*|privol*|pristan*|souhlas|souhlasu"
    "|souhlasy|suhlas|suhlasu|suhlasy|hozzajarulas*|piekrisan*|nousoleku*|consentiment*|consentimient*|consentement*|samtykke*"
    "|samtycke*|einwilligung*|zustimmung*|toestemming*|συγκαταθεσ*|συναινεσ*|toiliu|kunsens|consimtamant*|consenso|consensi"
)
"""Consent as a thing, which can be managed and changed: who does that gives none."""
CHANGING = (
    "skift|skifte|ret|rette|opdater|opdatere|valdy*|tvarky*|keis*|pakeis*|koreguo*|zarzadz*|obsluhov*|upravlj*|spremen*|uredi*"
    "|управл*|промен*|промян*|hallit*|hallin*|hallinnoi*|muuta|muokkaa|manage|change|review|update|edit|modify|adjust|open|view"
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
    "|limitat*|partial*|ограничен*|частичн*|περιορισμεν*|μερικ*|piiratud|osaliselt|ierobezot*|dalej*|ribot*|is dalies"
)
"""Not all of it: who takes that has neither accepted nor refused."""
SELECTING = (
    "select all|selecteer alle*|alles selecteren|tout selectionner|alle auswahlen|alles auswahlen|seleccionar tod*"
    "|seleziona tutt*|selecionar tud*|selecionar tod*|vaelg alle|valj alla|velg alle|valitse kaikki|vali koik|izveleties vis*"
    "|pasirinkti vis*|zaznacz wszystk*|wybierz wszystk*|vybrat vse*|vybrat vset*|izberi vse|odaberi sve|osszes kijelolese"
    "|selecteaza toate|избери всички|επιλογη ολων|roghnaigh gach|aghzel kollox"
)
"""All of it is ticked by the same press that saves it."""
