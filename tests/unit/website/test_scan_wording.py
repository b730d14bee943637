# ruff: noqa: RUF001 - letters of many languages look alike, and are meant.
"""What buttons in consent banners mean, in many languages."""

from dataclasses import astuple

import pytest

from holdtrue.website.scan.engine import phrases
from holdtrue.website.scan.engine.looks import leads_to_policy
from holdtrue.website.scan.engine.prose import agrees_with, asks_about_cookies, implied, lets_in, role_told, tells_of_necessary
from holdtrue.website.scan.engine.vocabulary import LANGUAGES
from holdtrue.website.scan.engine.wording import (
    Role,
    acts,
    decides,
    declines,
    is_about_cookies,
    leads_further,
    picked,
    plain,
    role,
    ticked,
)

BUTTONS = """
Accept all|accept
Accept|accept
I agree|accept
Reject all|refuse
I am OK with this|accept
I'm not OK with this|unclear
No thank you|refuse
Keep them off|refuse
Not today|refuse
Na, danke|refuse
Níl, diúltaím dóibh|refuse
Paso de cookies|refuse
Nego il consenso|refuse
Jo, passt|accept
Venga, vale|accept
Ja, widerrufen|withdraw
Continue without accepting|refuse
Do not accept|refuse
Accept only necessary|refuse
Accept necessary cookies|refuse
Necessary only|refuse
Only essential cookies|refuse
Use necessary cookies only|refuse
Manage preferences|settings
Cookie settings|settings
Save preferences|save
Confirm my choices|save
Accept selected|save
Withdraw consent|withdraw
Consent|accept
Do not consent|refuse
Manage consent|settings
No, accept cookies|unclear
Nie, prijať cookies|unclear
Áno, odmietnuť|refuse
Nie, nie zgadzam się|refuse
Nee, niet meten|refuse
Oui, pourquoi pas|accept
Yes, refuse all|refuse
Discordo|refuse
Done|save
No, manage cookies|settings
No, take me to settings|settings
Prijať všetko|accept
Prijzen|unclear
Prijava|unclear
Negocio|unclear
Промяна на съгласието|settings
Управление на съгласието|settings
Hallitse suostumusta|settings
Pakeisti sutikimą|settings
Zarządzaj zgodą|settings
Spremeni soglasje|settings
OK til nødvendige|refuse
OK til valgte|save
Nej til alle|refuse
Not all|unclear
Beperkte cookies accepteren|unclear
Accept functional cookies|unclear
Einstellungen oder ablehnen|settings
Configurar o rechazar|settings
To learn more or opt out, click here|settings
Reject or accept|unclear
Opt out of personalised settings|refuse
Alle auswählen und speichern|accept
Glac leis na fianáin|accept
Ná glac leis na fianáin|refuse
Withdraw my consent|withdraw
Accept or reject|unclear
Accept all, including non-necessary|unclear
I disagree|refuse
Allow all cookies|accept
Got it!|accept
Disallow all|refuse
Reject all cookies|refuse
Decline|refuse
Opt out|refuse
Alles accepteren|accept
Alles weigeren|refuse
Weigeren|refuse
Nu accepteren|accept
Alleen noodzakelijke cookies|refuse
Noodzakelijke cookies accepteren|refuse
Niet akkoord|refuse
Akkoord|accept
Ik ga akkoord|accept
Voorkeuren beheren|settings
Selectie toestaan|save
Cookie-instellingen|settings
Doorgaan zonder te accepteren|refuse
Toestemming intrekken|withdraw
Trek mijn toestemming in|withdraw
Alle cookies toestaan|accept
Tout accepter|accept
Tout refuser|refuse
Accepter|accept
Refuser|refuse
Continuer sans accepter|refuse
J'accepte|accept
Je n'accepte pas|refuse
Paramétrer|settings
Gérer mes cookies|settings
Paramètres des cookies|settings
Enregistrer mes choix|save
Retirer mon consentement|withdraw
Refuser et s'abonner|unclear
Alle akzeptieren|accept
Alle ablehnen|refuse
Ablehnen|refuse
Nur notwendige Cookies|refuse
Nur notwendige akzeptieren|refuse
Weiter ohne Zustimmung|refuse
Nicht zustimmen|refuse
Zustimmen|accept
Alle Cookies zulassen|accept
Einstellungen|settings
Cookie-Einstellungen|settings
Auswahl speichern|save
Auswahl akzeptieren|save
Alle speichern und akzeptieren|accept
Einwilligung widerrufen|withdraw
Aceptar todo|accept
Rechazar todo|refuse
Continuar sin aceptar|refuse
Solo necesarias|refuse
Accetta tutti|accept
Rifiuta tutto|refuse
Continua senza accettare|refuse
Solo necessari|refuse
Aceitar tudo|accept
Rejeitar tudo|refuse
Zaakceptuj wszystkie|accept
Odrzuć wszystkie|refuse
Tylko niezbędne|refuse
Nie zgadzam się|refuse
Hyväksy kaikki|accept
Hylkää kaikki|refuse
Vain välttämättömät|refuse
Acceptera alla|accept
Endast nödvändiga|refuse
Avvisa alla|refuse
Accepter alle|accept
Afvis alle|refuse
Kun nødvendige|refuse
Přijmout vše|accept
Odmítnout vše|refuse
Pouze nezbytné|refuse
Összes elfogadása|accept
Elutasítás|refuse
Csak a szükségesek|refuse
Acceptă toate|accept
Respinge toate|refuse
Nu accept|refuse
Приемам всички|accept
Отхвърлям всички|refuse
Αποδοχή όλων|accept
Απόρριψη όλων|refuse
Μόνο τα απαραίτητα|refuse
Nõustu kõigiga|accept
Keeldu kõigist|refuse
Piekrītu visām|accept
Noraidīt visas|refuse
Sutinku su visais|accept
Atmesti visus|refuse
Prijať všetko|accept
Odmietnuť všetko|refuse
Sprejmi vse|accept
Zavrni vse|refuse
Prihvati sve|accept
Odbij sve|refuse
Glac le gach fianán|accept
Diúltaigh|refuse
Aċċetta kollox|accept
Irrifjuta kollox|refuse
Learn more|unclear
Necessary cookies|unclear
More options|settings
Close|unclear
Yes, that's fine|accept
Ja, dat is prima|accept
OK pour moi|accept
Ja, ich bin 18|unclear
Yes, but not now|unclear
Ja, maar niet nu|unclear
Oui, mais pas tout|unclear
Ja, nur das Nötigste|refuse
Yes, delete my account|unclear
No, buy a pass|unclear
Ja, nur notwendige|refuse
Yes, subscribe me|unclear
Liever niet|refuse
Lieber nicht|refuse
Beheer toestemming|settings
Gérer le consentement|settings
Einwilligung ändern|settings
Datenschutzeinstellungen öffnen|settings
Hantera samtycke|settings
Ändra kakinställningar|settings
Ustawienia prywatności i plików cookie|settings
Change cookie preferences|settings
Reject non-essential cookies|refuse
Nicht notwendige Cookies ablehnen|refuse
Refuser les cookies non essentiels|refuse
Niet-noodzakelijke cookies weigeren|refuse
Rechazar cookies no esenciales|refuse
Rifiuta i cookie non necessari|refuse
Rejeitar cookies não essenciais|refuse
Do not refuse|unclear
Do not refuse non-essential cookies|unclear
Gestion des cookies|settings
Sütibeállítások|settings
Your cookie choice|settings
Mes choix cookies|settings
Ihre Cookie-Auswahl|settings
Настройки за бисквитките|settings
Χωρίς αποδοχή|refuse
Αποδοχή επιλογής|save
Apstiprināt visas|accept
"""
CASES = [tuple(line.split("|")) for line in BUTTONS.strip().splitlines()]


