"""What a button in a consent banner means, by its words, in the official languages of the Union and Norwegian.

The rule that matters most: what refuses is never taken for what accepts, nor the other way round. Words that could be
either are *unclear*, and nobody presses them.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache

LONGEST = 90
"""Letters beyond which a text is prose and no button."""


class Role(StrEnum):
    """What pressing a button would do."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    SETTINGS = "settings"
    SAVE = "save"
    WITHDRAW = "withdraw"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class _Words:
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


LANGUAGES: dict[str, _Words] = {
    "en": _Words(
        accept="accept*|agree*|allow*|consent to|i consent|enable|approve|got it|understand|understood",
        refuse="reject*|refus*|declin*|deny|disagree*|opt out|block*|disallow*|disable",
        negation="not|don t|without|no|never|non",
        only="only|just",
        necessary="necessary|essential*|required|functional only|strictly",
        settings="settings|preferences|manage*|customi*|options|configure|more choices|let me choose|personali*|adjust",
        save="save*|confirm*|apply|submit",
        selected="select*|choices|choice|chosen",
        withdraw="withdraw*|revoke*",
        everything="all|everything",
    ),
    "nl": _Words(
        accept="accepte*|aanvaard*|toestaan|sta toe|sta alle*|akkoord|toestemm*|goedkeur*|begrepen|ga akkoord|instemm*",
        refuse="weiger*|afwijz*|wijs af|afkeur*|verwerp*|blokke*|uitschakel*",
        negation="niet|geen|zonder|nee",
        only="alleen|enkel|uitsluitend|slechts",
        necessary="noodzakelijk*|essentiele|essentieel|vereist*|functionele|strikt*",
        settings="instelling*|voorkeur*|beheer*|aanpass*|zelf instellen|opties|keuzes maken",
        save="opslaan|bewaar|bewaren|bevestig*|sla op",
        selected="selectie|geselecteerde|keuze|keuzes|gekozen",
        withdraw="intrekken|trek * in|herroep*",
        everything="alle|alles|allemaal",
    ),
    "fr": _Words(
        accept="accept*|autoris*|consen*|d accord|j ai compris|approuv*|tout activer",
        refuse="refus*|rejet*|declin*|interdire|interdis|bloqu*|desactiv*",
        negation="sans|pas|ne|non|aucun*",
        only="seulement|uniquement|que les",
        necessary="necessaire*|essentiel*|indispensable*|requis|strictement",
        settings="parametr*|preferences|gerer|personnalis*|configur*|reglages|choisir|options",
        save="enregistr*|sauvegard*|confirm*|valid*",
        selected="selection*|choix|choisis",
        withdraw="retir*|revoqu*",
        everything="tout|tous|toutes",
    ),
    "de": _Words(
        accept="akzeptier*|annehm*|zustimm*|stimme*|einverstanden|erlaub*|zulass*|einwillig*|verstanden|alle zulassen",
        refuse="ablehn*|lehne*|verweiger*|untersag*|verbiet*|deaktivier*|blockier*|widersprech*",
        negation="nicht|ohne|keine*|nein",
        only="nur|ausschliesslich|lediglich",
        necessary="notwendig*|erforderlich*|essenziell*|essentiell*|technisch*|unbedingt",
        settings="einstellung*|praferenz*|verwalt*|anpass*|optionen|konfigur*|individuell*|auswahlen",
        save="speicher*|bestatig*|ubernehm*",
        selected="auswahl|ausgewahlt*|gewahlt*",
        withdraw="widerruf*|zuruckzieh*|zurucknehm*",
        everything="alle|alles|allen",
    ),
    "es": _Words(
        accept="acept*|permit*|consent*|de acuerdo|entendido|autoriz*",
        refuse="rechaz*|deneg*|declin*|bloque*|desactiv*",
        negation="no|sin|ningun*",
        only="solo|solamente|unicamente",
        necessary="necesari*|esencial*|imprescindible*|estrictamente",
        settings="configur*|ajust*|preferencias|gestion*|personaliz*|opciones",
        save="guard*|confirm*",
        selected="seleccion*|eleccion*",
        withdraw="retir*|revoc*",
        everything="todo|todos|todas",
    ),
    "it": _Words(
        accept="accett*|consent*|acconsent*|autorizz*|ho capito|d accordo|permett*",
        refuse="rifiut*|nega|negare|declin*|blocca|bloccare|disattiv*",
        negation="non|senza|nessun*",
        only="solo|soltanto|unicamente",
        necessary="necessari*|essenzial*|tecnici|strettamente",
        settings="impostazion*|preferenze|gestisci|gestione|personalizz*|configur*|opzioni",
        save="salv*|conferm*",
        selected="selezion*|scelte|scelta",
        withdraw="revoc*|ritir*",
        everything="tutto|tutti|tutte",
    ),
    "pt": _Words(
        accept="aceit*|permit*|consent*|concord*|entendi|autoriz*",
        refuse="rejeit*|recus*|neg*|declin*|bloque*|desativ*",
        negation="nao|sem|nenhum*",
        only="apenas|so|somente|unicamente",
        necessary="necessari*|essencia*|obrigatori*|estritamente",
        settings="definic*|configur*|preferencias|gerir|gerenciar|personaliz*|opcoes|ajust*",
        save="guard*|salvar|confirm*|gravar",
        selected="seleca*|selecionad*|seleciona*|escolhas|escolha",
        withdraw="retir*|revog*",
        everything="tudo|todos|todas",
    ),
    "da": _Words(
        accept="accepter*|tillad*|godkend*|samtyk*|forstaet|enig",
        refuse="afvis*|afsla*|nagt*|naegt*|bloker*",
        negation="ikke|uden|ingen|nej",
        only="kun|udelukkende",
        necessary="nodvendig*|pakraevet|essentiel*|strengt",
        settings="indstilling*|praeferenc*|tilpas*|administrer*|valgmuligheder",
        save="gem|bekraeft*",
        selected="valg|valgte|udvalgte",
        withdraw="traek * tilbage|tilbagetraek*|tilbagekald*",
        everything="alle|alt",
    ),
    "sv": _Words(
        accept="accepter*|godkann*|tillat*|samtyck*|jag forstar|godta",
        refuse="avvis*|avboj*|neka*|avsla*|blockera*",
        negation="inte|utan|inga|nej|ej",
        only="endast|bara|enbart",
        necessary="nodvandig*|kravda|obligatoriska|strikt",
        settings="installning*|preferenser|anpassa*|hantera*|alternativ",
        save="spara*|bekrafta*",
        selected="val|valda|urval",
        withdraw="aterkalla*|dra tillbaka",
        everything="alla|allt",
    ),
    "no": _Words(
        accept="godta*|aksepter*|tillat*|samtykk*|godkjenn*|jeg forstar|enig",
        refuse="avvis*|avsla*|nekt*|blokker*",
        negation="ikke|uten|ingen|nei",
        only="kun|bare",
        necessary="nodvendig*|pakrevde|strengt",
        settings="innstilling*|preferanser|tilpass*|administrer*|alternativer",
        save="lagre|bekreft*",
        selected="valg|valgte|utvalgte",
        withdraw="trekk * tilbake|tilbakekall*",
        everything="alle|alt",
    ),
    "fi": _Words(
        accept="hyvaksy*|salli*|suostu*|ymmarran|selva",
        refuse="hylkaa*|kiella*|kieltay*|esta|torju*",
        negation="ala|en|ei|ilman",
        only="vain|ainoastaan",
        necessary="valttamat*|pakollis*|tarpeellis*",
        settings="asetu*|muokkaa*|hallin*|mukauta*|valinnat",
        save="tallenna*|vahvista*",
        selected="valitut|valinna*|valitse*|valittu*",
        withdraw="peruuta*|peru",
        everything="kaikki|kaikkia",
    ),
    "et": _Words(
        accept="noustu*|luba*|aktsepteeri*|saan aru",
        refuse="keeldu*|keela*|lukka*|blokeeri*",
        negation="ei|ilma|ara",
        only="ainult|vaid",
        necessary="vajalik*|hadavajalik*|kohustuslik*",
        settings="seade*|seadista*|eelistus*|halda*|kohanda*",
        save="salvesta*|kinnita*",
        selected="valitud|valik*",
        withdraw="tuhista*|vota * tagasi",
        everything="koik|koigi*",
    ),
    "lv": _Words(
        accept="piekrit*|pienem*|atlaut*|atlauju|apstiprin* visas|sapratu|akcept*",
        refuse="noraidit|noraidi*|atteik*|aizliegt|nepiekrit*|nepienem*",
        negation="bez|ne",
        only="tikai",
        necessary="nepieciesam*|obligat*",
        settings="iestatijum*|preferenc*|parvaldi*|pielagot|pielago*",
        save="saglaba*|apstiprinat izveli",
        selected="izveletas|izvele|izveli|atlasitas",
        withdraw="atsaukt|atsauc*",
        everything="visas|visu|viss|visus",
    ),
    "lt": _Words(
        accept="sutink*|sutik*|priim*|leisti|leidzi*|supratau",
        refuse="atmes*|atsisak*|nesutink*|nesutik*|nepriim*|drausti|uzdrausti",
        negation="be|ne",
        only="tik|tiktai",
        necessary="butin*|reikaling*|privalom*",
        settings="nustatym*|nuostat*|tvarkyti|valdyti|pritaikyti|parinktys",
        save="issaugo*|patvirtinti pasirink*",
        selected="pasirinkt*|pasirink*",
        withdraw="atsaukti|atsaukiu",
        everything="visus|visi|visas|viska",
    ),
    "pl": _Words(
        accept="akcept*|zaakcept*|zgadzam|zezw*|zgoda|wyrazam|przyjmuj*|rozumiem",
        refuse="odrzu*|odmaw*|odmow*|odrzuc*|blokuj*|zablokuj",
        negation="nie|bez",
        only="tylko|wylacznie",
        necessary="niezbedn*|konieczn*|wymagan*",
        settings="ustawien*|preferenc*|zarzadzaj*|dostosuj*|opcje",
        save="zapisz*|potwierdz*",
        selected="wybran*|wybor*|zaznaczon*",
        withdraw="wycofa*|cofnij*|odwolaj*",
        everything="wszystk*",
    ),
    "cs": _Words(
        accept="prijm*|prijim*|souhlas*|povol*|akcept*|rozumim",
        refuse="odmit*|zamit*|nesouhlas*|zakaz*|neprijm*",
        negation="bez|ne",
        only="pouze|jen|jenom",
        necessary="nezbytn*|nutn*|technick*|povinn*",
        settings="nastaven*|nastavit|predvolb*|sprav*|prizpusob*|moznosti|podrobn*",
        save="ulozit|potvrd*",
        selected="vybran*|vyber*",
        withdraw="odvola*|zrusit souhlas",
        everything="vse|vsechny|vsechno",
    ),
    "sk": _Words(
        accept="prij*|suhlas*|povol*|akcept*|rozumiem",
        refuse="odmiet*|zamiet*|nesuhlas*|zakaz*|neprij*",
        negation="bez|nie",
        only="iba|len",
        necessary="nevyhnutn*|nutn*|potrebne|technick*|povinn*",
        settings="nastaven*|nastavit|predvol*|sprav*|prisposob*|moznosti",
        save="ulozit|potvrd*",
        selected="vybran*|vyber*",
        withdraw="odvola*",
        everything="vsetk*",
    ),
    "sl": _Words(
        accept="sprejm*|strinj*|dovoli*|soglas*|razumem",
        refuse="zavrn*|zavrac*|odkloni*|blokiraj",
        negation="ne|brez",
        only="samo|le",
        necessary="nujn*|potrebn*|obvezn*",
        settings="nastavit*|uredi|upravlj*|prilagod*|moznosti",
        save="shrani*|potrdi*",
        selected="izbran*|izbor*|izbir*",
        withdraw="preklic*|umakn*",
        everything="vse|vsi",
    ),
    "hr": _Words(
        accept="prihva*|slazem|dopust*|dozvol*|pristaj*|suglas*|razumijem",
        refuse="odbi*|odbac*|zabrani*|blokiraj*",
        negation="ne|bez",
        only="samo|iskljucivo",
        necessary="nuzn*|neophodn*|obavezn*|potrebn*",
        settings="postavk*|uredi|upravlja*|prilagod*|opcije|mogucnosti",
        save="spremi*|potvrd*",
        selected="odabran*|odabir*|izbor*",
        withdraw="povuc*|opoziv*|opozov*",
        everything="sve|svi",
    ),
    "hu": _Words(
        accept="elfogad*|engedely*|hozzajarul*|egyetert*|rendben|ertem|osszes engedelyezese",
        refuse="elutasit*|visszautasit*|megtagad*|letilt*|tiltas*",
        negation="nem|nelkul",
        only="csak|kizarolag",
        necessary="szukseges*|elengedhetetlen*|kotelezo*",
        settings="beallit*|testreszab*|kezel*|lehetosegek|modosit*",
        save="ment*|megerosit*|jovahagy*",
        selected="kivalaszt*|valaszt*|kijelolt*",
        withdraw="visszavon*",
        everything="osszes*|minden*|mind",
    ),
    "ro": _Words(
        accept="accept|accepta|acceptati|acceptare|acceptam|permite*|sunt de acord|de acord|am inteles",
        refuse="refuz*|respinge*|resping|blocheaza|interzice",
        negation="nu|fara",
        only="doar|numai",
        necessary="necesare|esentiale|strict|obligatorii",
        settings="setari*|preferinte*|gestion*|personaliz*|configur*|optiuni",
        save="salv*|confirm*",
        selected="selectat*|selectie|selectia|alegeri*",
        withdraw="retrag*|revoc*",
        everything="toate|tot|tuturor",
    ),
    "bg": _Words(
        accept="прием*|приемете|съглас*|разреш*|позвол*|разбрах|разбирам",
        refuse="отка*|отхвърл*|забран*|блокир*",
        negation="не|без",
        only="само|единствено",
        necessary="необходим*|задължител*|нужни|строго",
        settings="настройк*|предпочит*|управл*|персонализ*|опции",
        save="запаз*|запиш*|потвърд*",
        selected="избран*|избор*",
        withdraw="оттегл*",
        everything="всички|всичко",
    ),
    "el": _Words(
        accept="αποδοχη*|αποδεχ*|συμφων*|επιτρεπ*|συναιν*|καταλαβα|εγκριν*",
        refuse="απορριψη*|απορριπτ*|αρνηση|αρνουμαι|αρνηθ*|διαφων*|αποκλεισμ*",
        negation="δεν|χωρις|μη|μην|οχι",
        only="μονο|αποκλειστικα",
        necessary="απαραιτητ*|αναγκαι*|υποχρεωτικ*",
        settings="ρυθμισ*|προτιμησ*|διαχειρισ*|προσαρμογ*|επιλογες|περισσοτερες επιλογες",
        save="αποθηκευσ*|επιβεβαι*",
        selected="επιλεγμεν*|επιλογης|επιλογων|επιλογη",
        withdraw="ανακληση*|αποσυρσ*|ανακαλ*",
        everything="ολα|ολων|ολες",
    ),
    "ga": _Words(
        accept="glac*|aontaim|aontaigh|ceadaigh|toilim|tuigim",
        refuse="diultaigh|diultu|diultaim|cosc",
        negation="gan|na|ni",
        only="amhain",
        necessary="riachtanach*|ata riachtanach",
        settings="socruithe|roghanna|bainistigh|saincheap*",
        save="sabhail*|deimhnigh",
        selected="roghnaithe|rogha|roghnu",
        withdraw="tarraing siar|aistarraing",
        everything="gach|uile|iad go leir",
    ),
    "mt": _Words(
        accept="accetta*|naccetta*|aqbel|naqbel|ippermetti|hallih*|nifhem",
        refuse="irrifjuta*|nirrifjuta*|ichad|tichad|imblokka",
        negation="ma|mhux|minghajr",
        only="biss",
        necessary="mehtieg*|essenzjali*|strettament",
        settings="settings|preferenzi|issettjar|immaniggja*|personalizza|ghazliet",
        save="issejvja*|ikkonferma*|salva",
        selected="maghzul*|ghazla",
        withdraw="irtira|irrevoka",
        everything="kollox|kollha",
    ),
}

