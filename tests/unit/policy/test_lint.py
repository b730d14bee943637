"""The lint: real defects found, and no false alarms."""

import json
import re
from pathlib import Path

import pytest

from holdtrue.policy.text.findings import RULES
from holdtrue.policy.text.lint import lint
from holdtrue.policy.text.reports import Linted, as_json, as_sarif, as_text

POLICIES = sorted((Path(__file__).parents[3] / "src/holdtrue/server/data/policies").glob("*.md"))
HEAD = """---
policy: demo
title: Demo
language: en
organisation: WeGroup NV
contact: hello@wegroup.example
in-force: 2026-01-05
change: First version.
---

"""
SOUND = """Cookie policy, last updated 3 March 2026

1. What we do

Mail privacy@wegroup.example. If you do not allow these cookies we will not know when you came.

2. Analytics cookies

We never set analytics cookies without your consent. You do not have to accept analytics cookies to use our site. You can change your choice at any time under Cookie settings.
See section 1, and section 5 of the Data Protection Act.

1. Open the settings
2. Choose privacy

"""


def found(text: str) -> set[tuple[int, str]]:
    return {(one.line, one.rule) for one in lint(text)}


def rules(text: str) -> list[str]:
    return [one.rule for one in lint(text) if one.rule != "clause-without-control"]


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
def test_our_own_policies_are_without_findings(file):
    assert lint(file.read_text(encoding="utf-8")) == ()


def test_there_are_two_versions_of_each_of_our_policies():
    assert [file.stem for file in POLICIES] == ["cookies-1", "cookies-2", "work-behaviors-1", "work-behaviors-2"]


TABLED = (
    SOUND
    + "| Name | Provider | Purpose | Category | Retention |\n|---|---|---|---|---|\n| `a` | W | Login | necessary | session |\n"
)


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (" You can change your choice at any time under Cookie settings.", "", "no-way-back"),
        ("See section 1,", "You may complain to a supervisory authority. See section 1,", "authority-unnamed"),
        (
            "See section 1,",
            "By using our website, you may also receive certain third-party cookies. See section 1,",
            "consent-contradiction",
        ),
        ("| `a` |", "| `_gat_gtag_UA_123265168_1` |", "retired-cookie"),
        ("| `a` |", "| `_dc_gtm_UA-12-1` |", "retired-cookie"),
    ],
)
def test_what_a_policy_owes_its_readers_is_missed(before, after, rule):
    assert rules(TABLED) == []
    assert before in TABLED

    assert rules(TABLED.replace(before, after)) == [rule]


OURS = """---
policy: cookies
title: Cookies
language: en
audience: public
organisation: Bakery
contact: hello@bakery.example
in-force: 2026-11-01
change: First. Changes are explained at the top of this page.
---

## Cookies

[CP-1] We ask for your consent to all that is not strictly necessary. Changes are explained at the top of this page.

> Kept by: site.consent-first

| Name | Provider | Purpose | Category | Party | Set by | Retention |
|---|---|---|---|---|---|---|
| a | Bakery | Login | necessary | first | http | session |
"""
"""A published policy that asks consent and tells no way back."""
BACK = "\n[CP-2] What you agreed to can be taken back.\n\n> Asks of you: nothing.\n"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", ["no-way-back"]),
        (BACK, ["no-way-back"]),
        (BACK + "> Kept by: site.withdrawal\n", []),
        (BACK.replace("can be taken back", "can be taken back under Cookie settings"), []),
        (BACK + "> Kept by: site.withdrawal\n\nYou may complain to a supervisory authority.\n", ["authority-unnamed"]),
    ],
)
def test_a_published_cookie_policy_owes_the_way_back_and_the_authority_too(more, expected):
    assert [one.rule for one in lint(OURS + more)] == expected


def test_a_note_promised_at_the_top_is_missed_where_nothing_stands_there():
    promise = TABLED.replace("See section 1,", "Changes are explained at the top of this page. See section 1,")

    assert rules(promise) == []
    bare = promise.replace("Cookie policy, last updated 3 March 2026", "Cookie policy") + "\n\nIn force since 3 March 2026.\n"
    assert rules(bare) == ["no-change-note"]