FURTHER = """
en|accept|I'm OK with that;I'm fine with cookies;Sure, go ahead;I'm happy with cookies;Continue with recommended cookies
en|accept|Turn on all;Turn all on;Switch on all cookies;Opt in;Opt in to all;Count me in;Let's go;Use all cookies
en|accept|Keep all cookies;That's okay
en|refuse|Proceed without consent;Turn off all;Turn off non-essential cookies;Switch all off;Turn all off;Object to all
en|refuse|Continue with essential cookies;Stay without cookies;Without cookies please;Browse without tracking;No tracking
en|refuse|Minimum cookies only;Basic cookies only;I don't consent;Not interested;Just the basics;Dismiss all;Say no;Skip
en|refuse|No cookies;No cookies for me
en|refuse|Allow nothing;Allow none;Reject (not recommended)
nl|refuse|Niets toestaan;Geen enkele toestaan
de|refuse|Nichts erlauben;Keinen zustimmen;Alle Cookies ab­leh­nen
de|save|Auswahl bestaetigen
de|unclear|Nur wichtige akzeptieren;Notwendige und statistische Cookies annehmen
sv|refuse|Tillåt inget
da|refuse|Tillad intet
es|refuse|Permitir ninguna
it|refuse|Non accettare nulla
pl|refuse|Nie akceptuj żadnych
sk|refuse|Nepovoliť nič
hu|refuse|Semmit sem fogadok el
en|settings|Show purposes;Choose cookies;Fine-tune;Choose which cookies;Control my cookies
en|save|Store my preferences;Update preferences;Update settings
en|withdraw|Take back consent;Delete my consent;Cancel consent;Undo my consent
nl|accept|Oké, prima;Ik vind het goed;Alles toelaten;Toelaten;Alle cookies toelaten;Cookies toelaten;Alles inschakelen
nl|accept|Alles aanzetten;Ik stem in;Goed zo, ga door
nl|refuse|Zonder cookies verder;Alleen functioneel;Alleen het hoognodige;Niet toelaten;Alles uitzetten;Alles uit;Alleen basis
nl|refuse|Wijs alles af;Sla over;Alleen wat nodig is
nl|settings|Zelf kiezen;Cookies beheren;Mijn keuze instellen;Laat mij kiezen;Selectie maken
fr|accept|Je donne mon accord;Activer tout;Ça me va;Parfait;Donner mon accord
fr|refuse|Le strict nécessaire;Sans consentement;Naviguer sans cookies;S'opposer à tout;Je m'oppose;Passer;Aucun cookie
fr|settings|Je choisis;Afficher les finalités
fr|save|Terminer;Appliquer
fr|withdraw|Annuler mon consentement
de|accept|Geht in Ordnung;Alle auswählen und bestätigen;Alle aktivieren;Cookies aktivieren;Passt;Passt für mich;Gerne
de|accept|Alle bestätigen
de|refuse|Nur funktionale Cookies;Mit erforderlichen Cookies fortfahren;Ohne Cookies weiter;Ohne Cookies fortfahren
de|refuse|Weiter mit notwendigen Cookies;Nur das Nötigste;Alles ausschalten;Keine Cookies;Zurückweisen;Nur Pflicht-Cookies
de|refuse|Nur Basis-Cookies;Nur das Nötige;Überspringen
de|settings|Selbst entscheiden
es|accept|Activar todas;Habilitar todas;Me parece bien;Por supuesto
es|refuse|Solo cookies técnicas;Solo técnicas;Descartar todas;Deshabilitar todas;Sin consentimiento;Sin cookies
es|refuse|No quiero cookies;Oponerme;Solo funcionales
es|settings|Elegir;Quiero elegir;Administrar cookies
es|save|Aplicar
es|withdraw|Anular mi consentimiento
it|accept|Abilita tutti;Attiva tutti;Presto il consenso
it|refuse|Nessun cookie;Disabilita tutti;Senza cookie
it|settings|Scegli;Scegli i cookie;Mostra finalità
it|save|Applica
it|withdraw|Annulla il consenso
pt|accept|Estou de acordo;Compreendi;Ativar todos;Tudo bem;Pode ser;Percebi
pt|refuse|Sem cookies;Dispensar todos;Não quero cookies;Apenas técnicos;Apenas funcionais
pt|settings|Escolher
pt|save|Aplicar
pt|withdraw|Anular consentimento
da|accept|Det er okay;Det er fint;Slå alle til;Fint med mig
da|refuse|Fortsæt uden samtykke;Ingen cookies;Slå alle fra;Fravælg alle;Kun tekniske cookies;Kun funktionelle;Afstå
da|refuse|Undgå cookies
da|settings|Vis detaljer;Vælg selv;Vælg cookies;Vælg hvilke
da|save|Anvend
da|withdraw|Annuller samtykke
sv|accept|Okej;Det går bra;Låter bra;Aktivera alla;Slå på alla;Gärna
sv|refuse|Fortsätt utan kakor;Inga kakor;Stäng av alla;Inaktivera alla;Tacka nej;Avstå;Endast grundläggande kakor
sv|settings|Visa detaljer;Välj själv;Gör egna val;Välj kakor;Mina val;Fler val
sv|withdraw|Ta tillbaka samtycke
no|accept|Greit;Det er greit;Slå på alle;Greit for meg
no|refuse|Fortsett uten samtykke;Ingen informasjonskapsler;Slå av alle;Reserver meg;Velg bort alle
no|settings|Vis detaljer;Flere valg;Velg selv;Informasjonskapselinnstillinger
fi|accept|Sopii;Käy;Sopii minulle;Ota kaikki käyttöön;Okei
fi|refuse|Jatka hyväksymättä;Jatka ilman evästeitä;Ei kiitos;Poista kaikki käytöstä;Ei evästeitä
fi|settings|Näytä tiedot;Hallitse evästeitä;Lisää vaihtoehtoja;Lisäasetukset;Räätälöi
et|accept|Nõus;Olen nõus;Sain aru;Selge;Kõik sobib;Sobib
et|refuse|Lülita kõik välja;Jätkan ilma küpsisteta;Tänan, ei
et|settings|Rohkem valikuid;Näita üksikasju;Valin ise
et|save|Nõustun valitutega
et|withdraw|Võtan nõusoleku tagasi
lv|accept|Piekrist visām;Labi;Apstiprinu
lv|refuse|Turpināt bez piekrišanas;Atsakos;Noraidu;Neatļaut;Izslēgt visas;Turpināt bez sīkdatnēm;Tikai tehniskās
lv|refuse|Noraidu visas
lv|settings|Vairāk iespēju;Rādīt detaļas;Izvēlēties
lv|save|Apstiprināt izvēlētās
lt|accept|Gerai;Patvirtinti visus;Pritariu
lt|refuse|Atmetu;Neleisti;Išjungti visus;Be slapukų;Draudžiu;Tęsti be slapukų
lt|settings|Daugiau parinkčių;Rodyti informaciją;Tinkinti;Rinktis;Koreguoti
lt|save|Patvirtinti
lt|withdraw|Atsiimti sutikimą
pl|accept|Zatwierdź wszystkie;Włącz wszystkie;Potwierdzam wszystkie;Pozwalam na wszystkie;Pozwól na wszystkie
pl|refuse|Kontynuuj bez zgody;Przejdź dalej bez zgody;Rezygnuję;Wyłącz wszystkie;Bez ciasteczek;Nie pozwalaj;Pomiń
pl|settings|Pokaż szczegóły;Skonfiguruj;Wybierz;Chcę wybrać;Zaawansowane
pl|save|Zatwierdź wybrane;Zatwierdź wybór;Zastosuj
pl|withdraw|Wycofuję zgodę
cs|accept|V pořádku;Beru na vědomí;Zapnout vše;Schválit vše;Klidně
cs|refuse|Pokračovat bez souhlasu;Pokračovat s nezbytnými cookies;Nepovolit;Vypnout vše;Bez cookies;Přeskočit;Pouze základní
cs|refuse|Jen to nejnutnější
cs|settings|Chci si vybrat
cs|withdraw|Vzít souhlas zpět;Stáhnout souhlas
sk|accept|V poriadku;Schváliť všetko;Zapnúť všetko
sk|refuse|Pokračovať bez súhlasu;Pokračovať bez prijatia;Nepovoliť;Vypnúť všetko;Bez cookies;Iba základné;Preskočiť
sk|withdraw|Zrušiť súhlas;Stiahnuť súhlas
sl|accept|V redu;Potrdi vse;Omogoči vse;Vklopi vse
sl|refuse|Nadaljuj brez sprejetja;Onemogoči vse;Nočem piškotkov;Brez piškotkov;Samo tehnični;Izklopi vse;Preskoči
sl|settings|Izberi;Izberi piškotke;Želim izbrati;Nastavi
hr|accept|U redu;Dajem privolu;Omogući sve;Uključi sve;Može
hr|refuse|Nastavi bez privole;Isključi sve;Onemogući sve;Bez kolačića;Samo tehnički;Preskoči;Ne želim kolačiće
hr|settings|Više opcija;Prikaži detalje;Odaberi;Izaberi kolačiće;Podesi
hu|accept|Oké;Beleegyezem;Jöhet
hu|refuse|Nem fogadom el;Továbblépés hozzájárulás nélkül;Nem járulok hozzá;Nem kérek sütit;Nem egyezem bele
hu|refuse|Csak az alapvető sütik;Sütik nélkül;Kihagyom
hu|settings|Részletek megjelenítése;Kiválasztom
hu|save|Alkalmaz
ro|accept|Bine;E în regulă;În regulă;Activează toate;Îmi dau acordul
ro|refuse|Continuă fără acord;Dezactivează toate;Fără cookie-uri;Doar tehnice;Nu vreau cookie-uri;Omite
ro|settings|Alege;Vreau să aleg;Administrează cookie-urile;Particularizează
ro|save|Aplică
bg|accept|Добре;Активирай всички;Окей
bg|refuse|Без бисквитки;Деактивирай всички;Изключи всички;Само основни
bg|settings|Покажи подробности;Избери;Настрой;Още възможности
bg|save|Потвърждавам избора;Запамети
el|accept|Εντάξει;Ενεργοποίηση όλων
el|refuse|Απενεργοποίηση όλων;Χωρίς cookies;Συνέχεια χωρίς συγκατάθεση;Μόνο τα βασικά;Παράλειψη
el|settings|Εμφάνιση λεπτομερειών;Εξατομίκευση;Θέλω να επιλέξω
el|save|Να επιτραπούν τα επιλεγμένα;Εφαρμογή
ga|accept|Tá go maith;Ceart go leor
ga|refuse|Ní ghlacaim;Gan fianáin;Níl, go raibh maith agat
ga|settings|Sainroghanna;Roghnaigh fianáin
ga|withdraw|Tarraing toiliú siar
mt|accept|Fhimt;Nagħti l-kunsens;Tajjeb
mt|refuse|Ma naqbilx;Dawk neċessarji biss;Kompli mingħajr ma taċċetta;Tippermettix;Mingħajr cookies;Kompli mingħajr kunsens
mt|settings|Ippersonalizza;Agħżel
mt|save|Aħżen;Aħżen l-għażliet
nl|accept|Ik begrijp het;Ik begrijp;Duidelijk
fr|accept|Je comprends;C'est noté;Entendu
de|accept|Ich verstehe;Zur Kenntnis genommen
es|accept|Lo entiendo;Enterado
it|accept|Capisco;Ho compreso
pt|accept|Está bem;Compreendo;De acordo
ro|accept|Înțeleg
sv|accept|Förstått;Uppfattat
no|accept|Skjønner
fi|accept|Ymmärretty
et|accept|Mõistan
lv|accept|Saprotu;Iespējot visu
lv|refuse|Atspējot visu
lt|accept|Suprantu
pl|accept|Zrozumiałem;Przyjąłem
cs|accept|Chápu;Aktivovat vše
cs|refuse|Deaktivovat vše
sk|refuse|Deaktivovať všetko
hu|accept|Megértettem;Tudomásul veszem
hr|accept|Shvaćam
el|accept|Κατανοώ
ga|refuse|Díchumasaigh gach rud
mt|refuse|Iddiżattiva kollox
"""
"""Language, meaning and buttons: how it is said where a banner does not say it as the others do."""


