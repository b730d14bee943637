"""The lint on words, names, laws, rights and refusing, in four languages: slips found, and nobody accused of what is right."""

import pytest

from holdtrue.policy.text.lint import lint
from holdtrue.policy.text.spelling import is_slip, language_of, meant_by

ENGLISH = "Cookie policy, last updated 3 March 2026. We ask for consent, and you change your choice under Cookie settings. Mail a@b.example.\n\n"
DUTCH = "Cookiebeleid, versie van 3 maart 2026. Wij vragen uw toestemming, en u kunt uw keuze wijzigen onder Cookie-instellingen. Mail a@b.example.\n\n"
FRENCH = "Cookies, version du 3 mars 2026. Nous vous demandons votre consentement, et vous pouvez modifier vos choix sous Paramètres des cookies. a@b.example.\n\n"
GERMAN = "Cookies, Stand 3. März 2026. Wir bitten Sie um Ihre Einwilligung, und Sie können Ihre Auswahl ändern: Cookie-Einstellungen. a@b.example.\n\n"
OPENINGS = {"en": ENGLISH, "nl": DUTCH, "fr": FRENCH, "de": GERMAN}
TABLE = "\n\n| Name | Provider | Purpose | Category | Party | Retention |\n|---|---|---|---|---|---|\n"
LOGIN = "| `sid` | Shop | Login | necessary | first | session |\n"
COUNTS = "| `_ga` | Google Analytics | Counts visits | analytics | third | 13 months |\n"


def rules(text: str) -> list[str]:
    return [one.rule for one in lint(text)]


@pytest.mark.parametrize("language", OPENINGS)
def test_the_openings_of_these_tests_are_sound(language):
    assert rules(OPENINGS[language] + TABLE + LOGIN + COUNTS) == []
    assert language_of(OPENINGS[language]) == language


@pytest.mark.parametrize(
    ("language", "sentence", "meant"),
    [
        ("en", "This Cookei remembers you.", "Cookie"),
        ("en", "It is sent to Goolge.", "Google"),
        ("en", "Anlaytics counts visits.", "Analytics"),
        ("en", "It is neccessary for us.", "necessary"),
        ("en", "You can recieve a copy.", "receive"),
        ("nl", "Wij vragen uw toesteming.", "toestemming"),
        ("nl", "De bewaartemijn staat in de tabel.", "bewaartermijn"),
        ("fr", "Vos donées sont protégées.", "données"),
        ("fr", "Le Réglement général.", "Règlement"),
        ("fr", "Votre consentemment est demandé.", "consentement"),
        ("de", "Die Datenschutz-Grundverordung gilt.", "Grundverordnung"),
        ("de", "Ihre Einwiligung zählt.", "Einwilligung"),
        ("de", "Sie haben ein Recht auf Wiederspruch.", "Widerspruch"),
    ],
)
def test_a_misspelt_word_of_the_field_is_told_with_what_is_meant(language, sentence, meant):
    (finding,) = [one for one in lint(OPENINGS[language] + sentence) if one.rule == "misspelt-word"]

    assert finding.fix == f"Write {meant}."
    assert finding.line == 3


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "We analyse statistics; the contents of categories and consents differ."),
        ("en", "The French word is statistiques, the German Kategorien."),
        ("en", "Its name is `cookei`, at https://goolge.example and a@goolge.example."),
        ("nl", "De voordeuren, de wassing en de bewaring van personeel zijn algemeen."),
        ("fr", "Vous vous adressez à nous, et nous nous engageons; le contentement persistant."),
        ("de", "Die, die die Seite nutzen, sehen Googles Satzung, Berechtigung und Besichtigung."),
        ("nl", "Dat zijn zijn rechten, en die die wij kennen."),
        ("en", "What he had had was so; that that is so."),
        ("en", "Files of type TYPE."),
    ],
)
def test_right_words_are_left_alone(language, sentence):
    assert rules(OPENINGS[language] + sentence) == []


def test_a_text_in_another_language_is_not_judged_by_the_words_of_ours():
    spanish = "Utilizamos cookies para recordar sus preferencias. El consentimento y la informacion son necesaria. " * 3

    assert language_of(spanish) == ""
    assert not [one for one in lint(spanish) if one.rule == "misspelt-word"]


def test_a_company_called_like_a_slip_keeps_its_name():
    text = ENGLISH + "Cookei Ltd answers for this site: www.cookei.example. Cookei is ours.\n"

    assert "misspelt-word" not in rules(text)


@pytest.mark.parametrize("word", ["the", "cookie", "privacyverklaring", "Googlen", "kategorisch", "statistics"])
def test_a_word_that_may_be_right_has_no_other_meant(word):
    assert meant_by(word, "en") == ""