@pytest.mark.parametrize(
    "words",
    [
        "You may complain to the supervisory authority, the Belgian Data Protection Authority.",
        "You can withdraw your consent at any time.",
        "Setting your privacy preferences is what this cookie is for.",
    ],
)
def test_what_is_said_rightly_is_not_found(words):
    assert rules(TABLED.replace("See section 1,", f"{words} See section 1,")) == []


def test_a_sound_pasted_text_lacks_control_alone():
    assert rules(SOUND) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Analytics cookies do not require your consent.", "consent-contradiction"),
        ("You do not need to allow analytical cookies because they are harmless.", "consent-contradiction"),
        ("Marketing cookies are exempt from consent.", "consent-contradiction"),
        ("Tracking cookies are placed without your consent.", "consent-contradiction"),
        ("By using our website, you agree to our cookies.", "consent-contradiction"),
        ("We keep anonymous data, also for targeted advertising.", "not-anonymous"),
        ("For more, see section 9.", "dead-reference"),
        ("More [below](#nowhere).", "dead-reference"),
        ("It is all in our privacy policy.", "unlinked-document"),
        ("Use the contact form.", "unlinked-document"),
        ("These are the browsers:", "empty-list"),
        ("The following links help:\n\nAsk your browser's maker.", "empty-list"),
        ("We are WeGroup, 0680.957.816.\n\nOur number is 0680.957.817.", "stated-twice"),
        ("Our registered office is at Bomastraat 12, Ghent.\n\nOur seat is at Kerkstraat 3, Ghent.", "stated-twice"),
        ("We use these words.\n\nmeans a small file.", "term-missing"),
        ("We keep the log for a year after you left. We keep the log for a year after you left.", "said-twice"),
        ("We providea chat.", "text-slip"),
        ("Directive 2002/58on privacy.", "text-slip"),
        ("The General DataProtection Regulation.", "text-slip"),
        ("It is is so.", "text-slip"),
        ("A stray \\sign.", "text-slip"),
        ("A hard\u00a0 space.", "stray-space"),
        ("A hid\u200bden sign.", "hidden-character"),
        ("Write to [your company name].", "placeholder"),
        ("TODO: say more.", "placeholder"),
        ("4. Later\n\nText.", "numbering"),
        ("2. Analytics again\n\nText.", "numbering"),
    ],
)
def test_a_defect_of_the_text_is_found(text, rule):
    assert rules(f"{SOUND}{text}\n") == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "You can refuse analytics cookies. Nothing is set without your consent.",
        "See sections 1 and 2.",
        "Read our [privacy policy](https://wegroup.example/privacy).",
        "These are the browsers:\n\n- [One](https://one.example)\n- [Two](https://two.example)",
        "Software that breaks the terms of use or the licence of a product.",
        "DoubleClick and LogRocket are names, DoubleClick and LogRocket.",
        "That that is so, had had its day.",
        "Write to [us](mailto:privacy@wegroup.example).",
        "“Cookie”\nmeans a small file.",
        "Cookie\n\nmeans a small file.",
        "Emoji 👩‍💻 are welcome.",
    ],
)
def test_what_is_right_raises_no_alarm(text):
    assert rules(f"{SOUND}{text}\n") == []


