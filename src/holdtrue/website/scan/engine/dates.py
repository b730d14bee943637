# ruff: noqa: RUF001 - Greek letters look like Latin ones, and are meant.

"""Finding a date in a text, as the languages that the scanner reads write them."""

import re

from holdtrue.website.scan.engine.wording import plain

_MONTHS = (
    r"jan|feb|mar|mrt|apr|avr|mai|may|jun|jul|aug|sept?|okt|oct|nov|de[cz]|ago|szept|marc"
    r"|januar[iyj]?|january|janvier|janeiro|jan[nv]ar\w{0,2}|jaanuar\w{0,3}|ianuarie|enero|gennaio|eanair|januarj?[aiu]|janner"
    r"|februar[iyj]?|february|fevrier|fevereiro|febrero|febbraio|februarj?[aiu]|februar\w{0,2}|veebruar\w{0,3}|februarie|frar"
    r"|feabhra|feber|march|mart[sa]?|mart[aiu]s?|marts\w{0,2}|mars|maart|marz|marzo|marzu|marco|martie|marcius\w{0,3}"
    r"|mar[ez]?ec|marca|marcem|april\w{0,3}|aprilis\w{0,3}|avril|abril|aprile|aprilie|aibrean|maja?|mei|maijs?|maij[aiu]"
    r"|maio|mayo|maggio|mejju|majus\w{0,3}|bealtaine|juni|june|junij?[aiu]?|junius\w{0,3}|juin|junho|junio|giugno|iunie|gunju"
    r"|juuni\w{0,3}|juna|jun[ij]s?|meitheamh|mheitheamh|juli|july|julij?[aiu]?|julius\w{0,3}|juillet|julho|julio|luglio|iulie"
    r"|lulju|juuli\w{0,3}|jula|jul[ij]s?|iuil|august\w{0,3}|augusztus\w{0,3}|aout|agosto|augustus|avgust\w{0,3}|awwissu"
    r"|lunasa|september\w{0,3}|septembre|septembro|setembro|settembre|settembru|sept?iembre|septembrie"
    r"|septembr(?:[aiu]s?|il|ist)"
    r"|szeptember\w{0,3}|m[eh]{1,2}an fomhair|o[ck]tober\w{0,3}|oktoober\w{0,3}|octobre|outubro|octubre|ottobre|ottubru"
    r"|octombrie|okto?obr(?:[aiu]s?|il|ist)|deireadh fomhair|november\w{0,3}|novembre|novembro|noviembre"
    r"|novembru|noiembrie|novembr(?:[aiu]s?|il|ist)"
    r"|samhain|s[h]?amhna|de[ct]s?ember\w{0,3}|decembre|dezember|dezembro|dicembre|dicembru|diciembre|decembrie"
    r"|dec?t?sembr(?:il|ist)|decembr[aiu]s?|nollaig|nollag"
    # Finnish and Lithuanian, then Croatian, Czech and Polish, which call them after the seasons.
    r"|(?:tammi|helmi|maalis|huhti|touko|kesa|heina|elo|syys|loka|marras|joulu)kuu\w{0,3}"
    r"|saus(?:is|io)|vasar(?:is|io)|kov(?:as|o)|baland(?:is|zio)|geguz(?:e|es)|birzel(?:is|io)|liep(?:a|os)|rugpjut(?:is|cio)"
    r"|rugsej(?:is|o)|spal(?:is|io)|lapkrit(?:is|cio)|gruod(?:is|zio)"
    r"|sijec(?:anj|nja|nju)|veljac[aei]|ozuj(?:ak|ka|ku)|trav(?:anj|nja|nju)|svib(?:anj|nja|nju)|lip(?:anj|nja|nju)"
    r"|srp(?:anj|nja|nju)|kolovoza?u?|ruj(?:an|na|nu)|listopad[aiu]?|studen(?:i|oga?|om)|prosin(?:ac|ca|cu)"
    r"|led(?:en|na|nu)|unora?u?|brez(?:en|na|nu)|dub(?:en|na|nu)|kvet(?:en|na|nu)|cerv(?:en|na|nu|enec|ence|enci)"
    r"|srp(?:en|na|nu)|zari|rij(?:en|na|nu)|prosin(?:ec|ce|ci)"
    r"|stycz(?:en|nia|niu)|lut(?:y|ego|ym)|marz(?:ec|ca)|kwie(?:cien|tnia|tniu)|maju|czerw(?:iec|ca|cu)|lip(?:iec|ca|cu)"
    r"|sierp(?:ien|nia|niu)|wrze(?:sien|snia|sniu)|pazdziernik\w?|grud(?:zien|nia|niu)"
    # Bulgarian and Greek.
    r"|януари|февруари|март|април|маи|юни|юли|август|септември|октомври|ноември|декември"
    r"|(?:ιανουαρι|φεβρουαρι|μαρτι|απριλι|μαι|ιουνι|ιουλι|αυγουστ|σεπτεμβρι|οκτωβρι|νοεμβρι|δεκεμβρι)\w{1,3}"
)
_YEAR = r"(?:19|20)\d\d"
_NUMBERS = re.compile(
    rf"\b(?:{_YEAR}[-/.]\s?(?:0?[1-9]|1[0-2])[-/.]\s?(?:0?[1-9]|[12]\d|3[01])|\d{{1,2}}[-/.]\s?\d{{1,2}}[-/.]\s?{_YEAR})\b"
)
_WORDS = re.compile(
    rf"\b(?:(?:\d{{1,2}} ?(?:st|nd|rd|th|er|o|a)? (?:(?:de|of|ta|d|den) )?)?(?:{_MONTHS})(?: men\w*)?"
    rf"(?: \d{{1,2}} ?(?:st|nd|rd|th)?)? (?:(?:de|del|of|a) )?{_YEAR}"
    rf"|{_YEAR} (?:(?:m|gada|g|ev|r) )?(?:\d{{1,2}} )?(?:{_MONTHS}))\b"
)
"""In a text without accents and punctuation."""


def date_in(text: str) -> str:
    """Return the first date in a text that names a year and a month, as it stands there; empty where there is none."""
    numbers = _NUMBERS.search(text)
    if numbers is not None:
        return numbers.group(0)
    for line in text.splitlines():
        bare = plain(line)
        words = _WORDS.search(bare)
        if words is not None:
            return _as_written(line, words.group(0))
    return ""


def _as_written(line: str, bare: str) -> str:
    """Return the shortest run of words of a line that comes down to the words that were found in it."""
    parts = line.split()
    for length in range(1, len(parts) + 1):
        for at in range(len(parts) - length + 1):
            if bare in plain(" ".join(parts[at : at + length])):
                return " ".join(parts[at : at + length]).strip(" .,;:()")
    return bare