COMMON = {
    "en": "and|or|the|my|me|i|we|you|your|continue|with|to|of|cookie|cookies|consent|use|close|site|for|set|let|do",
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
}
"""Small words that tell one language from another and mean nothing for the choice."""
PAYING = "subscri*|abonn*|abonier*|pay|paye*|payer|zahl*|betaal*|betal*|kauf*|koop|pur abo|suscri*|abbonat*|pago|pagar"
EXACT: dict[str, Role] = {
    **dict.fromkeys(
        ("ok", "okay", "yes", "ja", "oui", "si", "sim", "da", "tak", "ano", "igen", "kylla", "jah", "taip", "ναι", "да", "iva"),
        Role.ACCEPT,
    ),
    **dict.fromkeys(
        ("ok got it", "got it", "understood", "i understand", "begrepen", "compris", "verstanden", "prima", "ik snap het"),
        Role.ACCEPT,
    ),
    **dict.fromkeys(
        ("no", "no thanks", "nee", "nee bedankt", "nee dank je", "non", "non merci", "nein", "nein danke", "no gracias"),
        Role.REFUSE,
    ),
    **dict.fromkeys(
        ("no grazie", "nao", "nej", "nej tak", "nej tack", "nei", "ei", "ne", "nie", "nem", "nu multumesc", "не", "οχι", "le"),
        Role.REFUSE,
    ),
}
ABOUT_COOKIES = (
    "cookie|koekje|consent|toestemming|einwilligung|zustimmung|consentement|consentimiento|consenso|consentimento|gdpr|rgpd|dsgvo|avg|tracking|"
    "tracker|evaste|kupsis|slapuk|sikdatn|fianan|piskot|ciastecz|plikow|pliki|suti|бисквит|kolacic|galleta|informasjonskapsl|susenk|"
    "privacy|privat|datenschutz|confidentialite|vie privee|samtyk|samtyck|suhlas|souhlas|zgod|soglas|hozzajarul|consimt|съглас|συγκαταθεσ|συναιν|"
    "suostum|nousolek|piekrisan|sutikim|toiliu|kunsens|personal data|persoonsgegevens|personenbezogen|donnees personnelles"
)