HEADINGS = "| Name | Provider | Purpose | Category | Retention |\n|---|---|---|---|---|\n"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| `_ga` | Google | Counting visits | analytics | 2 years |", []),
        ("|  | Google | Counting visits | analytics | 2 years |", ["cookie-without-name"]),
        ("| `_ga` | Google |  | analytics | 2 years |", ["cookie-without-purpose"]),
        ("| `_ga` | Google | Counting visits |  | 2 years |", ["cookie-without-necessity"]),
        ("| `_ga` | Google | Counting visits | analytics |  |", ["cookie-without-retention"]),
        ("| `_ga` | Google | Counting visits | analytics | a while |", ["ambiguous-retention"]),
        ("| `_ga`, `_gid` | Google | Counting visits | analytics | 1 day - 2 years |", ["ambiguous-retention"]),
        ("| `_cfuvid`, `_cfruid` | Cloudflare | Limits | necessary | session |", ["misspelt-cookie"]),
        ("| `phpsessid` | WeGroup | Login | necessary | session |", ["misspelt-cookie"]),
        ("| `_tawkuuid`, `__tawkuuid` | Tawk.to | Chat | preferences | 6 months |", []),
        ("| `_Tawkuuid` | Tawk.to | Chat | preferences | 6 months |", ["misspelt-cookie"]),
        ("| `_tawkuuid` | Hotjar | Chat | preferences | 6 months |", ["foreign-cookie"]),
        ("| `collect` | Google | Counting visits | analytics | session |", ["no-cookie"]),
        ("| `/g/collect` | Google | Counting visits | analytics | session |", ["no-cookie"]),
        ("| `__cfduid` | Cloudflare | Limits | necessary | 30 days |", ["retired-cookie"]),
        ("| `_ga` | Tawk.to | Chat | preferences | 2 years |", ["foreign-cookie"]),
        ("| `_ga` | Google | Website statistics | necessary | 2 years |", ["consent-contradiction"]),
        ("| `_x` | W | Gezielte Werbung | notwendig | 90 Tage |", ["consent-contradiction"]),
        ("| `_x` | W | Remembers your choice about marketing cookies | necessary | 90 days |", []),
        ("| `_x` | W | Speichert Ihre Auswahl zu Statistik und Werbung | notwendig | 90 Tage |", []),
        ("| `IDE` | DoubleClick | Targeted advertising | marketing | 13 months |", []),
        ("| `a` | W | Login | necessary | until you close your browser |", []),
        ("| `a` | W | Aanmelden | noodzakelijk | tot u de browser sluit |", []),
        ("| `a` | W | Connexion | nécessaire | fin de la session |", []),
        ("| `a` | W | Anmeldung | notwendig | Ende der Sitzung |", []),
        ("| `a`, `a` | WeGroup | Login | necessary | session |", ["cookie-twice"]),
        ("| `a` | W | Login | necessary | session |\n| `a` | W | Login | necessary | 1 day |", ["cookie-twice"]),
        ("| `a` | W | Login | necessary | 1 day |\n| `a` | W | Login | necessary | 24 hours |", ["cookie-twice"]),
        ("| `a` | W | Login | necessary | 1 day |\n| `a` | W | Films | necessary | 24 hours |", []),
        ("| `a_*` | W | Login | necessary | 1 day |\n| `a_b` | W | Films | necessary | 2 days |", []),
        ("| `abc_*` | W | Login | necessary | 1 day |\n| `abc_d` | W | Login | necessary | 2 days |", ["cookie-twice"]),
        ("| `abc_*` | W | Login | necessary | 1 day |\n| `abc_d` | W | Films | necessary | 1 day |", []),
        ("| `a` | W | Various purposes | necessary | 1 day |", ["cookie-without-purpose"]),
        ("| `a` | W | - | necessary | 1 day |", ["cookie-without-purpose"]),
        ("| `a` | our partners | Login | necessary | 1 day |", ["recipient-unnamed"]),
        ("| `a` |  | Login | necessary | 1 day |", ["recipient-unnamed"]),
        ("| `a` | Partner Bank NV | Login | necessary | 1 day |", []),
        ("| `a` | W | Session cookie: login | necessary | 1 day |", ["session-kept"]),
        ("| `a` | W | Keeps the session cookie's id | necessary | 1 day |", []),
        ("| `a` | W | Login; persistent cookie | necessary | session |", ["session-kept"]),
        ("| `a` | W | Counting visits | analytics | 10 years |", ["kept-too-long"]),
        ("| `a` | W | Counting visits | analytics | 2 years |", []),
        ("| `a` | W | Login | necessary | 10 years |", []),
    ],
)
def test_a_defect_of_a_row_is_found(row, expected):
    assert rules(f"{SOUND}{HEADINGS}{row}\n") == expected


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("### Strictly necessary cookies", []),
        ("**Strikt noodzakelijke cookies**", []),
        ("## Statistik", []),
        ("### Cookies publicitaires", []),
        ("**Functional:**", []),
        ("### Our cookies", ["cookie-without-necessity"]),
        ("### First-party cookies", ["cookie-without-necessity"]),
    ],
)
def test_a_heading_may_say_what_sort_the_cookies_below_it_are(heading, expected):
    table = "| Cookie | Set by | What it does | Kept for |\n|---|---|---|---|\n| `a` | us | counts visits | 1 day |\n"

    assert rules(f"{SOUND}{heading}\n\n{table}") == expected


