# ruff: noqa: RUF001 - letters of many languages look alike, and are meant.

"""A date is known in every language that the scanner reads."""

import pytest

from holdtrue.website.scan.engine.dates import date_in
from holdtrue.website.scan.engine.looks import leads_to_policy

DATES = [
    "1 септември 2026 г.",
    "1. rujna 2026.",
    "1. září 2026",
    "1. 9. 2026",
    "den 1. september 2026",
    "1 september 2026",
    "1 mei 2026",
    "September 1, 2026",
    "1st of September 2026",
    "1. september 2026",
    "1. septembril 2026",
    "1. oktoobril 2026",
    "1. detsembril 2026",
    "1. syyskuuta 2026",
    "1er septembre 2026",
    "1. März 2026",
    "1 Σεπτεμβρίου 2026",
    "2026. szeptember 1.",
    "2026. 09. 01.",
    "1 Meán Fómhair 2026",
    "1 Bealtaine 2026",
    "1º settembre 2026",
    "2026. gada 1. septembrī",
    "2026 m. rugsėjo 1 d.",
    "1 ta' Settembru 2026",
    "1 ta’ Settembru, 2026",
    "1 września 2026 r.",
    "Atualizada em 1 de setembro de 2026",
    "1 de septiembre de 2026",
    "1 septembrie 2026",
    "1. septembra 2026",
    "1. avgusta 2026",
    "1 oktober 2026",
    "2026-09-01",
    "01.09.2026",
    "Stand: Mai 2026",
    "sept. 2026",
]


@pytest.mark.parametrize("words", DATES)
def test_a_date_is_known_however_a_language_writes_it(words):
    assert "2026" in date_in(f"Cookies\n{words}\nMore")


@pytest.mark.parametrize(
    "words", ["© 2026 Marketing BV", "Market 2026", "Sold out 2026", "Since 2026", "Version 1.2", "Room 12, 2026 seats"]
)
def test_a_year_alone_is_no_date(words):
    assert not date_in(words)


def test_a_date_is_told_as_it_was_written():
    assert date_in("Last changed on 12 March 2026.") == "12 March 2026"


@pytest.mark.parametrize(
    "words",
    [
        "Evästeseloste",
        "Evästekäytäntö",
        "Küpsiste teatis",
        "Küpsisepoliitika",
        "Kakpolicy",
        "Cookiemeddelande",
        "Cookieinformation",
        "Cookieoplysninger",
        "Cookie-Bestimmungen",
        "Sütitájékoztató",
        "Sütikezelési tájékoztató",
        "Cookiemelding",
        "Slapukų pranešimas",
        "Sīkdatņu paziņojums",
        "Avviż dwar il-cookies",
        "Prohlášení o cookies",
        "Vyhlásenie o cookies",
        "Obvestilo o piškotkih",
        "Obavijest o kolačićima",
        "Декларация за бисквитките",
        "Δήλωση για τα cookies",
        "Declarație privind cookie-urile",
        "Dichiarazione sui cookie",
        "Aviso de cookies",
        "Charte cookies",
        "Beartas fianán",
        "Oświadczenie o cookies",
    ],
)
def test_a_notice_about_cookies_is_a_policy_by_its_usual_name(words):
    assert leads_to_policy(words)


@pytest.mark.parametrize("words", ["Cookies", "Cookie settings", "Evästeasetukset", "Cookieinställningar", "Informacije"])
def test_a_choice_about_cookies_is_no_policy(words):
    assert not leads_to_policy(words)