def test_ends_and_first_letters_make_no_slip():
    assert not is_slip("cookies", "cookie")
    assert not is_slip("direktive", "xirektive")
    assert is_slip("coookie", "cookie")
    assert is_slip("cookei", "cookie")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fietsen Van Damme BV answers. Vandamme keeps it.", ["name-two-ways"]),
        ("Bergmoser GmbH answers. Ask Bergmosser.", ["name-two-ways"]),
        ("Bergmoser GmbH answers. Ask Bergmosers friends.", []),
        ("Write to a@wegroup.example, b@wegroup.example or c@wegruop.example.", ["name-two-ways"]),
        ("Write to a@one.example or b@two.example.", []),
        ("Die Tischlerei Hollmann GmbH answers. The Holmann GmbH cares.", ["name-two-ways"]),
        (
            "1. Algemeen\n\nNoordzee NV answers for general things, algemene and Algemene.\nSomebody checks this every month.",
            [],
        ),
    ],
)
def test_a_name_spelt_in_two_ways_is_told(text, expected):
    assert rules(ENGLISH + text) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Meta Platforms Ireland", "Meta Platform Ireland", ["name-two-ways"]),
        ("LogRocket", "Logrocket", ["name-two-ways"]),
        ("Google", "Google Ireland Limited", []),
        ("Server 1", "Server 2", []),
    ],
)
def test_providers_spelt_in_two_ways_are_told(first, second, expected):
    rows = (
        f"| `a` | {first} | Login | necessary | first | session |\n| `b` | {second} | Films | necessary | first | session |\n"
    )

    assert rules(ENGLISH + TABLE + rows) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The GDPR is Regulation (EU) 2016/679.", []),
        ("The GDPR is Regulation (EU) 2016/697.", ["wrong-law"]),
        ("The GDPR and Regulation (EU) 2018/1725 apply.", []),
        ("The ePrivacy Directive 2002/85/EC applies.", ["wrong-law"]),
        ("Directive 2016/679 applies.", ["wrong-law"]),
        ("Regulation 2002/58/EC applies.", ["wrong-law"]),
        ("Article 5(3) of the GDPR asks consent.", ["wrong-law"]),
        ("Article 5(3) of the ePrivacy Directive and Article 6(1)(a) of the GDPR ask consent.", []),
        ("Article 135 of the GDPR says so.", ["wrong-law"]),
        ("Article 125 of the Act says so, as does the GDPR.", []),
        ("Under the GDPR we act on consent (Article 6(1)(a) GDPR).", []),
        ("Under the GDPR we act on consent (Article 6(1)(f) GDPR).", ["wrong-law"]),
        ("Grundlage ist Ihre Einwilligung (Art. 6 Abs. 1 lit. f DSGVO).", ["wrong-law"]),
        ("Grundlage ist Ihre Einwilligung (Art. 6 Abs. 1 lit. a DSGVO).", []),
        ("The Privacy Shield protects what is sent.", ["wrong-law"]),
        ("The Privacy Shield was declared invalid.", []),
        ("Es gilt das TTDSG.", ["wrong-law"]),
        ("Es gilt das TDDDG (früher TTDSG).", []),
        ("Richtlijn 95/46/EG is van toepassing.", ["wrong-law"]),
        ("De GDPR heeft richtlijn 95/46/EG vervangen.", []),
        ("Klachten gaan naar de Privacycommissie.", ["wrong-law"]),
    ],
)
def test_a_law_that_is_named_wrongly_is_told(sentence, expected):
    assert rules(ENGLISH + sentence) == expected


ALL_RIGHTS = {
    "en": "Under the GDPR you have the right of access (Article 15), rectification (Article 16), erasure (Article 17), restriction (Article 18),"
    " portability (Article 20), and you may object (Article 21). Complaints go to the Data Protection Commission.",
    "nl": "U hebt recht op inzage, rectificatie, gegevenswissing, beperking, overdraagbaarheid en bezwaar. Een klacht gaat naar de"
    " Gegevensbeschermingsautoriteit.",
    "fr": "Vous disposez des droits d'accès, de rectification, d'effacement, de limitation, de portabilité et d'opposition. Une réclamation va"
    " à l'Autorité de protection des données.",
    "de": "Sie haben das Recht auf Auskunft, Berichtigung, Löschung, Einschränkung, Datenübertragbarkeit und Widerspruch. Eine Beschwerde geht"
    " an die Datenschutzbehörde.",
}


@pytest.mark.parametrize("language", ALL_RIGHTS)
def test_a_whole_list_of_rights_is_left_alone(language):
    assert rules(OPENINGS[language] + ALL_RIGHTS[language] + TABLE + LOGIN) == []