def test_a_column_of_its_own_that_is_empty_is_not_answered_by_the_heading():
    table = "| Name | Purpose | Strictly necessary | Retention |\n|---|---|---|---|\n| `a` | Visits |  | 1 day |\n"

    assert rules(f"{SOUND}### Analytical cookies\n\n{table}") == ["cookie-without-necessity"]


@pytest.mark.parametrize(
    ("heading", "expected"), [("## Notwendige Cookies", ["consent-contradiction"]), ("## Nicht notwendige Cookies", [])]
)
def test_advertising_under_the_heading_of_what_is_necessary_needs_consent_all_the_same(heading, expected):
    table = "| Name | Zweck | Art | Speicherdauer |\n|---|---|---|---|\n| `_x` | Werbung | dauerhaft | 90 Tage |\n"

    assert rules(f"{SOUND}{heading}\n\n{table}") == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Targeting cookies are enabled by default.", ["consent-contradiction"]),
        ("Strictly necessary cookies are enabled by default.", []),
        ("No category is enabled by default.", []),
        ("Marketing-Cookies sind bereits vorausgewählt.", ["consent-contradiction"]),
        ("Nichts ist vorausgewählt.", []),
        ("Les cases publicitaires sont cochées par défaut.", ["consent-contradiction"]),
        ("Aucune case n'est cochée par défaut.", []),
        ("De marketingcookies zijn vooraf aangevinkt.", ["consent-contradiction"]),
        ("Er is niets vooraf aangevinkt.", []),
        ("Les cookies d'analyse ne nécessitent pas votre consentement.", ["consent-contradiction"]),
        ("Voir aussi l'article 9 ci-dessous.", ["dead-reference"]),
        ("Voir l'article 2 ci-dessus et l'article 13 du RGPD.", []),
        ("The companies are listed in Appendix B.", ["dead-reference"]),
        ("The companies are listed in [Appendix B](https://example.org/b).", []),
        ("The companies are listed in Appendix B.\n\n## Appendix B: companies\n\nNone.", []),
    ],
)
def test_defects_that_were_missed_in_other_peoples_policies_are_found(sentence, expected):
    assert rules(f"{SOUND}{sentence}\n") == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("No cookie of ours is kept for longer than six months.", ["retention-contradiction"]),
        ("Our cookies are kept for at most 6 months.", ["retention-contradiction"]),
        ("Our cookies are kept for at most 13 months.", []),
        ("Analytics cookies are never kept for more than 30 days.", ["retention-contradiction"]),
        ("Necessary cookies are never kept for more than 30 days.", []),
        ("We ask for your choice about cookies again after at most 6 months.", []),
        ("Some cookies are kept for longer than 6 months.", []),
        ("Geen enkele cookie wordt langer dan zes maanden bewaard.", ["retention-contradiction"]),
        ("Aucun cookie n'est conservé plus de six mois.", ["retention-contradiction"]),
        ("Kein Cookie wird länger als sechs Monate gespeichert.", ["retention-contradiction"]),
        ("Data of these cookies is sent to the United States.", ["transfer-without-basis"]),
        ("Tell us what you think.", []),
        ("Data is never sent outside the EEA.", []),
        ("Data is sent to the USA under the EU-US Data Privacy Framework.", []),
        ("De gegevens worden naar de Verenigde Staten verzonden.", ["transfer-without-basis"]),
        ("We set analytics cookies on the basis of our legitimate interest.", ["consent-contradiction"]),
        ("We never set analytics cookies on the basis of a legitimate interest.", []),
        ("Wir setzen Werbe-Cookies aufgrund unseres berechtigten Interesses.", ["consent-contradiction"]),
        ("If you refuse, you cannot use our website.", ["consent-contradiction"]),
        ("If you refuse, you cannot use some parts of our website.", []),
        ("If you refuse, you can use our website as before.", []),
        ("All boxes are ticked for you.", ["consent-contradiction"]),
        ("No boxes are pre-ticked.", []),
        ("By scrolling you agree to our cookies.", ["consent-contradiction"]),
        ("Door onze website te gebruiken aanvaardt u onze cookies.", ["consent-contradiction"]),
        ("En poursuivant votre navigation, vous acceptez nos cookies.", ["consent-contradiction"]),
        ("Durch die Nutzung unserer Website stimmen Sie zu.", ["consent-contradiction"]),
        ("Analytische cookies hebben geen toestemming nodig.", ["consent-contradiction"]),
        ("Les cookies analytiques ne nécessitent aucun consentement.", ["consent-contradiction"]),
        ("Analyse-Cookies benötigen keine Einwilligung.", ["consent-contradiction"]),
        ("This holds since 31 February 2026.", ["impossible-date"]),
        ("This holds since February 30, 2026.", ["impossible-date"]),
        ("Dit geldt sinds 31 juni 2026.", ["impossible-date"]),
        ("Version 2026-02-29.", ["impossible-date"]),
        ("Stand 31.02.2026.", ["impossible-date"]),
        ("Version of 02/31/2026.", ["impossible-date"]),
        ("This holds since 29 February 2028, 31 août 2026, 12/31/2026 and 1er mars 2026; room 31 Ghent 2026.", []),
    ],
)
def test_a_sentence_is_held_against_the_law_the_rows_and_the_calendar(sentence, expected):
    row = "| `a` | W | Counting visits | analytics | 1 year |\n"

    assert rules(f"{SOUND}{sentence}\n\n{HEADINGS}{row}") == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Necessary cookies do not require your consent, analytics cookies do.",
        "Unlike analytics cookies, strictly necessary cookies do not require your consent.",
        "Analytics cookies wait for your consent; strictly necessary cookies rest on our legitimate interest.",
        "Noodzakelijke cookies vereisen geen toestemming, analytische cookies wel.",
        "Notwendige Cookies benötigen keine Einwilligung, Marketing-Cookies schon.",
        "Les cookies strictement nécessaires ne nécessitent aucun consentement, les cookies analytiques oui.",
        "Scrolling does not mean that you consent.",
        "We never assume that by using this website you accept cookies.",
        "Door verder te surfen of de site te gebruiken geeft u geen toestemming.",
        "Durch die bloße Nutzung der Website erklären Sie keine Einwilligung.",
        "If you refuse, you cannot use the chat on this website.",
        "The banner asks without pre-ticked boxes.",
        "Necessary cookies are pre-selected; every other box is empty.",
        "Es werden keine Daten in die USA übermittelt.",
        "Aucune donnée n'est envoyée hors de l'UE.",
        "Nothing is sent to the United States.",
        "Daten werden in die USA übermittelt, auf Grundlage von Art. 46 DSGVO.",
        "Data is sent to the USA with your explicit consent, gegevens met uw uitdrukkelijke toestemming.",
        "If you decline cookies, we ask again after at most 6 months.",
        "Session cookies are kept for at most one day.",
        "Cookies of Hotjar are kept for at most 3 months.",
        "Our logs of blocked cookies are stored for at most 30 days.",
    ],
)
def test_what_a_good_policy_says_of_consent_and_keeping_is_no_defect(sentence):
    row = "| `a` | W | Counting visits | analytics | 1 year |\n"

    assert rules(f"{SOUND.replace('See section 1,', f'{sentence} See section 1,')}{HEADINGS}{row}") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Analytics cookies need no consent.",
        "Analytics cookies are strictly necessary and do not require your consent.",
        "Unlike necessary cookies, analytics cookies are set on the basis of our legitimate interest.",
    ],
)
def test_cookies_that_need_consent_are_not_taken_for_necessary_ones(sentence):
    assert rules(TABLED.replace("See section 1,", f"{sentence} See section 1,")) == ["consent-contradiction"]


