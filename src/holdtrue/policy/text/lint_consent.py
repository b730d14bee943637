"""Defects of what a text says of consent: who needs none, what is taken for it, and what refusing costs."""

import re
from collections.abc import Iterator
from typing import Final

from holdtrue.policy.text.drafts import DENIED, Draft, sentences_of
from holdtrue.policy.text.findings import Finding

_ASKS_CONSENT = re.compile(
    r"(?:not strictly necessary|before (?:any )?cookies are (?:placed|set)|unless these cookies are strictly necessary)"
    r"[^.]*\b(?:consent|allow|agree)|(?:consent|ask you)[^.]*\b(?:not strictly necessary|non-essential)",
    re.IGNORECASE,
)
_NEEDS_NONE = re.compile(
    # "You do not need to allow these" alone may only say that they are optional; with a reason it denies the duty to ask.
    r"\b(?:do not|don't|need not) (?:need|have) to (?:allow|consent|agree|accept)\b(?=[^.]*\b(?:us to|because|since)\b)"
    r"|\b(?:do|does) not (?:need|require) (?:your |any |prior )*(?:consent|permission|agreement)\b"
    r"|\b(?:do|does)n't (?:need|require) (?:your |any |prior )*(?:consent|permission|agreement)\b"
    r"|\bno (?:prior )?(?:consent|permission|agreement) is (?:needed|required|necessary)\b"
    r"|\b(?:needs?|requires?) no (?:prior )?(?:consent|permission|agreement)\b"
    r"|\b(?:exempt from|not subject to) (?:your |the )?consent\b"
    r"|^(?!.*\b(?:never|not|no|nothing|none|geen|niet|nooit|niets|aucun\w*|pas|jamais|rien|kein\w*|nicht|nie|nichts)\b).*"
    r"\b(?:without (?:your |asking (?:you )?for )?(?:prior )?consent|zonder (?:uw )?(?:voorafgaande )?toestemming"
    r"|sans (?:votre )?(?:consentement|accord)|ohne (?:ihre )?(?:vorherige )?(?:einwilligung|zustimmung))\b"
    r"|\bgeen (?:voorafgaande )?toestemming (?:nodig|vereist)\b|\b(?:vereisen|vragen) geen (?:voorafgaande )?toestemming\b"
    r"|\bne (?:nécessitent?|requièrent|requiert|demandent?) (?:pas|aucun)\b[^.]{0,30}\b(?:consentement|accord)\b"
    r"|\baucun consentement n['\u2019]est (?:requis|nécessaire)\b"
    r"|\b(?:bedürfen|benötigen|erfordern|brauchen) keine\w*\b[^.]{0,20}\b(?:einwilligung|zustimmung)\b"
    r"|\bkeine (?:einwilligung|zustimmung) (?:erforderlich|nötig|notwendig)\b"
    r"|\bconsent is not (?:needed|required|necessary)\b"
    r"|\btoestemming\b[^.]{0,60}\b(?:hoe(?:ft|ven) (?:u )?niet|niet (?:nodig|vereist))\b"
    r"|\b(?:consentement|accord) n['\u2019]est pas (?:requis|nécessaire|obligatoire)\b"
    r"|\b(?:einwilligung|zustimmung) (?:ist )?(?:(?:dafür|hierfür|hier) )?nicht (?:erforderlich|nötig|notwendig)\b"
    r"|\b(?:einwilligung|zustimmung) (?:brauchen|benötigen|bedarf|bedürfen|ist)\b[^.]{0,60}\bnicht(?: (?:erforderlich|nötig"
    r"|notwendig))?(?=[.,;]|$)",
    re.IGNORECASE,
)
_BY_USING = re.compile(
    r"\bby (?:using|continuing to use|visiting|browsing)\b[^.]{0,60}\b(?:site|website)\b[^.]{0,40}"
    r"\byou (?:agree|consent|accept|may (?:also )?receive [^.]{0,40}\bcookies)"
    r"|\b(?:when|if|as|once) you (?:continue|keep|go on) (?:to )?(?:brows|us|surf|scroll|visit|navigat)\w*\b[^.]{0,60}"
    r"\b(?:agreement|consent|acceptance|agree|accept)\b"
    r"|\b(?:consent|agree(?:ment)?|accept(?:ance)?)\b[^.]{0,60}\b(?:by|when|if) (?:you )?continu\w+ (?:to )?(?:brows|us"
    r"|surf|scroll|visit)\w*"
    r"|\b(?:verder (?:te )?(?:surf\w*|gebruik\w*)|verdersurfen|blijft (?:surfen|gebruiken))\b[^.]{0,60}\b(?:toestemming"
    r"|akkoord|aanvaard\w*)\b"
    r"|\b(?:poursui\w+|continu\w+) (?:votre |la |sa |à )?(?:navigation|visite|naviguer)\b[^.]{0,60}\b(?:vaut|vaudra"
    r"|consentement|accord|acceptez)\b"
    r"|\bweiter(?:surfen|nutz\w+|e nutzung)\b[^.]{0,60}\b(?:gilt als|zustimmung|einwilligung|einverstanden)\b"
    r"|\b(?:scrolling|continuing to (?:browse|scroll|surf)|closing (?:this|the) (?:banner|notice))\b[^.]{0,60}"
    r"\byou (?:agree|consent|accept)\b"
    r"|\bdoor\b[^.]{0,60}\b(?:gebruiken|bezoeken|surfen|gebruik te maken)\b[^.]{0,60}"
    r"\b(?:aanvaardt|accepteert|akkoord|stemt|toestemming)\b"
    r"|\ben (?:continuant|poursuivant|utilisant|naviguant|visitant)\b[^.]{0,80}\bvous (?:acceptez|consentez)\b"
    r"|\bdurch\b[^.]{0,40}\b(?:nutzung|besuch|weitersurfen|nutzen|verwendung)\b[^.]{0,80}"
    r"\b(?:stimmen|erklären|akzeptieren|willigen) sie\b",
    re.IGNORECASE,
)
_NOT_NECESSARY = re.compile(
    r"\b(?:analytic\w*|statistic\w*|tracking|marketing|advertis\w*|third[- ]party|performance|targeting|social media"
    r"|measur\w+|retargeting|analytische|statistische|statistiek-?|prestatie-?|volg-?|meet-?|advertentie-?|reclame-?"
    r"|publicitaire"
    r"|analyse-?|statistik-?|werbe-?|leistungs-?|mess-?)[ -]?cookies?\b"
    r"|\b(?:cookies?|traceurs) (?:analytiques?|statistiques?|publicitaires?"
    r"|de (?:mesure|suivi|marketing|statistiques?|performance|ciblage|traçage)"
    r"|d['\u2019]analyse|marketing)\b",
    re.IGNORECASE,
)
_NECESSARY = re.compile(
    r"(?<!not )(?<!not strictly )(?<!non[- ])\b(?:necessary|essential|functional)[ -](?:cookies?|category|box|ones)\b"
    r"|\b(?:noodzakelijke|functionele)[ -]cookies?\b|\bcookies? (?:strictement )?(?:nécessaires|essentiels|fonctionnels)\b"
    r"|\b(?:notwendige|erforderliche|funktionale|essenzielle)[nr]? cookies?\b",
    re.IGNORECASE,
)
_INTEREST = re.compile(
    r"\blegitimate interests?\b|\bgerechtvaardigd belang\b|\bintérêts? légitimes?\b|\bberechtigte[nms]* interesses?n?\b",
    re.IGNORECASE,
)
_WALL = re.compile(
    r"\bif you (?:refuse|decline|reject|do not (?:accept|agree|consent)|don't (?:accept|agree|consent))\b[^.]{0,60}"
    r"\byou (?:cannot|can not|can't|will not be able to|won't be able to) (?:use|access|visit|read|enter) "
    r"(?:(?:any of )?(?:the|our|this|these|its) )?(?:site|website|service|page)s?\b(?!['\u2019])"
    r"|\b(?:site|website|shop|page)\b[^.]{0,30}\b(?:only (?:be )?(?:used|accessed|visited|available|open)"
    r"|(?:used|accessed|visited|available|open) only) (?:if|when|once|after|to (?:those|visitors) who) (?:you )?(?:accept"
    r"|agree|consent)"
    r"|\b(?:als|indien|wanneer) u\b[^.]{0,60}\b(?:weigert|niet (?:aanvaardt|accepteert|akkoord"
    r"|instemt))\b[^.]{0,40}\b(?:kunt|kan) u "
    r"(?:(?:de|onze|deze) )?(?:web)?(?:site|winkel|pagina)\w* (?:dan )?niet (?:meer |langer )?(?:gebruiken|bezoeken"
    r"|bekijken|betreden)"
    r"|\b(?:web)?site\b[^.]{0,30}\balleen\b[^.]{0,30}\b(?:als|indien) u\b[^.]{0,40}\b(?:aanvaardt|accepteert|akkoord|instemt)"
    r"|\bsi vous (?:refusez|n['\u2019]acceptez pas|ne (?:consentez|les acceptez) pas)\b[^.]{0,60}\bvous ne (?:pourrez"
    r"|pouvez) (?:pas|plus|ni) "
    r"(?:accéder|utiliser|consulter|visiter|naviguer) (?:(?:à |sur )?(?:notre|le|ce)|au) (?:site|service)"
    r"|\bsite\b[^.]{0,30}\b(?:que|uniquement|seulement) si vous (?:les )?(?:acceptez|consentez)"
    r"|\bwenn sie\b[^.]{0,60}\b(?:ablehnen|nicht (?:zustimmen|akzeptieren|einwilligen))\b[^.]{0,40}\bkönnen sie "
    r"(?:unsere|die|diese|unseren) (?:web)?(?:site|seite|shop)\w* nicht (?:mehr |weiter )?(?:nutzen|besuchen|verwenden"
    r"|aufrufen)"
    r"|\b(?:web)?(?:site|seite)\b[^.]{0,30}\bnur\b[^.]{0,30}\bwenn sie\b[^.]{0,40}\b(?:akzeptieren|zustimmen|einwilligen)",
    re.IGNORECASE,
)
_TICKED = re.compile(
    r"(?<!without )(?<!without any )\bpre-?(?:ticked|checked|selected)\b"
    r"|\b(?:boxes|categories|options) are (?:already )?(?:ticked|checked|selected)\b"
    r"|\b(?:enabled|activated|switched on|turned on|active|on) by default\b"
    r"|\b(?:standaard|vooraf|al) (?:aangevinkt|aangeduid|ingeschakeld|geselecteerd)\b"
    r"|\bpré-?cochée?s?\b|\b(?:cochée?s?|activée?s?|sélectionnée?s?) par défaut\b"
    r"|\b(?:vorausgewählt|vorangekreuzt|voreingestellt|vorausgefüllt|standardmäßig (?:aktiviert|ausgewählt|angekreuzt))\b",
    re.IGNORECASE,
)


