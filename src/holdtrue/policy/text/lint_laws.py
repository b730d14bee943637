"""Laws, articles and authorities that are named wrongly, or that are no longer what they were."""

import re
from collections.abc import Iterator
from typing import Final

from holdtrue.policy.text.drafts import DENIED, Draft, sentences_of
from holdtrue.policy.text.findings import Finding
from holdtrue.policy.text.spelling import is_one_slip_away

_GDPR: Final = (
    r"(?:GDPR|DSGVO|DS-GVO|RGPD|AVG|General Data Protection Regulation|Datenschutz-?Grundverordnung"
    r"|[Aa]lgemene [Vv]erordening [Gg]egevensbescherming|[Rr]èglement [Gg]énéral sur la [Pp]rotection des [Dd]onnées)"
)
_ARTICLE: Final = r"(?:[Aa]rticles?|[Aa]rtikels?|[Aa]rt\.?)\s*(?P<{name}>\d{{1,3}})"
_PART: Final = (
    r"(?:\s*\(\w\)|,? ?(?:[Ll]id|[Aa]bs\.|[Aa]bsatz|paragraphe|paragraph|par\.|al\.) ?\d"
    r"|,? ?(?:lit\.|[Bb]uchst(?:abe|\.)|point|sub|onder|letter) ?\(?[a-z]\)?)*"
)
_OF_LAW = re.compile(
    rf"{_ARTICLE.format(name='article')}(?P<part>{_PART})\s*,? ?(?:of |de |du |der |van )?(?:the |de |le |la |het )?{_GDPR}\b"
)
_NUMBER = re.compile(r"\b(?P<number>(?:19|20|21)\d{2}/\d{1,4})\b(?P<eu>/E[UCGW]\b)?")
_KNOWN: Final[dict[str, str]] = {"2016/679": "the GDPR", "2002/58": "the ePrivacy Directive"}
_NAMES: Final[dict[str, re.Pattern[str]]] = {
    "2016/679": re.compile(rf"\b{_GDPR}\b"),
    "2002/58": re.compile(
        r"\be-?[Pp]rivacy\b|\bPrivacy and Electronic Communications\b|\bvie privée et communications électroniques\b"
    ),
}
_KIND = re.compile(
    r"\b(?P<kind>directive|richtlijn|richtlinie|regulation|verordening|verordnung|règlement)\s+(?:\((?:EU|EC|UE|EG"
    r"|CE)\)\s*)?(?:n[o°r]\.?\s*)?"
    r"(?:EU\s+)?(?P<number>2016/679|2002/58)",
    re.IGNORECASE,
)
_DIRECTIVES: Final = frozenset({"directive", "richtlijn", "richtlinie"})
_LAST_ARTICLE: Final = 99
_OF_PRINCIPLES: Final = 5
_THIRD = re.compile(r"\s*\(3\)|\s*,? ?(?:lid|abs\.|absatz|paragraphe|par\.) ?3\b", re.IGNORECASE)
_RESTRICTION: Final = (
    r"restriction(?: of processing)?|beperking(?: van de verwerking)?|limitation(?: du traitement)?"
    r"|einschränkung(?: der verarbeitung)?"
)
_PORTABILITY: Final = (
    r"(?:data )?portability|(?:gegevens)?overdraagbaarheid(?: van gegevens)?|portabilité(?: des données)?|datenübertragbarkeit"
)
_RIGHTS: Final = (
    ("access", 15, r"right (?:of|to) access|access|inzage|(?:droit )?d['\u2019]accès|accès|auskunft"),
    ("rectification", 16, r"rectification|correction|rectificatie|correctie|berichtigung"),
    ("erasure", 17, r"erasure|deletion|gegevenswissing|wissing|verwijdering|effacement|l['\u2019]effacement|löschung"),
    ("restriction", 18, _RESTRICTION),
    ("portability", 20, _PORTABILITY),
    ("objection", 21, r"object(?:ion)?|bezwaar|opposition|widerspruch"),
)
_BESIDE: Final = rf"\s*\((?:see |voir |siehe |zie )?{_ARTICLE.format(name='article')}(?![\d-])(?P<rest>[^)]*)\)"
_LISTED = tuple((right, number, re.compile(rf"\b(?:{words}){_BESIDE}", re.IGNORECASE)) for right, number, words in _RIGHTS)
_OF_RIGHTS: Final = frozenset({13, 14, *range(15, 23), 77})
_BASES = re.compile(
    r"\b(?P<basis>consent|toestemming|consentement|einwilligung|legitimate interests?|gerechtvaardigd belang"
    r"|intérêts? légitimes?"
    r"|berechtigte[ns]* interesses?n?)\s*\((?:see )?(?:article|artikel|art\.?)\s*6\s*(?:\(1\)|, ?(?:lid|paragraphe|par\.) 1"
    r"|, ?paragraph 1"
    r"|abs(?:atz|\.) 1(?: satz 1| s\. ?1)?)[\s,]*(?:\(|lit\. ?|buchst(?:abe|\.)? ?|point |onder |sous |letter "
    r"|sub )?\(?(?P<letter>[a-f])\b",
    re.IGNORECASE,
)
_CONSENTS: Final = frozenset({"consent", "toestemming", "consentement", "einwilligung"})
_PAST = re.compile(
    r"\b(?:former\w*|formerly|previous\w*|until|replace\w*|repeal\w*|invalid\w*|succeed\w*|struck|annulled|no longer"
    r"|voorheen|voormalig\w*|vroeger|vervang\w*|ingetrokken|ongeldig|opgevolgd"
    r"|ancien\w*|remplac\w*|abrog\w*|invalid\w*|annul\w*"
    r"|früher\w*|ehemal\w*|vormals|vormalig\w*|ersetzt\w*|aufgehoben\w*|ungültig\w*|abgelöst|nicht mehr)\b",
    re.IGNORECASE,
)
_TODAY: Final = "Name what holds today, such as the EU-US Data Privacy Framework."
_GONE: Final = (
    (re.compile(r"\bPrivacy[- ]Shield\b", re.IGNORECASE),
     "was declared invalid on 16 July 2020 (CJEU C-311/18)", _TODAY),
    (re.compile(r"\bSafe Harbo(?:u)?r\b"),
     "was declared invalid on 6 October 2015 (CJEU C-362/14)", _TODAY),
    (re.compile(r"\b95/46(?:/E[CG]|/CE)?\b"), "was repealed on 25 May 2018 by the GDPR", "Name Regulation (EU) 2016/679."),
    (re.compile(r"\bTTDSG\b"), "has been called TDDDG since 14 May 2024", "Write TDDDG."),
    (re.compile(r"\b(?:Privacycommissie|Commissie voor de bescherming van de persoonlijke levenssfeer)\b", re.IGNORECASE),
     "was replaced on 25 May 2018 by the Gegevensbeschermingsautoriteit", "Name the Gegevensbeschermingsautoriteit."),
    (re.compile(r"\bCommission (?:de la|pour la) protection de la vie privée\b", re.IGNORECASE),
     "was replaced on 25 May 2018 by the Autorité de protection des données", "Name the Autorité de protection des données."),
    (re.compile(r"\bCollege bescherming persoonsgegevens\b", re.IGNORECASE),
     "has been called Autoriteit Persoonsgegevens since 2016", "Name the Autoriteit Persoonsgegevens."),
)  # fmt: skip