@pytest.mark.parametrize(("category", "expected"), [("necessary", []), ("analytics", ["recipient-unnamed"])])
def test_only_a_cookie_of_ones_own_that_is_necessary_has_no_other_recipient(category, expected):
    table = "| Name | Provider | Purpose | Category | Party | Retention |\n|---|---|---|---|---|---|\n"

    assert rules(f"{SOUND}{table}| `a` |  | Basket | {category} | first | 1 day |\n") == expected


def test_a_row_that_waits_for_consent_asks_for_a_way_back_where_the_text_says_nothing_of_consent():
    silent = "Cookie policy of 3 March 2026, privacy@wegroup.example\n\n" + HEADINGS

    assert rules(silent + "| `a` | W | Counting visits | analytics | 1 year |\n") == ["no-way-back"]
    assert rules(silent + "| `a` | W | Login | necessary | 1 year |\n") == []


def test_a_table_may_have_a_column_for_the_sort_beside_that_for_the_category():
    head = "| Name | Provider | Purpose | Type | Category | Retention |\n|---|---|---|---|---|---|\n"

    assert rules(f"{SOUND}{head}| `a` | W | Counting visits | session | analytics | 1 year |\n") == ["session-kept"]
    assert rules(f"{SOUND}{head}| `a` | W | Counting visits | persistent | analytics | 1 year |\n") == []