@pytest.mark.parametrize(
    ("language", "right"),
    [
        ("en", " portability (Article 20),"),
        ("en", " Complaints go to the Data Protection Commission."),
        ("nl", " beperking,"),
        ("nl", " Een klacht gaat naar de Gegevensbeschermingsautoriteit."),
        ("fr", " et d'opposition"),
        ("de", " Einschränkung,"),
    ],
)
def test_a_right_that_a_list_leaves_out_is_told(language, right):
    text = ALL_RIGHTS[language]
    assert right in text

    assert rules(OPENINGS[language] + text.replace(right, "") + TABLE + LOGIN) == ["rights-incomplete"]


@pytest.mark.parametrize(
    "sentence",
    [
        "You have the rights of Articles 15 to 22 GDPR, such as access and erasure; complaints go to the Data Protection Commission.",
        "You have rights, such as access and erasure: https://b.example/privacy lists them. You may complain to the CNIL.",
        "You have the right of access.",
    ],
)
def test_rights_told_elsewhere_or_as_a_whole_are_left_alone(sentence):
    assert rules(ENGLISH + sentence + TABLE + LOGIN) == []


def test_a_right_beside_the_article_of_another_is_told():
    wrong = ALL_RIGHTS["en"].replace("erasure (Article 17)", "erasure (Article 18)")

    assert rules(ENGLISH + wrong + TABLE + LOGIN) == ["wrong-law"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "If you do not want marketing cookies, please send us a letter."),
        ("en", "Cookies can be refused only through your browser."),
        ("nl", "Wilt u marketingcookies weigeren? Dat kan uitsluitend via de instellingen van uw browser."),
        ("nl", "Om cookies te weigeren stuurt u een brief sturen, of mail ons."),
        ("fr", "Pour refuser les cookies publicitaires, envoyez-nous un courrier."),
        ("fr", "Vous pouvez refuser les cookies uniquement via votre navigateur."),
        ("de", "Sie können Marketing-Cookies ablehnen, indem Sie uns eine E-Mail schreiben."),
        ("de", "Cookies lassen sich nur über den Browser ablehnen."),
    ],
)
def test_refusing_that_is_harder_than_agreeing_is_told(language, sentence):
    assert rules(OPENINGS[language] + sentence) == ["refusal-harder"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "You can refuse cookies in the banner, or send us a letter."),
        ("en", "You can also refuse cookies by e-mail."),
        ("en", "Your browser lets you refuse all cookies or only those of third parties."),
        ("en", "Strictly necessary cookies can be blocked only in your browser."),
        ("en", "You may withdraw your consent to our newsletter by e-mail."),
        ("nl", "In uw browser kunt u cookies blokkeren."),
        ("fr", "Votre navigateur permet de refuser les cookies."),
        ("de", "Im Browser lassen sich Cookies blockieren."),
    ],
)
def test_further_ways_of_refusing_are_welcome(language, sentence):
    assert rules(OPENINGS[language] + sentence) == []


def test_a_browser_that_is_the_only_way_named_is_told():
    bare = "Cookies, updated 3 March 2026, a@b.example. You may change your mind at any time and withdraw. Your browser can refuse cookies."

    assert rules(bare + TABLE + COUNTS) == ["refusal-harder"]


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "We do not use third-party cookies.", ["denied-cookie"]),
        ("en", "We do not use marketing cookies.", []),
        ("en", "Until you agree, we do not use analytics cookies.", []),
        ("nl", "Wij gebruiken geen analytische cookies.", ["denied-cookie"]),
        ("fr", "Nous n'utilisons pas de cookies tiers.", ["denied-cookie"]),
        ("de", "Wir verwenden keine Statistik-Cookies.", ["denied-cookie"]),
        ("de", "Ohne Ihre Einwilligung setzen wir keine Statistik-Cookies.", []),
        ("en", "`_ga` is kept for 2 years.", ["retention-contradiction"]),
        ("en", "`_ga` is kept for 13 months.", []),
        ("en", "`_ga` counts visits, and we ask again after 6 months.", []),
        ("en", "This text was last updated on 4 March 2026.", ["stated-twice"]),
        ("en", "This text was last updated on 2026-03-03.", []),
    ],
)
def test_a_sentence_is_held_against_the_tables(language, sentence, expected):
    assert rules(OPENINGS[language] + sentence + TABLE + COUNTS) == expected


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Performance cookies do not require your consent."),
        ("nl", "Als u cookies weigert, kunt u onze website niet gebruiken."),
        ("fr", "Si vous refusez les cookies, vous ne pourrez pas accéder au site."),
        ("de", "Wenn Sie Cookies ablehnen, können Sie unsere Website nicht nutzen."),
        ("en", "Marketing cookies are set when you continue browsing, which we take as your agreement."),
        ("fr", "La poursuite de votre visite, poursuivre votre navigation, vaut consentement."),
        ("de", "Eine Einwilligung brauchen wir für Statistik-Cookies nicht."),
        ("nl", "Uw toestemming voor analytische cookies is niet vereist."),
        ("en", "The site can be used only if you accept cookies."),
        ("nl", "Analytische cookies plaatsen wij zonder uw toestemming."),
    ],
)
def test_consent_is_judged_alike_in_four_languages(language, sentence):
    assert rules(OPENINGS[language] + sentence) == ["consent-contradiction"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "Zonder uw toestemming plaatsen wij geen analytische cookies."),
        ("nl", "Als u cookies weigert, kunt u onze website niet volledig gebruiken."),
        ("nl", "1. Rechten\n\nU hebt rechten (artikel 15 van de AVG), en wij controleren dit maandelijks."),
        ("en", "We will not take scrolling or continued browsing as consent."),
        ("de", "Weder Weiterscrollen noch Weitersurfen gilt als Einwilligung."),
        ("fr", "Les cookies de mesure ne nécessitent pas votre consentement aux conditions de la CNIL."),
        ("en", "The IP address is anonymised before targeted advertising is left out."),
    ],
)
def test_what_the_law_allows_is_left_alone(language, sentence):
    assert rules(OPENINGS[language] + sentence) == []


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("de", "Näheres steht in unserer Datenschutzerklärung.", ["unlinked-document"]),
        ("nl", "Meer staat in onze privacyverklaring.", ["unlinked-document"]),
        ("fr", "Voir notre politique de confidentialité.", ["unlinked-document"]),
        ("de", "Diese Datenschutzerklärung gilt für alle.", []),
        ("en", "Our [privacy policy](/p) says more.\n\nThe privacy policy is long.", []),
    ],
)
def test_a_document_that_is_named_and_not_linked_is_told_once_it_is_another(language, sentence, expected):
    assert rules(OPENINGS[language] + sentence) == expected