def law_findings(draft: Draft) -> Iterator[Finding]:
    """Yield every law, article and authority that is named wrongly."""
    speaks_of_gdpr = _NAMES["2016/679"].search(draft.text) is not None or "2016/679" in draft.text
    for line, sentence, _ in sentences_of(draft):
        told = [*_numbers(sentence), *_gone(sentence, draft.text), *_articles(sentence)]
        if speaks_of_gdpr:
            told += _rights(sentence)
            told += _bases(sentence)
        for what, fix in dict.fromkeys(told):
            yield Finding(line, "wrong-law", draft.place(line), what, fix)


def _numbers(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield the numbers of well-known laws with a slip in them, and laws called by the wrong sort."""
    for found in _NUMBER.finditer(sentence):
        right = next((one for one in _KNOWN if _is_slip_of(found["number"], one) and _NAMES[one].search(sentence)), "")
        if right:
            yield f"\u201c{found['number']}\u201d is not the number of {_KNOWN[right]}: that is {right}.", f"Write {right}."
    for found in _KIND.finditer(sentence):
        is_directive = found["kind"].casefold() in _DIRECTIVES
        if is_directive != (found["number"] == "2002/58"):
            right = "a directive" if found["number"] == "2002/58" else "a regulation"
            yield f"\u201c{found[0]}\u201d: {_KNOWN[found['number']]} is {right}.", "Call it so."


def _is_slip_of(number: str, known: str) -> bool:
    return number != known and (is_one_slip_away(number, known) or sorted(number) == sorted(known))


def _gone(sentence: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield what is named as if it still were in force."""
    for pattern, why, fix in _GONE:
        found = pattern.search(sentence)
        is_explained = _PAST.search(sentence) or DENIED.search(sentence) or (found and found[0] == "TTDSG" and "TDDDG" in text)
        if found and not is_explained:
            yield f"\u201c{found[0]}\u201d {why}.", fix


def _articles(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield articles that the GDPR does not have."""
    for found in _OF_LAW.finditer(sentence):
        article = int(found["article"])
        if article > _LAST_ARTICLE:
            yield f"The GDPR has {_LAST_ARTICLE} articles, and no Article {article}.", "Name the article that is meant."
        elif article == _OF_PRINCIPLES and _THIRD.match(found["part"]):
            what = "Article 5 of the GDPR has no paragraph 3: the rule on cookies is Article 5(3) of the ePrivacy Directive."
            yield what, "Name Directive 2002/58/EC."


def _rights(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield rights beside another right's article."""
    for right, number, pattern in _LISTED:
        for found in pattern.finditer(sentence):
            article = int(found["article"])
            others = {int(one) for one in re.findall(r"\d+", found["rest"])}
            if article in _OF_RIGHTS and article != number and number not in others:
                what = f"The right of {right} is not in Article {article} of the GDPR, but in Article {number}."
                yield what, f"Write Article {number}."


def _bases(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield legal bases beside another basis's letter of Article 6(1)."""
    for found in _BASES.finditer(sentence):
        right = "a" if found["basis"].casefold() in _CONSENTS else "f"
        if found["letter"].casefold() != right:
            what = f"\u201c{found['basis']}\u201d is point ({right}) of Article 6(1) of the GDPR, not ({found['letter']})."
            yield what, f"Write Article 6(1)({right})."
