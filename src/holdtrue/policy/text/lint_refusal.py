"""Ways of refusing that are harder than agreeing: letters, e-mails, or a browser's settings alone."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from holdtrue.policy.text.declarations import waits_for_consent
from holdtrue.policy.text.drafts import Draft, sentences_of
from holdtrue.policy.text.findings import Finding

_REFUSES = re.compile(
    r"\b(?:refus\w*|declin\w*|reject\w*|opt(?:ing)?[ -]?out|withdraw\w*|revok\w*|(?:do not|don['\u2019]t) (?:want|wish|agree)"
    r"|disabl\w*|block\w*|switch (?:\w+ )?off|turn (?:\w+ )?off|stop\w*|object to"
    r"|weiger\w*|afwijz\w*|intrek\w*|trek\w* [^.]{0,30}\bin\b|uitschakel\w*|blokker\w*|afmeld\w*|(?:niet"
    r"|geen)\b[^.]{0,40}\bwil\w*"
    r"|wil\w* [^.]{0,30}\b(?:niet|geen)\b|bezwaar"
    r"|retirer|retrait|désactiv\w*|bloqu\w*|(?:ne|n['\u2019]) ?(?:souhaitez|voulez|acceptez) (?:pas|plus)|(?:vous )?opposer"
    r"|ablehn\w*|abzulehnen|lehnen [^.]{0,40}\bab\b|widerruf\w*|widersprech\w*|deaktivier\w*|blockier\w*"
    r"|(?:nicht|keine)\b[^.]{0,40}\b(?:möchten|wollen|wünschen)|(?:möchten|wollen|wünschen) sie[^.]{0,40}\b(?:nicht"
    r"|keine))\b",
    re.IGNORECASE,
)
_COOKIES = re.compile(r"\b(?:\w+-)?\w*cookies?\b|\btrac(?:k\w*|eurs)\b", re.IGNORECASE)
_CONSENT = re.compile(r"\b(?:consent|toestemming|consentement|einwilligung|zustimmung)\b", re.IGNORECASE)
_MAIL = re.compile(
    r"\bby (?:post|letter|e-?mail|(?:tele)?phone|writing (?:to )?\w+)\b|\bin writing\b"
    r"|\b(?:send|write|e-?mail|mail|call|phone|post|contact)(?:ing)? (?:to )?(?:us|our)\b|\b(?:send|write"
    r"|post)(?:ing)? (?:us )?an? "
    r"(?:letter|e-?mail|message)\b"
    r"|\bper (?:brief|post|e-?mail|mail|telefoon|telefon|fax)\b|\b(?:stuur|mail|e-?mail|schrijf|bel"
    r"|contacteer) (?:dan )?(?:naar )?"
    r"(?:ons|onze|een)\b|\b(?:brief|e-?mail|mailtje|bericht) (?:te )?(?:sturen|schrijven|zenden)\b|\bschriftelijk\b"
    r"|\bpar (?:courrier|e-?mail|courriel|lettre|téléphone|écrit)\b|\b(?:envoyez|écrivez|adressez|contactez|téléphonez)[ -]"
    r"|\b(?:nous (?:envoy|écri|contact|adress)\w*|envoyer un|en nous (?:écrivant|envoyant|contactant))\b"
    r"|\bschriftlich\b|\b(?:schreiben|schicken|senden|mailen) sie (?:uns|eine?)\b"
    r"|\b(?:uns|eine?n?) (?:eine |einen |per )?(?:e-?mail|mail|brief|nachricht)\b",
    re.IGNORECASE,
)
_BROWSER = re.compile(r"\b(?:\w*browser\w*|navigateurs?)\b", re.IGNORECASE)
_ONLY_BY = re.compile(
    r"\b(?:only|solely|exclusively) (?:be \w+ )?(?:by|via|through|in|with|using|from)\b|\bthe only way\b|\bno other way\b"
    r"|\b(?:uitsluitend|enkel|alleen|slechts) (?:\w+ )?(?:via|door|in|met|langs|per)\b|\bde enige manier\b"
    r"|\b(?:uniquement|seulement|exclusivement) (?:via|par|dans|au moyen|depuis|en|à partir)\b|\b(?:la seule (?:façon"
    r"|manière)|le seul moyen)\b"
    r"|\bque (?:via|par|dans|depuis|en (?:nous|réglant|modifiant|configurant)) "
    r"|\b(?:nur|ausschließlich|lediglich|allein) (?:\w+ )?(?:über|in|im|per|durch|mit|mittels|schriftlich)\b"
    r"|\bder einzige weg\b"
    r"|\beinzig (?:über|in|durch)\b",
    re.IGNORECASE,
)
_ON_SITE = re.compile(
    r"\b(?:banner\w*|buttons?|pop-?up\w*|(?:cookie|consent|privacy)[ -]?(?:settings|preferences|choices|centre|center"
    r"|manager|panel|dialogue)"
    r"|foot(?:er)?\b|foot of|bottom of|click\w*|links?|dialogue?|tick\w*|toggle\w*|preference (?:centre|center)"
    r"|knop\w*|klik\w*|cookie-?(?:instellingen|voorkeuren)|onderaan|voettekst|venster|schuif\w*"
    r"|bandeau\w*|boutons?|cliqu\w*|liens?|(?:paramètres|gestion|préférences) (?:des|de) cookies|pied de|bas de (?:page"
    r"|chaque)|gérer (?:les|mes|vos) cookies"
    r"|schaltfläche\w*|klick\w*|cookie-?einstellungen|fußzeile|am (?:ende|fuß)|datenschutzeinstellungen|fenster|dialog\w*)\b",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"\b(?:also|too|besides|alternatively|in addition|as well|additionally|ook|daarnaast|bovendien|eveneens|tevens"
    r"|aussi|également|en outre|par ailleurs|de plus|auch|zusätzlich|außerdem|ebenfalls|daneben|ferner)\b",
    re.IGNORECASE,
)
_NEEDED = re.compile(
    r"(?<!not )(?<!not strictly )(?<!non-)\b(?:necessary|essential|noodzakelijke?|nécessaires?|notwendige\w*"
    r"|erforderliche\w*|functionele)\b",
    re.IGNORECASE,
)
_LAW: Final = "(Articles 4(11) and 7(3) GDPR)"


def refusal_findings(draft: Draft) -> Iterator[Finding]:
    """Yield every sentence by which refusing takes a letter, an e-mail or a browser's settings."""
    has_way = any(_ON_SITE.search(line) for line in draft.lines)
    asks = any(waits_for_consent(row) for row in draft.rows)
    only_browser = 0
    for line, sentence, question in _with_questions(draft):
        whole = f"{question} {sentence}"
        if not _REFUSES.search(whole) or _ON_SITE.search(whole):
            continue
        is_about = _COOKIES.search(whole) or (_CONSENT.search(whole) and not has_way)
        is_only = _ONLY_BY.search(sentence) is not None
        if is_about and _MAIL.search(sentence) and (is_only or not _ALSO.search(sentence)):
            yield _harder(draft, line, "by letter, e-mail or telephone")
        elif is_about and _BROWSER.search(sentence) and not _NEEDED.search(whole):
            if is_only:
                yield _harder(draft, line, "in the browser's settings alone")
            only_browser = only_browser or (0 if is_only else line)
    if only_browser and asks and not has_way:
        yield _harder(draft, only_browser, "in the browser's settings alone, for no other way is named")


def _with_questions(draft: Draft) -> Iterator[tuple[int, str, str]]:
    """Yield every sentence with its line and the question right before it, which it answers; empty for none."""
    sentences = [(line, sentence) for line, sentence, _ in sentences_of(draft)]
    for (_, before), (line, sentence) in pairwise([(0, ""), *sentences]):
        yield line, sentence, before if before.endswith("?") else ""


def _harder(draft: Draft, line: int, how: str) -> Finding:
    what = f"Cookies are refused {how}: harder than agreeing to them {_LAW}."
    fix = "Let a button refuse where a button agrees, and a link on every page change the choice."
    return Finding(line, "refusal-harder", draft.place(line), what, fix)
