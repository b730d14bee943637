# ruff: noqa: RUF001 - Greek letters look like Latin ones, and are meant.
"""The words of consent banners, language by language: the 24 official ones of the Union and Norwegian.

Written as `wording.plain` leaves a text: without accents, in lower case, Greek without its letter for the end of a
word. A star means that the word may go on.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words; a star means that the word may go on."""

    accept: str
    refuse: str
    negation: str
    only: str
    necessary: str
    settings: str
    save: str
    selected: str
    withdraw: str
    everything: str


LANGUAGES: dict[str, Words] = {
    "en": Words(
        accept="accept*|agree*|allow*|consent to|i consent|enable|approve|got it|understand|understood",
        refuse="reject*|refus*|declin*|deny|disagree*|opt out|block*|disallow*|disable",
        negation="not|don t|without|no|never|non",
        only="only|just",
        necessary="necessary|essential*|required|functional only|strictly",
        settings=(
            "settings|preferences|manage*|customi*|options|configure|more choices|let me choose|personali*|adjust"
            "|change|update|review|edit|revisit|privacy choices|cookie choices|do not sell|do not share"
        ),
        save="save*|confirm*|apply|submit",
        selected="select*|choices|choice|chosen",
        withdraw="withdraw*|revoke*",
        everything="all|everything",
    ),
    "nl": Words(
        accept=(
            "accepte*|aanvaard*|toestaan|sta toe|sta alle*|akkoord|toestemmen|toestem|geef * toestemming"
            "|toestemming geven|mijn toestemming|goedkeur*|begrepen|ga akkoord|instemm*"
        ),
        refuse="oneens|weiger*|afwijz*|wijs af|afkeur*|verwerp*|blokke*|uitschakel*",
        negation="niet|geen|zonder|nee",
        only="alleen|enkel|uitsluitend|slechts",
        necessary="noodzakelijk*|essentiele|essentieel|vereist*|functionele|strikt*",
        settings=(
            "instelling*|voorkeur*|beheer*|aanpass*|zelf instellen|opties|keuzes maken|wijzig*|verander*|herzien"
            "|cookievoorkeur*|cookieinstelling*|privacyinstelling*|privacyvoorkeur*|cookiekeuze*"
        ),
        save="opslaan|bewaar|bewaren|bevestig*|sla op",
        selected="selectie|geselecteerde|keuze|keuzes|gekozen",
        withdraw="intrekken|trek * in|herroep*",
        everything="alle|alles|allemaal",
    ),
    "fr": Words(
        accept=(
            "accept*|autoris*|consentir|consens|consentez|donner mon consentement|d accord|j ai compris|approuv*|tout activer"
        ),
        refuse="desaccord|refus*|rejet*|declin*|interdire|interdis|bloqu*|desactiv*",
        negation="sans|pas|ne|non|aucun*",
        only="seulement|uniquement|que les|que des",
        necessary="necessaire*|essentiel*|indispensable*|requis|strictement",
        settings="parametr*|preferences|gerer|gerez|gestion*|personnalis*|configur*|reglages|choisir|options|modifi*|changer|changez|revoir",
        save="enregistr*|sauvegard*|confirm*|valid*",
        selected="selection*|choix|choisis",
        withdraw="retir*|revoqu*",
        everything="tout|tous|toutes",
    ),
    "de": Words(
        accept=(
            "akzeptier*|annehm*|zustimmen|zustimme|zustimmung erteilen|einwilligung erteilen|ohne zustimmung"
            "|ohne einwilligung|meine zustimmung|mit zustimmung|stimme*|einverstanden|erlaub*|zulass*|einwilligen"
            "|willige|verstanden|alle zulassen"
        ),
        refuse="ablehn*|lehne*|verweiger*|untersag*|verbiet*|deaktivier*|blockier*|widersprech*",
        negation="nicht|ohne|keine*|nein",
        only="nur|ausschliesslich|lediglich",
        necessary="notwendig*|erforderlich*|essenziell*|essentiell*|technisch*|unbedingt",
        settings=(
            "einstellung*|praferenz*|verwalt*|anpass*|optionen|konfigur*|individuell*|auswahlen|andern|anderung*|bearbeit*"
            "|datenschutzeinstellung*|cookieeinstellung*|privatspharee*|datenschutz manager"
            "|einwilligungseinstellung*"
        ),
        save="speicher*|bestatig*|ubernehm*",
        selected="auswahl|ausgewahlt*|gewahlt*",
        withdraw="widerruf*|zuruckzieh*|zurucknehm*",
        everything="alle|alles|allen",
    ),
    "es": Words(
        accept="acept*|permit*|consentir|consiento|dar mi consentimiento|de acuerdo|entendido|autoriz*",
        refuse="desacuerdo|rechaz*|deneg*|declin*|bloque*|desactiv*",
        negation="no|sin|ningun*",
        only="solo|solamente|unicamente",
        necessary="necesari*|esencial*|imprescindible*|estrictamente",
        settings="configur*|ajust*|preferencias|gestion*|personaliz*|opciones|cambi*|modific*|revisar",
        save="guard*|confirm*",
        selected="seleccion*|eleccion*",
        withdraw="retir*|revoc*",
        everything="todo|todos|todas",
    ),
    "it": Words(
        accept="accett*|consent*|acconsent*|autorizz*|ho capito|d accordo|permett*",
        refuse="disaccord*|rifiut*|nega|negare|declin*|blocca|bloccare|disattiv*",
        negation="non|senza|nessun*",
        only="solo|soltanto|unicamente",
        necessary="necessari*|essenzial*|tecnici|strettamente",
        settings="impostazion*|preferenze|gestisci|gestione|personalizz*|configur*|opzioni|cambia|modific*|rivedi",
        save="salv*|conferm*",
        selected="selezion*|scelte|scelta",
        withdraw="revoc*|ritir*",
        everything="tutto|tutti|tutte",
    ),
    "pt": Words(
        accept="aceit*|permit*|consentir|consinto|dar consentimento|concord*|entendi|autoriz*",
        refuse="discord*|rejeit*|recus*|negar|nego|declin*|bloque*|desativ*",
        negation="nao|sem|nenhum*",
        only="apenas|so|somente|unicamente",
        necessary="necessari*|essencia*|obrigatori*|estritamente",
        settings="definic*|configur*|preferencias|gerir|gerenciar|personaliz*|opcoes|ajust*|alterar|altere|alterac*|modific*|rever",
        save="guard*|salvar|confirm*|gravar",
        selected="seleca*|selecionad*|seleciona*|escolhas|escolha",
        withdraw="retir*|revog*",
        everything="tudo|todos|todas",
    ),
    "da": Words(
        accept="accepter*|tillad*|godkend*|samtykker|giv samtykke|samtyk|forstaet|enig",
        refuse="afvis*|afsla*|nagt*|naegt*|bloker*",
        negation="ikke|uden|ingen|nej",
        only="kun|udelukkende",
        necessary="nodvendig*|pakraevet|essentiel*|strengt",
        settings="indstilling*|praeferenc*|tilpas*|administrer*|valgmuligheder|aendr*|rediger|cookieindstilling*",
        save="gem|bekraeft*",
        selected="valg|valgte|udvalgte",
        withdraw="traek * tilbage|tilbagetraek*|tilbagekald*",
        everything="alle|alt",
    ),
    "sv": Words(
        accept="accepter*|godkann*|tillat*|samtycker|ge samtycke|samtyck|jag forstar|godta",
        refuse="avvis*|avboj*|neka*|avsla*|blockera*",
        negation="inte|utan|inga|nej|ej",
        only="endast|bara|enbart",
        necessary="nodvandig*|kravda|obligatoriska|strikt",
        settings="installning*|preferenser|anpassa*|hantera*|alternativ|andra|andring*|redigera|kakinstallning*|cookieinstallning*",
        save="spara*|bekrafta*",
        selected="val|valda|urval",
        withdraw="aterkalla*|dra tillbaka",
        everything="alla|allt",
    ),
    "no": Words(
        accept="godta*|aksepter*|tillat*|samtykker|gi samtykke|samtykk|godkjenn*|jeg forstar|enig",
        refuse="avvis*|avsla*|nekt*|blokker*",
        negation="ikke|uten|ingen|nei",
        only="kun|bare",
        necessary="nodvendig*|pakrevde|strengt",
        settings="innstilling*|cookieinnstilling*|personverninnstilling*|preferanser|tilpass*|administrer*|alternativer|endre*|endring*|rediger",
        save="lagre|bekreft*",
        selected="valg|valgte|utvalgte",
        withdraw="trekk * tilbake|tilbakekall*",
        everything="alle|alt",
    ),
    "fi": Words(
        accept="hyvaksy*|salli*|suostu*|ymmarran|selva",
        refuse="hylkaa*|kiella*|kieltay*|esta|torju*",
        negation="ala|en|ei|ilman",
        only="vain|ainoastaan",
        necessary="valttamat*|pakollis*|tarpeellis*",
        settings="asetu*|muokkaa*|hallin*|mukauta*|valinnat|muuta|muutos*|evasteasetu*|yksityisyysasetu*|tietosuoja asetu*",
        save="tallenna*|vahvista*",
        selected="valitut|valinna*|valitse*|valittu*",
        withdraw="peruuta*|peru",
        everything="kaikki|kaikkia",
    ),
    "et": Words(
        accept="noustu*|luba*|aktsepteeri*|saan aru",
        refuse="keeldu*|keela*|lukka*|blokeeri*",
        negation="ei|ilma|ara",
        only="ainult|vaid",
        necessary="vajalik*|hadavajalik*|kohustuslik*",
        settings="seade*|kupsiseseade*|privaatsusseade*|seadista*|eelistus*|halda*|kohanda*|muuda|muutmi*",
        save="salvesta*|kinnita*",
        selected="valitud|valik*",
        withdraw="tuhista*|vota * tagasi",
        everything="koik|koigi*",
    ),
    "lv": Words(
        accept="piekrit*|pienem*|atlaut*|atlauju|apstiprinat visas|apstiprinu visas|sapratu|akcept*",
        refuse="noraidit|noraidi*|atteik*|aizliegt|nepiekrit*|nepienem*",
        negation="bez|ne",
        only="tikai",
        necessary="nepieciesam*|obligat*",
        settings="iestatijum*|preferenc*|parvaldi*|pielagot|pielago*|mainit|mainiet|maina",
        save="saglaba*|apstiprinat izveli",
        selected="izveletas|izvele|izveli|atlasitas",
        withdraw="atsaukt|atsauc*",
        everything="visas|visu|viss|visus",
    ),
    "lt": Words(
        accept="sutink*|sutik*|priim*|leisti|leidzi*|supratau",
        refuse="atmes*|atsisak*|nesutink*|nesutik*|nepriim*|drausti|uzdrausti",
        negation="be|ne",
        only="tik|tiktai",
        necessary="butin*|reikaling*|privalom*",
        settings="nustatym*|nuostat*|tvarkyti|valdyti|pritaikyti|parinktys|keisti|pakeisti|keitim*",
        save="issaugo*|patvirtinti pasirink*",
        selected="pasirinkt*|pasirink*",
        withdraw="atsaukti|atsaukiu",
        everything="visus|visi|visas|viska",
    ),
    "pl": Words(
        accept="akcept*|zaakcept*|zgadzam|zezw*|zgoda|wyrazam|przyjmuj*|rozumiem",
        refuse="odmawi*|sprzeciw*|odrzu*|odmaw*|odmow*|odrzuc*|blokuj*|zablokuj",
        negation="nie|bez",
        only="tylko|wylacznie",
        necessary="niezbedn*|konieczn*|wymagan*",
        settings="ustawien*|preferenc*|zarzadzaj*|dostosuj*|opcje|zmien*|zmian*|edytuj",
        save="zapisz*|potwierdz*",
        selected="wybran*|wybor*|zaznaczon*",
        withdraw="wycofa*|cofnij*|odwolaj*",
        everything="wszystk*",
    ),
    "cs": Words(
        accept="prijm*|prijim*|souhlasim|souhlasit|udelit souhlas|dat souhlas|povol*|akcept*|rozumim",
        refuse="odmit*|zamit*|nesouhlas*|zakaz*|neprijm*",
        negation="bez|ne",
        only="pouze|jen|jenom",
        necessary="nezbytn*|nutn*|technick*|povinn*",
        settings="nastaven*|nastavit|predvolb*|sprav*|prizpusob*|moznosti|podrobn*|zmen*|upravit",
        save="ulozit|potvrd*",
        selected="vybran*|vyber*",
        withdraw="odvola*|zrusit souhlas",
        everything="vse|vsechny|vsechno",
    ),
    "sk": Words(
        accept="prijat|prijim*|prijm*|suhlasim|suhlasit|udelit suhlas|povol*|akcept*|rozumiem",
        refuse="odmiet*|zamiet*|nesuhlas*|zakaz*|neprij*",
        negation="bez|nie",
        only="iba|len",
        necessary="nevyhnutn*|nutn*|potrebne|technick*|povinn*",
        settings="nastaven*|nastavit|predvol*|sprav*|prisposob*|moznosti|zmen*|upravit",
        save="ulozit|potvrd*",
        selected="vybran*|vyber*",
        withdraw="odvola*",
        everything="vsetk*",
    ),
    "sl": Words(
        accept="sprejm*|strinj*|dovoli*|soglas*|razumem",
        refuse="zavrn*|zavrac*|odkloni*|blokiraj",
        negation="ne|brez",
        only="samo|le",
        necessary="nujn*|potrebn*|obvezn*",
        settings="nastavit*|uredi|upravlj*|prilagod*|moznosti|spremen*|sprememb*",
        save="shrani*|potrdi*",
        selected="izbran*|izbor*|izbir*",
        withdraw="preklic*|umakn*",
        everything="vse|vsi",
    ),
    "hr": Words(
        accept="prihva*|slazem|dopust*|dozvol*|pristaj*|suglas*|razumijem",
        refuse="odbi*|odbac*|zabrani*|blokiraj*",
        negation="ne|bez",
        only="samo|iskljucivo",
        necessary="nuzn*|neophodn*|obavezn*|potrebn*",
        settings="postavk*|uredi|upravlja*|prilagod*|opcije|mogucnosti|promjen*|promijen*",
        save="spremi*|potvrd*",
        selected="odabran*|odabir*|izbor*",
        withdraw="povuc*|opoziv*|opozov*",
        everything="sve|svi",
    ),
    "hu": Words(
        accept="elfogad*|engedely*|hozzajarulok|hozzajarulas megadasa|hozzajarul|egyetert*|rendben|ertem|osszes engedelyezese",
        refuse="elutasit*|visszautasit*|megtagad*|letilt*|tiltas*",
        negation="nem|nelkul",
        only="csak|kizarolag",
        necessary="szukseges*|elengedhetetlen*|kotelezo*",
        settings="beallit*|sutibeallit*|cookiebeallit*|testreszab*|kezel*|lehetosegek|modosit*",
        save="mentes*|mentem|megerosit*|jovahagy*",
        selected="kivalaszt*|valaszt*|kijelolt*",
        withdraw="visszavon*",
        everything="osszes*|minden*|mind",
    ),
    "ro": Words(
        accept="accept|accepta|acceptati|acceptare|acceptam|permite*|sunt de acord|de acord|am inteles",
        refuse="dezacord|refuz*|respinge*|resping|blocheaza|interzice",
        negation="nu|fara",
        only="doar|numai",
        necessary="necesare|esentiale|strict|obligatorii",
        settings="setari*|preferinte*|gestion*|personaliz*|configur*|optiuni|modific*|schimba*",
        save="salv*|confirm*",
        selected="selectat*|selectie|selectia|alegeri*",
        withdraw="retrag*|revoc*",
        everything="toate|tot|tuturor",
    ),
    "bg": Words(
        accept="прием*|приемете|съглас*|разреш*|позвол*|разбрах|разбирам",
        refuse="несъглас*|отка*|отхвърл*|забран*|блокир*",
        negation="не|без",
        only="само|единствено",
        necessary="необходим*|задължител*|нужни|строго",
        settings="настроик*|предпочит*|управл*|персонализ*|опции|промян*|промен*",
        save="запаз*|запиш*|потвърд*",
        selected="избран*|избор*",
        withdraw="оттегл*",
        everything="всички|всичко",
    ),
    "el": Words(
        accept="αποδοχη*|αποδεχ*|συμφων*|επιτρεπ*|συναιν*|καταλαβα|εγκριν*",
        refuse="διαφων*|απορριψη*|απορριπτ*|αρνηση|αρνουμαι|αρνηθ*|διαφων*|αποκλεισμ*",
        negation="δεν|χωρισ|μη|μην|οχι",
        only="μονο|αποκλειστικα",
        necessary="απαραιτητ*|αναγκαι*|υποχρεωτικ*",
        settings="ρυθμισ*|αλλαγ*|αλλαξτε|τροποποι*|προτιμησ*|διαχειρισ*|προσαρμογ*|επιλογεσ|περισσοτερεσ επιλογεσ",
        save="αποθηκευσ*|επιβεβαι*",
        selected="επιλεγμεν*|επιλογησ|επιλογων|επιλογη",
        withdraw="ανακληση*|αποσυρσ*|ανακαλ*",
        everything="ολα|ολων|ολεσ",
    ),
    "ga": Words(
        accept="glac*|aontaim|aontaigh|ceadaigh|toilim|tuigim",
        refuse="diultaigh|diultu|diultaim|cosc",
        negation="gan|na|ni",
        only="amhain",
        necessary="riachtanach*|ata riachtanach",
        settings="socruithe|roghanna|bainistigh|saincheap*|athraigh|athru",
        save="sabhail*|deimhnigh",
        selected="roghnaithe|rogha|roghnu",
        withdraw="tarraing siar|aistarraing",
        everything="gach|uile|iad go leir",
    ),
    "mt": Words(
        accept="accetta*|naccetta*|aqbel|naqbel|ippermetti|hallih*|nifhem",
        refuse="irrifjuta*|nirrifjuta*|ichad|tichad|imblokka",
        negation="ma|mhux|minghajr",
        only="biss",
        necessary="mehtieg*|essenzjali*|strettament",
        settings="settings|preferenzi|issettjar|immaniggja*|personalizza|ghazliet|ibdel|bidla",
        save="issejvja*|ikkonferma*|salva",
        selected="maghzul*|ghazla",
        withdraw="irtira|irrevoka",
        everything="kollox|kollha",
    ),
}
