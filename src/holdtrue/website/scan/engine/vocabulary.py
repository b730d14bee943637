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
        accept=(
            "with ads|with adverts|with advertising|with recommended|accept*|agree*|allow*|consent to|i consent"
            "|enable|approve|got it|understand|understood"
            "|opt in|turn on"
            "|turn all on|turn everything on|switch on|switch all on|switch everything on"
        ),
        refuse=(
            "reject*|refus*|declin*|deny|disagree*|opt out|block*|disallow*|disable|turn off|turn all off"
            "|turn everything off|switch off|switch all off|switch everything off|object to|dismiss all"
            "|keep * off|leave * off"
        ),
        negation="not|don t|without|no|never|non|nothing|none|neither",
        only="only|just",
        necessary=(
            "needed|mandatory|technical|vital|necessary|essential*|required|functional only|strictly|essentials|basic"
            "|basics|minimum|minimal"
        ),
        settings=(
            "settings|preferences|manage*|customi*|options|configure|more choices|let me choose|personali*|adjust|change"
            "|update|review|edit|revisit|privacy choices|cookie choices|do not sell|do not share|show purposes|choose"
            "|fine tune|control"
        ),
        save=(
            "save*|confirm*|apply|submit|store my|store preferences|store settings|update preferences|update settings"
            "|update choices"
        ),
        selected="select*|choices|choice|chosen",
        withdraw=(
            "delete * choice|reset * consent|reset * choice|erase * consent|withdraw*|revoke*|take back"
            "|cancel * consent|undo * consent|delete * consent|remove * consent"
        ),
        everything="all|everything",
    ),
    "nl": Words(
        accept=(
            "met advertenties|met reclame|accepte*|aanvaard*|toestaan|sta toe|sta alle*|akkoord|toestemmen|toestem"
            "|geef * toestemming"
            "|toestemming geven|mijn toestemming|goedkeur*|begrepen|ga akkoord|instemm*|toelaten|laat * toe|inschakel*"
            "|schakel * in|aanzetten|zet * aan|stem in|stem ermee in"
        ),
        refuse=(
            "oneens|weiger*|afwijz*|wijs af|afkeur*|verwerp*|blokke*|uitschakel*|uitzetten|zet * uit|schakel * uit"
            "|alles uit|wijs * af|bezwaar"
        ),
        negation="niet|geen|zonder|nee|niets|geen enkele",
        only="alleen|enkel|uitsluitend|slechts",
        necessary=(
            "verplicht*|technische|technisch|noodzakelijk*|essentiele|essentieel|vereist*|functionele|strikt*"
            "|hoognodige*|nodig|nodige|basis|basiscookies"
            "|minimale|minimum"
        ),
        settings=(
            "instelling*|voorkeur*|beheer*|aanpass*|zelf instellen|instellen|opties|keuzes maken|wijzig*|verander*|herzien"
            "|cookievoorkeur*|cookieinstelling*|privacyinstelling*|privacyvoorkeur*|cookiekeuze*|beheren|kiezen"
            "|selectie maken|keuze instellen"
        ),
        save="opslaan|bewaar|bewaren|bevestig*|sla op",
        selected="selectie|geselecteerde|keuze|keuzes|gekozen",
        withdraw=(
            "wis * keuze|wis * cookiekeuze|wis * toestemming|verwijder * toestemming|verwijder * keuze|intrekken"
            "|trek * in|herroep*"
        ),
        everything="alle|alles|allemaal",
    ),
    "fr": Words(
        accept=(
            "avec publicite|avec publicites|avec de la publicite|accept*|autoris*|consentir|consens|consentez"
            "|donner mon consentement|d accord|j ai compris|approuv*"
            "|tout activer|activer|active tout|donne mon accord|donner mon accord"
        ),
        refuse=("desaccord|refus*|rejet*|declin*|interdire|interdis|bloqu*|desactiv*|oppos*"),
        negation="sans|pas|ne|non|aucun*|rien|jamais",
        only="seulement|uniquement|que les|que des|rien que|le strict|juste",
        necessary=(
            "vitaux|techniques|necessaire*|essentiel*|indispensable*|requis|strictement|essentiels|minimum|obligatoires|base"
        ),
        settings=(
            "parametr*|preferences|gerer|gerez|gestion*|personnalis*|configur*|reglages|choisir|options|modifi*|changer"
            "|changez|revoir|choisis|finalites"
        ),
        save="enregistr*|sauvegard*|confirm*|valid*|appliqu*|terminer",
        selected="selection*|choix|choisis",
        withdraw=(
            "supprimer mon consentement|effacer mon choix|effacer mon consentement|retir*|revoqu*"
            "|annuler mon consentement|annuler le consentement|reprendre mon consentement"
        ),
        everything="tout|tous|toutes",
    ),
    "de": Words(
        accept=(
            "mit werbung|akzeptier*|annehm*|zustimmen|zustimme|zustimmung erteilen|einwilligung erteilen|ohne zustimmung"
            "|ohne einwilligung|meine zustimmung|mit zustimmung|stimme*|einverstanden|erlaub*|zulass*|einwilligen|willige"
            "|verstanden|alle zulassen|aktiviere|aktivieren|alle bestatigen|alle auswahlen und bestatigen"
            "|alles bestatigen|einschalten"
        ),
        refuse=(
            "ablehn*|lehne*|verweiger*|untersag*|verbiet*|deaktivier*|blockier*|widersprech*|ausschalt*|abschalt*"
            "|zuruckweis*|abwahl*|abwehl*"
        ),
        negation="nicht|ohne|keine*|nein|nichts|kein|keiner|keinen",
        only="nur|ausschliesslich|lediglich",
        necessary=(
            "wesentlich*|obligatorisch*|notwendig*|erforderlich*|essenziell*|essentiell*|technisch*|unbedingt|notig*"
            "|pflicht*|basis*|minimum"
            "|minimal*|grundlegend*"
        ),
        settings=(
            "einstellung*|praferenz*|verwalt*|anpass*|optionen|konfigur*|individuell*|auswahlen|andern|anderung*"
            "|bearbeit*|datenschutzeinstellung*|cookieeinstellung*|privatspharee*|datenschutz manager"
            "|einwilligungseinstellung*|entscheiden|zwecke"
        ),
        save="speicher*|bestatig*|ubernehm*",
        selected="auswahl|ausgewahlt*|gewahlt*",
        withdraw="einwilligung loschen|zustimmung loschen|auswahl loschen|widerruf*|zuruckzieh*|zurucknehm*",
        everything="alle|alles|allen",
    ),
    "es": Words(
        accept=(
            "con publicidad|acept*|permit*|consentir|consiento|dar mi consentimiento|de acuerdo|entendido|autoriz*"
            "|activar|activa todas"
            "|habilit*|doy mi consentimiento"
        ),
        refuse=(
            "desacuerdo|rechaz*|deneg*|declin*|bloque*|desactiv*|descart*|deshabilit*|oponer*|opongo"
            "|paso de cookies|paso de las cookies|paso de ellas"
        ),
        negation="no|sin|ningun*|nada|nunca",
        only="solo|solamente|unicamente",
        necessary="fundamental*|necesari*|esencial*|imprescindible*|estrictamente|tecnicas|minim*|basic*|obligatori*",
        settings=(
            "configur*|ajust*|preferencias|gestion*|personaliz*|opciones|cambi*|modific*|revisar|elegir|administrar|finalidades"
        ),
        save="guard*|confirm*|aplic*",
        selected="seleccion*|eleccion*",
        withdraw=(
            "borrar * consentimiento|eliminar * consentimiento|borrar mi eleccion|retir*|revoc*"
            "|anular * consentimiento|cancelar * consentimiento"
        ),
        everything="todo|todos|todas",
    ),
    "it": Words(
        accept=(
            "con pubblicita|accett*|consent*|acconsent*|autorizz*|ho capito|d accordo|permett*|abilit*|attiva|attivare|attivali"
            "|presto il consenso|do il consenso|dare il consenso"
        ),
        refuse="disaccord*|rifiut*|nego|nega|negare|declin*|blocca|bloccare|disattiv*|disabilit*|opponi*|oppongo",
        negation="non|senza|nessun*|niente|nulla|mai",
        only="solo|soltanto|unicamente",
        necessary="fondamental*|obbligatori|necessari*|essenzial*|tecnici|strettamente|minim*|base|obbligator*|quelli tecnici",
        settings=(
            "impostazion*|preferenze|gestisci|gestione|personalizz*|configur*|opzioni|cambia|modific*|rivedi|scegli"
            "|scegliere|finalita"
        ),
        save="salv*|conferm*|applica*",
        selected="selezion*|scelte|scelta",
        withdraw=(
            "elimina * consenso|cancella * consenso|cancella * scelta|revoc*|ritir*|annulla * consenso|annullare * consenso"
        ),
        everything="tutto|tutti|tutte",
    ),
    "pt": Words(
        accept=(
            "com publicidade|aceit*|permit*|consentir|consinto|dar consentimento|concord*|entendi|autoriz*|ativar|ative todos"
            "|estou de acordo|compreendi|percebi|habilit*|dar o meu consentimento"
        ),
        refuse="discord*|rejeit*|recus*|negar|nego|declin*|bloque*|desativ*|dispens*|oponho*|desabilit*",
        negation="nao|sem|nenhum*|nada|nunca",
        only="apenas|so|somente|unicamente",
        necessary="fundamenta*|necessari*|essencia*|obrigatori*|estritamente|tecnicos|minim*|basic*",
        settings=(
            "definic*|configur*|preferencias|gerir|gerenciar|personaliz*|opcoes|ajust*|alterar|altere|alterac*|modific*"
            "|rever|escolher|finalidades"
        ),
        save="guard*|salvar|confirm*|gravar|aplicar",
        selected="seleca*|selecionad*|seleciona*|escolhas|escolha",
        withdraw=(
            "apagar * consentimento|eliminar * consentimento|retir*|revog*|anular * consentimento"
            "|anular consentimento|cancelar * consentimento"
        ),
        everything="tudo|todos|todas",
    ),
    "da": Words(
        accept=(
            "med reklamer|med annoncer|accepter*|tillad*|godkend*|samtykker|giv samtykke|samtyk|forstaet|enig"
            "|sla * til|aktiver alle|aktiver"
        ),
        refuse="afvis*|afsla*|nagt*|naegt*|bloker*|sla * fra|fravaelg*|afsta*|undga*|deaktiver*",
        negation="ikke|uden|ingen|nej|intet|ikke noget|aldrig",
        only="kun|udelukkende",
        necessary="vaesentlig*|obligatorisk*|nodvendig*|pakraevet|essentiel*|strengt|teknisk*|basale|grundlaeggende|minimum",
        settings=(
            "indstilling*|praeferenc*|tilpas*|administrer*|valgmuligheder|aendr*|rediger|cookieindstilling*|vaelg|formal"
        ),
        save="gem|bekraeft*|anvend",
        selected="valg|valgte|udvalgte",
        withdraw="traek * tilbage|tilbagetraek*|tilbagekald*|annuller * samtykke|annuller samtykke|slet * samtykke",
        everything="alle|alt",
    ),
    "sv": Words(
        accept=(
            "med annonser|med reklam|accepter*|godkann*|tillat*|samtycker|ge samtycke|samtyck|jag forstar|godta|aktivera|sla pa"
        ),
        refuse="avvis*|avboj*|neka*|avsla*|blockera*|stang av|inaktivera*|avsta*|valj bort|motsatt*",
        negation="inte|utan|inga|nej|ej|inget|ingenting|aldrig",
        only="endast|bara|enbart",
        necessary="vasentlig*|nodvandig*|kravda|obligatoriska|strikt|grundlaggande|tekniska|nodvandigaste|minimi*|minsta",
        settings=(
            "installning*|preferenser|anpassa*|hantera*|alternativ|andra|andring*|redigera|kakinstallning*"
            "|cookieinstallning*|valj|egna val|mina val|fler val|andamal"
        ),
        save="spara*|bekrafta*",
        selected="val|valda|urval",
        withdraw="radera * samtycke|aterkalla*|dra tillbaka|ta tillbaka|dra * tillbaka|upphav samtycke",
        everything="alla|allt",
    ),
    "no": Words(
        accept=(
            "med annonser|med reklame|godta*|aksepter*|tillat*|samtykker|gi samtykke|samtykk|godkjenn*|jeg forstar"
            "|enig|sla pa|aktiver"
        ),
        refuse="uten a godta|avvis*|avsla*|nekt*|blokker*|sla av|reserver*|velg bort|deaktiver*|motsett*",
        negation="ikke|uten|ingen|nei|ingenting|intet|aldri",
        only="kun|bare",
        necessary="nodvendig*|pakrevde|strengt|tekniske|grunnleggende|minimum",
        settings=(
            "innstilling*|cookieinnstilling*|personverninnstilling*|preferanser|tilpass*|administrer*|alternativer|endre*"
            "|endring*|rediger|velg|flere valg|formal|informasjonskapselinnstilling*"
        ),
        save="lagre|bekreft*",
        selected="valg|valgte|utvalgte",
        withdraw="slett * samtykke|trekk * tilbake|tilbakekall*",
        everything="alle|alt",
    ),
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
            "asetu*|muokkaa*|hallin*|mukauta*|valinnat|muuta|muutos*|evasteasetu*|yksityisyysasetu*|tietosuoja asetu*"
            "|nayta tiedot|vaihtoehto*|lisaasetu*|raataloi*|hallitse|hallinnoi|saada|kayttotarkoitu*"
        ),
        save="tallenna*|vahvista*",
        selected="valitut|valinna*|valitse*|valittu*",
        withdraw="poista suostumu*|poista * suostumu*|peruuta*|peru",
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
            "seade*|kupsiseseade*|privaatsusseade*|seadista*|eelistus*|halda*|kohanda*|muuda|muutmi*|valin ise|valikuid"
            "|uksikasj*|eesmargid|seadistan"
        ),
        save="salvesta*|kinnita*",
        selected="valitud|valik*|valit*",
        withdraw="tuhista*|vota * tagasi|votan * tagasi|loobu nousolekust",
        everything="koik|koigi*",
    ),
    "lv": Words(
        accept=(
            "iespejot|aktivizet|aktivet|piekrit*|pienem*|atlaut*|atlauju|apstiprinat visas|apstiprinu visas"
            "|sapratu|akcept*|piekrist|apstiprinu"
            "|apstiprinat visu|ieslegt"
        ),
        refuse=(
            "atspejo*|deaktivizet|deaktivet|noraidit|noraidi*|atteik*|aizliegt|nepiekrit*|nepienem*|noraidu"
            "|atsakos|atsakies|neatlaut|neatlauju|izslegt"
            "|iebilst|bez piekrisanas"
        ),
        negation="bez|ne",
        only="tikai",
        necessary="nepieciesam*|obligat*|tehnisk*|pamata|minimal*",
        settings=(
            "iestatijum*|preferenc*|parvaldi*|pielagot|pielago*|mainit|mainiet|maina|izveleties|detalas|iespeja|iespejas|iespeju|merki"
        ),
        save="saglaba*|apstiprinat izveli|apstiprinat izveletas|apstiprinat savu izveli|lietot",
        selected="izveletas|izvele|izveli|atlasitas",
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
            "nustatym*|nuostat*|tvarkyti|valdyti|pritaikyti|parinktys|keisti|pakeisti|keitim*|tinkinti|rinktis|koreguoti"
            "|parinkc*|rodyti informacija"
        ),
        save="issaugo*|patvirtinti pasirink*|patvirtinti|pritaikyti pasirinkima",
        selected="pasirinkt*|pasirink*",
        withdraw="atsaukti|atsaukiu|atsiim*|atsaukti sutikima|atsaukimas",
        everything="visus|visi|visas|viska",
    ),
    "pl": Words(
        accept=(
            "z reklamami|zgodz*|akcept*|zaakcept*|zgadzam|zezw*|zgoda|wyrazam|przyjmuj*|rozumiem|zatwierdz wszystk*"
            "|potwierdzam wszystk*"
            "|potwierdz wszystk*|wlacz|pozwol|pozwalam|zezwal*"
        ),
        refuse=("odmawi*|sprzeciw*|odrzu*|odmaw*|odmow*|odrzuc*|blokuj*|zablokuj|rezygnuj*|wylacz|nie pozwalaj|sprzeciwiam"),
        negation="nie|bez|nic|zadn*|nigdy",
        only="tylko|wylacznie",
        necessary="istotn*|niezbedn*|konieczn*|wymagan*|techniczn*|podstawow*|minimaln*|obowiazkow*",
        settings=(
            "ustawien*|preferenc*|zarzadzaj*|dostosuj*|opcje|zmien*|zmian*|edytuj|skonfiguruj|wybierz|wybieram|wybrac"
            "|zaawansowan*|szczegol*|cele|konfigur*"
        ),
        save="zapisz*|potwierdz*|zatwierdz|zastosuj",
        selected="wybran*|wybor*|zaznaczon*",
        withdraw="usun * zgod*|wycofa*|cofnij*|odwolaj*|wycofuj*",
        everything="wszystk*",
    ),
    "cs": Words(
        accept=(
            "aktivovat|aktivuj*|s reklamami|prijm*|prijim*|souhlasim|souhlasit|udelit souhlas|dat souhlas|povol*"
            "|akcept*|rozumim|zapnout|schvalit"
            "|beru na vedomi|schvaluji"
        ),
        refuse="deaktivovat|deaktivuj*|odmit*|zamit*|nesouhlas*|zakaz*|neprijm*|nepovol*|vypnout|nechci|bez prijeti|neprijim*",
        negation="bez|ne",
        only="pouze|jen|jenom",
        necessary="nezbytn*|nutn*|technick*|povinn*|zakladni*|nejnutnejsi|minimaln*",
        settings="nastaven*|nastavit|predvolb*|sprav*|prizpusob*|moznosti|podrobn*|zmen*|upravit|chci si vybrat|ucely",
        save="ulozit|potvrd*",
        selected="vybran*|vyber*",
        withdraw="odvola*|zrusit souhlas|vzit * zpet|stahnout souhlas|vzit zpet",
        everything="vse|vsechny|vsechno",
    ),
    "sk": Words(
        accept=(
            "aktivovat|aktivuj*|s reklamami|prijat|prijim*|prijm*|suhlasim|suhlasit|udelit suhlas|povol*|akcept*"
            "|rozumiem|zapnut"
            "|schvalit|beriem na vedomie"
        ),
        refuse="deaktivovat|deaktivuj*|odmiet*|zamiet*|nesuhlas*|zakaz*|neprij*|nepovol*|vypnut|nechcem|bez prijatia",
        negation="bez|nie",
        only="iba|len",
        necessary="nevyhnutn*|nutn*|potrebne|technick*|povinn*|zakladn*|minimaln*|potrebn*",
        settings="nastaven*|nastavit|predvol*|sprav*|prisposob*|moznosti|zmen*|upravit|chcem si vybrat|ucely",
        save="ulozit|potvrd*",
        selected="vybran*|vyber*",
        withdraw="odvola*|zrusit suhlas|stiahnut suhlas|vziat * spat|vziat spat",
        everything="vsetk*",
    ),
    "sl": Words(
        accept="sprejm*|strinj*|dovoli*|soglas*|razumem|potrdi vse|omogoci|vklopi|dajem soglasje",
        refuse="brez sprejetja|zavrn*|zavrac*|odkloni*|blokiraj|onemogoci|izklopi|nocem|ne zelim|ugovarja*",
        negation="ne|brez|nic|noben*|nicesar",
        only="samo|le",
        necessary="bistven*|bistveni|nujn*|potrebn*|obvezn*|tehnicn*|osnovn*|minimaln*",
        settings=("nastavit*|uredi|upravlj*|prilagod*|moznosti|spremen*|sprememb*|izberi|izbrati|nastavi|podrobnosti|nameni"),
        save="shrani*|potrdi*",
        selected="izbran*|izbor*|izbir*",
        withdraw="preklic*|umakn*",
        everything="vse|vsi",
    ),
    "hr": Words(
        accept=(
            "prihva*|slazem|dopust*|dozvol*|pristaj*|suglas*|razumijem|omoguci|ukljuci|dajem privolu|dajem suglasnost"
            "|potvrdi sve"
        ),
        refuse="odbi*|odbac*|zabrani*|blokiraj*|onemoguci|iskljuci|ne zelim|prigovor*",
        negation="ne|bez|nista|nijed*|nikak*",
        only="samo|iskljucivo",
        necessary="bitn*|nuzn*|neophodn*|obavezn*|potrebn*|tehnick*|osnovn*|minimaln*",
        settings=(
            "postavk*|uredi|upravlja*|prilagod*|opcije|mogucnosti|promjen*|promijen*|odaberi|izaberi|podesi|detalj*|svrhe"
            "|opcija"
        ),
        save="spremi*|potvrd*",
        selected="odabran*|odabir*|izbor*",
        withdraw="povuc*|opoziv*|opozov*",
        everything="sve|svi",
    ),
    "hu": Words(
        accept=(
            "hirdetesekkel|elfogad*|engedely*|hozzajarulok|hozzajarulas megadasa|hozzajarul|egyetert*|rendben|ertem"
            "|osszes engedelyezese|fogadom el|fogadok el|jarulok hozza|egyezem bele|beleegyez*|bekapcsol*"
        ),
        refuse="elutasit*|visszautasit*|megtagad*|letilt*|tiltas*|kikapcsol*|nem kerek|nem kerem|tiltakoz*",
        negation="nem|nelkul|semmi*|egyik*|se",
        only="csak|kizarolag",
        necessary="lenyeges*|szukseges*|elengedhetetlen*|kotelezo*|alapveto*|minimal*|technikai*|nelkulozhetetlen*",
        settings=("beallit*|sutibeallit*|cookiebeallit*|testreszab*|kezel*|lehetosegek|modosit*|kivalasztom|reszletek|celok"),
        save="mentes*|mentem|megerosit*|jovahagy*|alkalmaz*",
        selected="kivalaszt*|valaszt*|kijelolt*",
        withdraw="visszavon*",
        everything="osszes*|minden*|mind",
    ),
    "ro": Words(
        accept=(
            "accept|accepta|acceptati|acceptare|acceptam|permite*|sunt de acord|de acord|am inteles|activeaza"
            "|imi dau acordul|imi dau consimtamantul|dau acordul"
        ),
        refuse=("dezacord|refuz*|respinge*|resping|blocheaza|interzice|dezactiv*|ma opun|nu vreau|nu doresc"),
        negation="nu|fara|nimic|niciun*",
        only="doar|numai",
        necessary="necesare|esentiale|strict|obligatorii|tehnice|minim*|de baza|esential*|necesar*|obligatoriu",
        settings=(
            "setari*|preferinte*|gestion*|personaliz*|configur*|optiuni|modific*|schimba*|alege|alegeti|sa aleg"
            "|administr*|particulariz*|scopuri"
        ),
        save="salv*|confirm*|aplica*",
        selected="selectat*|selectie|selectia|alegeri*",
        withdraw="retrag*|revoc*|imi retrag|anuleaza * acord*|anulare consimtamant",
        everything="toate|tot|tuturor",
    ),
    "bg": Words(
        accept=(
            "прием*|приемете|съглас*|разреш*|позвол*|разбрах|разбирам|активираи|активиране|включи|включване"
            "|давам съгласие|давам съгласието"
        ),
        refuse=("несъглас*|отка*|отхвърл*|забран*|блокир*|деактивир*|изключ*|не желая|не искам|възразявам"),
        negation="не|без|нищо|никак*",
        only="само|единствено",
        necessary="необходим*|задължител*|нужни|строго|основн*|технически|минимал*",
        settings=("настроик*|предпочит*|управл*|персонализ*|опции|промян*|промен*|избери|настрои|възможности|подробности|цели"),
        save="запаз*|запиш*|потвърд*|потвърждав*|запамет*|приложи",
        selected="избран*|избор*",
        withdraw="оттегл*|отмени съгласие*|отмяна на съгласие*",
        everything="всички|всичко",
    ),
    "el": Words(
        accept="αποδοχη*|αποδεχ*|συμφων*|επιτρεπ*|συναιν*|καταλαβα|εγκριν*|ενεργοποι*|δινω τη συγκαταθεση|συγκατατιθεμαι",
        refuse=("διαφων*|απορριψη*|απορριπτ*|αρνηση|αρνουμαι|αρνηθ*|διαφων*|αποκλεισμ*|απενεργοποι*|εναντιων*|δεν θελω"),
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
        negation="gan|na|ni|dada|nil",
        only="amhain",
        necessary="riachtanach*|ata riachtanach|bunusach*|iosta",
        settings="socruithe|roghanna|bainistigh|saincheap*|athraigh|athru|roghnaigh|sainroghanna",
        save="sabhail*|deimhnigh",
        selected="roghnaithe|rogha|roghnu",
        withdraw="tarraing siar|aistarraing|tarraing * siar",
        everything="gach|uile|iad go leir",
    ),
    "mt": Words(
        accept="attiva|accetta*|naccetta*|aqbel|naqbel|ippermetti|hallih*|nifhem|naqbil*|nagti|naghti|nippermetti|taccetta*",
        refuse="iddizattiva|irrifjuta*|nirrifjuta*|ichad|tichad|imblokka|tippermettix|nichad|itfi",
        negation="ma|mhux|minghajr|xejn|l ebda",
        only="biss",
        necessary="mehtieg*|essenzjali*|strettament|necessarj*|bazici|minimu",
        settings=("settings|preferenzi|issettjar|immaniggja*|personalizza|ghazliet|ibdel|bidla|ippersonalizza|aghzel|dettalji"),
        save="issejvja*|ikkonferma*|salva|ahzen",
        selected="maghzul*|ghazla",
        withdraw="irtira|irrevoka",
        everything="kollox|kollha",
    ),
}