@pytest.mark.parametrize(("words", "meant"), CASES)
def test_a_button_means_what_its_words_say(words, meant):
    assert role(words) == meant


@pytest.mark.parametrize("line", FURTHER.strip().splitlines())
def test_what_is_said_in_other_words_means_the_same_and_never_the_contrary(line):
    language, meaning, buttons = line.split("|")

    assert {label: role(label, language).value for label in buttons.split(";")} == dict.fromkeys(buttons.split(";"), meaning)


@pytest.mark.parametrize("words", [words for words, meant in CASES if meant in {"accept", "refuse"}])
def test_no_page_language_turns_a_refusal_into_an_acceptance(words):
    meant = role(words)
    opposite = Role.REFUSE if meant is Role.ACCEPT else Role.ACCEPT

    assert opposite not in {role(words, language) for language in LANGUAGES}


def test_every_official_language_of_the_union_is_known():
    official = [
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fr",
        "ga",
        "hr",
        "hu",
        "it",
        "lt",
        "lv",
        "mt",
        "nl",
        "pl",
        "pt",
        "ro",
        "sk",
        "sl",
        "sv",
    ]
    assert set(official) <= set(LANGUAGES)


@pytest.mark.parametrize(
    "text",
    [
        "We use cookies.",
        "Evästeet ja sinä",
        "Wij respecteren uw privacy",
        "Χρησιμοποιούμε cookies",
        "Data collection preferences",
    ],
)
def test_a_banner_is_known_by_what_it_speaks_of(text):
    assert is_about_cookies(text)