def test_a_numbered_text_that_says_what_checks_it_has_its_control():
    text = ENGLISH + "1. Cookies\n\nSomebody checks this page every month.\n"

    assert rules(text) == []
    assert rules(text.replace("checks", "likes")) == ["clause-without-control"]


def test_a_cookie_one_letter_off_is_told_where_the_row_names_whose_it_is():
    row = "| `hubspotuk` | {} | Knows you again | marketing | third | 6 months |\n"

    assert rules(ENGLISH + TABLE + row.format("HubSpot")) == ["misspelt-cookie"]
    assert rules(ENGLISH + TABLE + row.format("Shop")) == []


def test_cells_that_say_the_same_are_no_word_twice():
    table = "Name\tProvider\tPurpose\tCategory\tRetention\n_pk_id\tMatomo\tMatomo\tanalytics\t13 months\n"

    assert "text-slip" not in rules(ENGLISH + table)


def test_a_cookie_that_remembers_a_refusal_advertises_nothing():
    row = "| `x` | Shop | Remembers that you refused marketing | necessary | first | 6 months |\n"

    assert rules(ENGLISH + TABLE + row) == []


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        ("misc.", ["cookie-without-purpose"]),
        ("Sonstiges", ["cookie-without-purpose"]),
        ("Remembers what you chose about analytics", []),
    ],
)
def test_a_purpose_that_says_nothing_is_none(purpose, expected):
    assert rules(ENGLISH + TABLE + f"| `x` | Shop | {purpose} | necessary | first | 6 months |\n") == expected


def test_a_table_headed_in_other_words_is_read_all_the_same():
    german = "| Name | Anbieter | Beschreibung | Notwendig | Gültigkeit |\n|---|---|---|---|---|\n| `NID` | Google | Zeigt Werbung | Ja | 6 Monate |\n"

    assert rules(GERMAN + german) == ["consent-contradiction"]


def test_a_table_of_names_and_descriptions_alone_declares_no_cookies():
    assert rules(ENGLISH + "| Name | Description |\n|---|---|\n| Editor |  |\n") == []


@pytest.mark.parametrize(
    ("language", "promise"),
    [
        ("nl", "Wijzigingen worden bovenaan deze pagina vermeld."),
        ("fr", "Toute modification figure en haut de cette page : les modifications, en haut de cette page."),
        ("de", "Änderungen stehen oben auf dieser Seite."),
    ],
)
def test_a_note_promised_at_the_top_is_missed_in_every_language(language, promise):
    lines = ["Cookies", *[f"Line {number}." for number in range(10)], OPENINGS[language], promise]

    assert rules("\n\n".join(lines) + TABLE + LOGIN) == ["no-change-note"]


def test_rights_under_a_heading_that_says_so_are_a_list_of_them():
    text = "## Your rights\n\nAsk us for access to your data, or have it deleted. You may complain to the Data Protection Commission."

    assert rules(ENGLISH + text + TABLE + LOGIN) == ["rights-incomplete"]