_EXEMPTED = re.compile(r"\bCNIL\b|\b11\.7a\b|\btelecommunicatiewet\b|\barticle 82\b", re.IGNORECASE)
"""What a supervisor or a law of one country exempts; French and Dutch law let some measuring of audiences go unasked."""
_NEITHER = re.compile(r"\b(?:neither|weder|noch|ni|niet|no)\b", re.IGNORECASE)
"""A no that stands before all that it is about, however many words that is."""
_CLOSE: Final = 20
"""Letters around a phrase in which a no is about it."""


def consent_findings(draft: Draft) -> Iterator[Finding]:
    """Yield every sentence whose rule of consent is not the law's, or not the text's own."""
    asks = [(line, draft.place(line)) for line, sentence, _ in sentences_of(draft) if _ASKS_CONSENT.search(sentence)]
    for line, sentence, paragraph in sentences_of(draft):
        heading = draft.headings[paragraph.section - 1].title if paragraph.section else ""
        for what, fix in _contradictions(sentence, heading, _others(asks, line)):
            yield Finding(line, "consent-contradiction", draft.place(line), what, fix)


def _kind(sentence: str, said: re.Match[str] | None, heading: str) -> str:
    """Return the cookies that need consent and of which a sentence, or else its heading, says something; empty for none."""
    if said is None:
        return ""
    named = _named(sentence, said) or _NOT_NECESSARY.search(heading)
    return named[0] if named and named.re is _NOT_NECESSARY else ""