@pytest.mark.parametrize("text", ["Subscribe to our letter!", "Do you accept the terms of delivery?", ""])
def test_other_questions_are_not_taken_for_a_banner(text):
    assert not is_about_cookies(text)


def test_prose_is_never_a_button():
    assert role("If you accept all of our cookies we are able to show you things that you may like to see " * 2) is Role.UNCLEAR


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("We and our partners process personal data with your consent.", True),
        ("Subscribe to our newsletter: we use cookies too.", True),
        ("Join our newsletter. By signing up you agree to our privacy policy.", False),
        ("Bent u 18 jaar of ouder? Lees ons privacybeleid.", False),
        ("Dürfen wir Ihnen Benachrichtigungen senden? Datenschutz", False),
    ],
)
def test_a_question_about_letters_an_age_or_notices_is_not_one_about_cookies(text, asks):
    assert asks_about_cookies(text) is asks


@pytest.mark.parametrize(
    ("label", "text", "meant"),
    [
        ("Przejdź do serwisu", "Klikając „Przejdź do serwisu”, wyrażasz zgodę na pliki cookie.", Role.ACCEPT),
        ("Weiter", "Durch Klicken auf „Weiter“ stimmen Sie der Verwendung von Cookies zu.", Role.ACCEPT),
        ("Continuer", "En cliquant sur « Continuer », vous acceptez l'usage de traceurs.", Role.ACCEPT),
        ("Continue", 'By pressing "Continue" you agree to our cookies.', Role.ACCEPT),
        ("Continue", "By pressing 'Continue' you do not agree to any cookies.", Role.UNCLEAR),
        ("Continue", "Press “Continue” to agree or “Close” to go on without.", Role.UNCLEAR),
        ("Continue", "Press “Continue”. If you agree, tell us.", Role.UNCLEAR),
        ("Close", "By pressing “Continue” you agree to our cookies.", Role.UNCLEAR),
        ("Weiter", "Mit „Weiter“ lehnen Sie ab und stimmen nicht zu.", Role.UNCLEAR),
        ("audience et d", "Mesurer l'audience et d'autres choses que vous acceptez.", Role.UNCLEAR),
    ],
)
def test_a_banners_prose_may_say_what_a_button_does(label, text, meant):
    assert role_told(label, text) is meant