def test_tables_are_read_however_they_were_pasted():
    cells = ["Name", "Purpose", "Strictly necessary", "Retention"], ["_ga", "Counting visits", "no", "a while ago, 2 years"]
    tabbed = "\n".join("\t".join(row) for row in cells)
    assert rules(f"{SOUND}{tabbed}\n") == ["ambiguous-retention"]

    one_a_line = "Name of cookies\nPurpose and type\nStrictly necessary\nRetention period\n\n_cfruid\n\nLimits of Cloudflare\n\n\n1 year\n"
    assert rules(SOUND + one_a_line) == ["cookie-without-necessity", "misspelt-cookie"]


def test_a_text_without_date_and_contact_says_so():
    assert rules("We are nice.") == ["no-contact", "no-date"]


def test_the_date_of_a_law_is_not_the_date_of_the_text():
    law = "\n" * 8 + "Directive 2002/58/EC of 12 July 2002 counts. Mail a@wegroup.example."
    assert rules(law) == ["no-date"]


def test_a_clause_that_nobody_keeps_is_found_in_our_format():
    kept = f"{HEAD}[A-1] Doors are shut.\n\n> Asks of you: shut them.\n\n"

    assert lint(kept) == ()
    assert found(f"{kept}[A-2] Windows are shut.\n") == {(15, "clause-without-control")}


def test_mistakes_of_the_format_are_findings_with_their_lines():
    assert found(f"{HEAD.replace('title: Demo', 'titel: Demo')}[A-1] x\n") == {(1, "format"), (3, "format")}


def test_a_clause_that_is_not_there_is_a_dead_reference():
    text = f"{HEAD}[A-1] Doors are shut, see A-7.\n\n> Asks of you: shut them.\n"
    assert found(text.replace("A-", "DOOR-")) == {(11, "dead-reference")}


def test_findings_name_the_clause_or_section():
    assert lint(f"{SOUND}See section 9.")[-1].clause == "2"


# The texts that Holdtrue was made for -------------------------------------------------------------------------------