def _named(sentence: str, said: re.Match[str]) -> re.Match[str] | None:
    """Return the cookies of which something is said: those named last before it, or else first behind it."""
    named = [*_NECESSARY.finditer(sentence), *_NOT_NECESSARY.finditer(sentence)]
    return min(named, key=lambda one: (one.start() > said.end(), abs(said.end() - one.start())), default=None)


def _is_denied(sentence: str, said: re.Match[str]) -> bool:
    """Whether a no stands in what is said, or close to it."""
    return DENIED.search(sentence[max(0, said.start() - _CLOSE) : said.end() + _CLOSE]) is not None


def _others(asks: list[tuple[int, str]], line: int) -> str:
    """Return where else the text promises to ask."""
    others = [f"{where or 'the text'} (line {at})" for at, where in asks if at != line]
    return f", and {' and '.join(others)} promise{'s' if len(others) == 1 else ''} to ask" if others else ""


def _contradictions(sentence: str, heading: str, others: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a sentence, and what to do about it."""
    law = "Article 5(3) of the ePrivacy Directive asks consent for everything that is not strictly necessary"
    using = _BY_USING.search(sentence)
    if using and not _is_denied(sentence, using) and not _NEITHER.search(sentence, 0, using.start()):
        what = "Using the site is taken for consent; the law wants a clear affirmative act (Article 4(11) GDPR)."
        yield what, "Ask, and set nothing before the answer is yes."
    kind = _kind(sentence, _NEEDS_NONE.search(sentence), heading)
    if kind and not _ASKS_CONSENT.search(sentence) and not _EXEMPTED.search(sentence):
        yield f"“{kind}” are said to need no consent; {law}{others}.", "Say that these cookies, too, wait for consent."
    kind = _kind(sentence, _INTEREST.search(sentence), heading)
    if kind and not DENIED.search(sentence):
        yield f"“{kind}” are based on a legitimate interest; {law}.", "Say that these cookies wait for consent."
    if _WALL.search(sentence):
        what = "Whoever refuses is kept out, so that a yes is not freely given (Articles 4(11) and 7(4) GDPR)."
        yield what, "Let the site be used without these cookies, and say so."
    ticked = _TICKED.search(sentence)
    if ticked and not _NECESSARY.search(sentence, 0, ticked.end()) and not DENIED.search(sentence):
        what = "Boxes are ticked beforehand, which is no consent (CJEU C-673/17, Planet49)."
        yield what, "Leave every box empty, and say so."