@pytest.mark.parametrize(
    ("label", "text", "language", "meant"),
    [
        (
            "Continue",
            "We use cookies. If you continue without changing your settings, we assume that you agree.",
            "en",
            "accept",
        ),
        ("Continue", "We use cookies. Choose whether to continue without accepting.", "en", "unclear"),
        ("Continue", "By continuing you agree to our terms and our cookie policy. Sign in", "en", "unclear"),
        ("Pokračovat", "Pokračováním v prohlížení souhlasíte s používáním cookies.", "cs", "accept"),
        ("Lean ar aghaidh", "Trí leanúint ar aghaidh leis an suíomh seo, glacann tú le fianáin.", "ga", "accept"),
        ("×", "Cliccando sulla X in alto a destra continui la navigazione senza accettare i cookie.", "it", "refuse"),
        ("Close", "Closing this message means you reject all but essential cookies.", "en", "refuse"),
        ("×", "By closing this banner you accept cookies. You can refuse them by closing the browser.", "en", "unclear"),
        ("×", "We use cookies. You can accept or reject them.", "en", "unclear"),
        ("Fermer", "Gestion des cookies Services refusés Fermer", "fr", "unclear"),
    ],
)
def test_going_on_and_closing_mean_what_the_prose_around_them_says(label, text, language, meant):
    assert implied(label, text, language) == meant