def test_the_original_cookie_policy_shows_its_real_defects(shared):
    text = (shared / "seed" / "cookie-policy.md").read_text(encoding="utf-8")
    seen = {(one.rule, one.clause) for one in lint(text)}

    assert {
        ("cookie-without-name", "4.1"),
        ("cookie-without-name", "4.2"),
        ("cookie-without-name", "4.3"),
        ("cookie-without-retention", "4.2"),
        ("misspelt-cookie", "4.1"),
        ("misspelt-cookie", "4.2"),
        ("no-cookie", "4.3"),
        ("cookie-twice", "4.3"),
        ("ambiguous-retention", "4.3"),
        ("party-contradiction", "4.1"),
        ("consent-contradiction", "4.3"),
        ("not-anonymous", "3.3"),
        ("not-anonymous", "4.3"),
        ("stated-twice", "2"),
        ("term-missing", "1.2"),
        ("text-slip", "1.2"),
        ("text-slip", "4.1"),
        ("empty-list", "5"),
        ("unlinked-document", "2"),
        ("unlinked-document", "3"),
        ("unlinked-document", "7"),
        ("said-twice", "3"),
        ("no-date", ""),
        ("clause-without-control", ""),
        ("consent-contradiction", "3"),
        ("retired-cookie", "4.1"),
        ("retired-cookie", "4.3"),
        ("no-way-back", "5"),
        ("no-change-note", "6"),
        ("authority-unnamed", "7"),
    } <= seen
    messages = "\n".join(one.message for one in lint(text))
    assert "1.1 (line 7)" in messages
    assert "called __cfduid" in messages
    assert "called __cfruid" in messages
    assert sum(one.rule == "cookie-without-necessity" for one in lint(text)) == 6
    assert sum(one.rule == "cookie-without-name" for one in lint(text)) == 3
    assert sum(one.rule == "term-missing" for one in lint(text)) == 2


def test_the_original_work_behaviors_lack_control_date_and_contact_alone(shared):
    text = (shared / "seed" / "work-behaviors.md").read_text(encoding="utf-8")

    assert sorted(rules(text)) == ["no-contact", "no-date", "numbering"]
    assert sum(one.rule == "clause-without-control" for one in lint(text)) == 42


# Reports ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def linted() -> list[Linted]:
    return [Linted("a.md", lint(f"{SOUND}See section 9. TODO\n")), Linted("b.md", ())]


def test_the_text_says_place_defect_and_remedy(linted):
    text = as_text(linted)

    assert (
        "a.md:15: error in 2: “section 9” leads nowhere: there is no section 9. [dead-reference]\n    Name the section" in text
    )
    assert "b.md: no findings." in text
    assert text.endswith("3 findings.\n")


def test_many_alike_are_drawn_together(linted):
    text = as_text([Linted("a.md", lint(SOUND + "".join(f"[A-{n}] x\n\n" for n in range(1, 9))))])
    assert "The same 7 more times: A-2 (17), A-3 (19)" in text


def test_findings_of_one_rule_that_ask_for_different_things_are_all_told():
    wrong = "By scrolling you agree. If you refuse, you cannot use our website. All boxes are ticked. Analytics cookies need no consent."

    text = as_text([Linted("a.md", lint(SOUND + wrong + " Analytics cookies do not require consent."))])

    assert text.count("[consent-contradiction]") == 4
    assert "more times" not in text


def test_json_has_every_finding(linted):
    findings = json.loads(as_json(linted))["findings"]

    assert [one["rule"] for one in findings] == ["clause-without-control", "dead-reference", "placeholder"]
    assert set(findings[0]) == {"file", "line", "clause", "rule", "severity", "message", "fix"}


def test_sarif_names_rules_and_lines(linted):
    (run,) = json.loads(as_sarif(linted))["runs"]

    assert [one["id"] for one in run["tool"]["driver"]["rules"]] == list(RULES)
    result = run["results"][1]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "dead-reference"
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 15}
    assert result["level"] == "error"


def test_every_rule_is_described_as_it_is_and_no_other():
    text = (Path(__file__).parents[3] / "docs" / "reference" / "lint.md").read_text(encoding="utf-8")
    described = dict(re.findall(r"^\| `([a-z-]+)` \| (error|warning|note) \|", text, re.MULTILINE))
    assert described == {rule.id: rule.severity.value for rule in RULES.values()}