def plain(text: str) -> str:
    """Return a text in lower case, without accents, punctuation or doubled spaces."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    bare = bare.translate(str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "đ": "d", "ß": "ss", "ħ": "h"}))
    return " ".join(re.sub(r"[^\w]|_", " ", bare).split())


@lru_cache(maxsize=2048)
def role(text: str, language: str = "") -> Role:
    """Return what a button with this text does; the page's own language decides where two languages disagree."""
    words = plain(text)
    if not words or len(words) > LONGEST:
        return Role.UNCLEAR
    if words in EXACT:
        return EXACT[words]
    understood = {code: _understood(words, code) for code in LANGUAGES}
    most = max(understood.values())
    if not most:
        return Role.UNCLEAR
    # The language that knows most of the words is the one it is written in; the page's own wins a draw.
    best = [code for code, known in understood.items() if known == most]
    own = language[:2].lower()
    found = {_role_in(words, LANGUAGES[code]) for code in ([own] if own in best else best)}
    return found.pop() if len(found) == 1 else Role.UNCLEAR


def _understood(words: str, code: str) -> int:
    one = LANGUAGES[code]
    vocabulary = (getattr(one, field.name) for field in fields(one))
    known = _pattern("|".join([*vocabulary, COMMON.get(code, "cookies")]))
    return sum(len(match.group(0).split()) for match in known.finditer(words))