def test_the_pages_own_language_decides_whether_prose_says_no():
    text = "Používáme cookies. Kliknutím na „Pokračovat“ souhlasíte s jejich použitím."

    assert role_told("Pokračovat", text, "cs") is Role.ACCEPT


def test_every_word_is_written_as_a_text_is_left_before_it_is_looked_for():
    words = [word for one in LANGUAGES.values() for field in astuple(one) for word in field.split("|")]
    words += [word for one in phrases.COMMON.values() for word in one.split("|")]
    for one in (
        phrases.YES,
        phrases.NO,
        phrases.PAYING,
        phrases.ACTING,
        phrases.ABOUT_COOKIES,
        phrases.OTHER_MATTERS,
        phrases.AGREEING,
    ):
        words += one.split("|")
    bare = [word.replace(" * ", " ").removesuffix("*") for word in words]

    assert [word for word in bare if plain(word) != word] == []


@pytest.mark.parametrize(
    "text",
    [
        "Setări de confidențialitate", "Privacidad", "Privacidade", "Nastavení soukromí", "Nastavenia súkromia", "Privaatsus",
        "Nastavitve zasebnosti", "Yksityisyysasetukset", "Ρυθμίσεις απορρήτου", "Поверителност", "Personvern",
    ],
)  # fmt: skip
def test_privacy_is_known_in_every_language(text):
    assert is_about_cookies(text)


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("This website uses only strictly necessary cookies.", True),
        ("Deze website gebruikt alleen noodzakelijke cookies. OK", True),
        ("Ce site n'utilise que des cookies strictement nécessaires.", True),
        ("Този сайт използва само строго необходими бисквитки. Повече", True),
        ("Sivusto käyttää vain välttämättömiä evästeitä.", True),
        ("We use cookies to give you the best experience.", False),
        ("We only use necessary cookies until you agree to more.", False),
        ("Only members get necessary discounts.", False),
        ("We don't only use necessary cookies, but also others for marketing.", False),
        ("Wir verwenden nicht nur technisch notwendige Cookies, sondern auch Tracking.", False),
        ("We gebruiken niet alleen noodzakelijke cookies.", False),
        ("Nous n'utilisons pas uniquement des cookies nécessaires.", False),
        ("Non usiamo solo cookie necessari.", False),
        ("Nous ne déposons que des cookies nécessaires.", True),
        ("Wir folgen Ihnen nicht, nur notwendige Cookies werden gesetzt.", True),
    ],
)
def test_a_notice_of_necessary_cookies_alone_asks_for_nothing(text, tells):
    assert tells_of_necessary(text) is tells


@pytest.mark.parametrize(
    "label",
    [
        "Buy cookies", "Add cookies to cart", "Koekjes bestellen", "Cookies kaufen", "Delete personal data", "Sign out of privacy center",
        "Privatkonto löschen", "Supprimer mon compte privé", "Choose subscription", "Plus-Abo wählen", "Upgrade to Plus",
    ],
)  # fmt: skip
def test_what_buys_deletes_or_leaves_is_not_pressed_for_the_sake_of_cookies(label):
    assert role(label) is Role.UNCLEAR
    assert acts(label)
    assert not leads_further(label)


@pytest.mark.parametrize(
    "label", ["Cookies", "More", "Mehr erfahren", "Privacy choices", "En savoir plus", "Choose", "Cookie-Details"]
)
def test_what_may_lead_back_to_the_choice_is_still_tried(label):
    assert not acts(label)


def test_a_question_of_the_browsers_own_is_answered_as_the_visitor_wants():
    assert agrees_with("Reject all cookies?", Role.REFUSE)
    assert agrees_with("Weet u het zeker?", Role.REFUSE)
    assert not agrees_with("Rather accept all cookies?", Role.REFUSE)
    assert agrees_with("Accept all cookies?", Role.ACCEPT)
    assert not agrees_with("Reject all cookies?", Role.ACCEPT)
    assert not agrees_with("Without cookies much does not work. Accept them?", Role.REFUSE)
    assert not agrees_with("Accept all cookies and enjoy the site. Go on?", Role.REFUSE)
    assert agrees_with("Nothing was accepted yet. Reject all?", Role.REFUSE)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("I don't mind cookies", "unclear"),
        ("No problem, use cookies", "unclear"),
        ("Cookies? No problem!", "unclear"),
        ("Kein Problem mit Cookies", "unclear"),
        ("Nichts gegen Cookies", "unclear"),
        ("Pas de problème avec les cookies", "unclear"),
        ("Geen probleem, cookies zijn ok", "unclear"),
        ("No worries, accept", "accept"),
        ("No problem, reject all", "refuse"),
        ("No cookies, please", "refuse"),
    ],
)
def test_who_has_no_objection_does_not_refuse(words, meant):
    assert role(words) == meant