def is_about_cookies(text: str) -> bool:
    """Whether a text speaks of cookies, consent or privacy."""
    return bool(_pattern(ABOUT_COOKIES, stems=True).search(plain(text)))


def _role_in(words: str, language: _Words) -> Role:  # noqa: PLR0911 - one return for each meaning reads best
    def says(these: str) -> bool:
        return bool(_pattern(these).search(words))

    accepts, refuses, denies = says(language.accept), says(language.refuse), says(language.negation)
    chosen = says(language.selected)
    if says(language.withdraw):
        return Role.WITHDRAW
    if says(PAYING) or (accepts and refuses) or (refuses and denies):
        # "Accept or refuse", "do not refuse", "refuse and subscribe": whoever presses these does not know what follows.
        return Role.UNCLEAR
    if refuses:
        return Role.REFUSE
    if says(language.necessary):
        return _about_necessary(language, says, accepts=accepts, denies=denies)
    if says(language.save) or (accepts and chosen):
        return Role.ACCEPT if accepts and says(language.everything) and not denies else Role.SAVE
    if accepts and denies:
        return Role.REFUSE
    if says(language.settings):
        return Role.UNCLEAR if accepts else Role.SETTINGS
    return Role.ACCEPT if accepts else Role.UNCLEAR


def _about_necessary(language: _Words, says: Callable[[str], bool], *, accepts: bool, denies: bool) -> Role:
    only = says(language.only)
    if only or (says(language.save) and not denies) or (accepts and not denies and not says(language.everything)):
        return Role.REFUSE
    return Role.UNCLEAR


@lru_cache(maxsize=512)
def _pattern(words: str, *, stems: bool = False) -> re.Pattern[str]:
    def one(word: str) -> str:
        start, star, rest = word.partition(" * ")
        body = f"{re.escape(start)} .*{re.escape(rest)}" if star else re.escape(word.removesuffix("*"))
        return body + (r"\w*" if word.endswith("*") or stems else "")

    before = "" if stems else r"\b"
    return re.compile(before + "(?:" + "|".join(one(word) for word in words.split("|")) + ")" + ("" if stems else r"\b"))