def test_who_is_asked_for_their_age_is_let_in_by_what_says_that_they_are_old_enough():
    asked = "Are you old enough to drink?"

    assert [lets_in(label, asked) for label in ("I am 18 or over", "Enter", "I am under 18", "No", "Buy")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert not lets_in("Enter", "Win a bicycle")
    assert not lets_in("Enter", "Are you 18? We use cookies to count who enters.")
    assert not lets_in("Let's dance with cookies", "Let's dance? Let us know what you like.")


@pytest.mark.parametrize(
    ("label", "language", "meant"),
    [
        ("Statistics", "en", Role.ACCEPT),
        ("much", "de", Role.ACCEPT),
        ("Ablehnen", "de", Role.REFUSE),
        ("Non-essential cookies", "en", Role.ACCEPT),
        ("Cookies non nécessaires", "fr", Role.ACCEPT),
        ("Analyse en marketing", "nl", Role.ACCEPT),
        ("Necessary (cannot be disabled)", "en", Role.ACCEPT),
        ("Marketing. These do not tell us who you are and are kept for a year", "en", Role.ACCEPT),
        ("Do not count my visits with cookies", "en", Role.REFUSE),
        ("I object to measuring", "en", Role.REFUSE),
        ("Keine Cookies für Werbung", "de", Role.REFUSE),
        ("Ne pas utiliser de cookies publicitaires", "fr", Role.REFUSE),
        ("Geen reclamecookies", "nl", Role.REFUSE),
        ("Bez ciasteczek reklamowych", "pl", Role.REFUSE),
        ("Cookies for adverts: no", "en", Role.UNCLEAR),
        ("My visits shall not be counted", "en", Role.UNCLEAR),
    ],
)
def test_a_tick_beside_words_that_deny_says_no_and_one_that_can_be_read_both_ways_says_nothing(label, language, meant):
    assert ticked(label, language) is meant


@pytest.mark.parametrize(
    ("label", "language", "is_no"),
    [
        ("Do not use cookies that measure my website use", "en", True),
        ("Use cookies that measure my website use", "en", False),
        ("Geen cookies voor statistieken gebruiken", "nl", True),
        ("Keine Cookies zur Messung verwenden", "de", True),
        ("Do not block cookies", "en", False),
        ("No preference", "en", False),
    ],
)
def test_one_of_several_choices_that_keeps_cookies_off_says_no_and_one_that_denies_twice_says_nothing(label, language, is_no):
    assert declines(label, language) is is_no


def test_a_choice_that_names_more_than_what_is_necessary_is_no_refusal():
    assert picked("Necessary cookies") is Role.REFUSE
    assert picked("Necessary, statistics and advertising cookies") is Role.UNCLEAR


def test_a_link_that_answers_a_question_about_cookies_is_known_by_its_words_and_by_what_stands_around_it():
    around = "May we store cookies? Yes, I accept No, I refuse Read our cookie policy"

    assert [decides(label, around, "en") for label in ("Yes, I accept", "No, I refuse", "Read our cookie policy")] == [
        True, True, False,
    ]  # fmt: skip
    assert not decides("Minister refuses to go", "News of the day", "en")


def test_a_question_about_terms_is_none_about_cookies():
    assert not asks_about_cookies("We have new terms and conditions, and a new privacy policy.")
    assert asks_about_cookies("Our terms say which cookies we use.")


@pytest.mark.parametrize(
    "words",
    [
        "Ochrana údajov",
        "Ochrana dat",
        "Ochrona danych",
        "Защита на данните",
        "Προστασία δεδομένων",
        "Persoonsgegevens",
        "Personopplysninger",
        "Personoplysninger",
    ],
)
def test_a_link_may_call_the_policy_protection_of_data(words):
    assert leads_to_policy(words)


@pytest.mark.parametrize("words", ["Ochrana prírody", "Ochranné známky", "Защита на природата"])
def test_protection_of_other_things_is_no_policy(words):
    assert not leads_to_policy(words)
