"""Defects of what a text says of consent: who needs none, what is taken for it, and what refusing costs."""

import re
from collections.abc import Iterator

from holdtrue.policy.text.drafts import Draft, Paragraph, sentences_of
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
    r"|\b(?:exempt from|not subject to) (?:your |the )?consent\b"
    r"|^(?!.*\b(?:never|not|no|nothing|none)\b).*\bwithout (?:your |asking (?:you )?for )?(?:prior )?consent\b"
    r"|\bgeen (?:voorafgaande )?toestemming (?:nodig|vereist)\b|\b(?:vereisen|vragen) geen (?:voorafgaande )?toestemming\b"
    r"|\bne (?:nécessitent?|requièrent|requiert|demandent?) (?:pas|aucun)\b[^.]{0,30}\b(?:consentement|accord)\b"
    r"|\baucun consentement n['\u2019]est (?:requis|nécessaire)\b"
    r"|\b(?:bedürfen|benötigen|erfordern|brauchen) keine\w*\b[^.]{0,20}\b(?:einwilligung|zustimmung)\b"
    r"|\bkeine (?:einwilligung|zustimmung) (?:erforderlich|nötig|notwendig)\b",
    re.IGNORECASE,
)
_BY_USING = re.compile(
    r"\bby (?:using|continuing to use|visiting|browsing)\b[^.]{0,60}\b(?:site|website)\b[^.]{0,40}"
    r"\byou (?:agree|consent|accept|may (?:also )?receive [^.]{0,40}\bcookies)"
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
    r"\b(?:analytic\w*|statistic\w*|tracking|marketing|advertis\w*|third[- ]party"
    r"|analytische|statistische|advertentie-?|reclame-?|publicitaire|analyse-?|statistik-?|werbe-?)[ -]?cookies?\b"
    r"|\bcookies? (?:analytiques?|statistiques?|publicitaires?|de (?:mesure|suivi|marketing)|marketing)\b",
    re.IGNORECASE,
)
_INTEREST = re.compile(
    r"\blegitimate interests?\b|\bgerechtvaardigd belang\b|\bintérêts? légitimes?\b|\bberechtigte[nms]* interesses?n?\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|never|no|none|nor|cannot|niet|nooit|geen|pas|jamais|aucun\w*|nicht|nie|kein\w*)\b|n't\b", re.IGNORECASE
)
_WALL = re.compile(
    r"\bif you (?:refuse|decline|reject|do not (?:accept|agree|consent)|don't (?:accept|agree|consent))\b[^.]{0,60}"
    r"\byou (?:cannot|can not|can't|will not be able to|won't be able to) (?:use|access|visit|read|enter)\b"
    r"(?![^.]{0,20}\b(?:parts?|some|all|certain|features?|functions?)\b)[^.]{0,30}\b(?:site|website|service|page)s?\b",
    re.IGNORECASE,
)
_TICKED = re.compile(
    r"\bpre-?(?:ticked|checked|selected)\b|\b(?:boxes|categories|options) are (?:already )?(?:ticked|checked|selected)\b",
    re.IGNORECASE,
)


def consent_findings(draft: Draft) -> Iterator[Finding]:
    """Yield every sentence whose rule of consent is not the law's, or not the text's own."""
    asks = [(line, draft.place(line)) for line, sentence, _ in sentences_of(draft) if _ASKS_CONSENT.search(sentence)]
    for line, sentence, paragraph in sentences_of(draft):
        for what, fix in _contradictions(sentence, _kind(sentence, draft, paragraph), _others(asks, line)):
            yield Finding(line, "consent-contradiction", draft.place(line), what, fix)


def _kind(sentence: str, draft: Draft, paragraph: Paragraph) -> str:
    """Return the cookies that need consent and that a sentence, or else its heading, speaks of; empty for none."""
    heading = draft.headings[paragraph.section - 1].title if paragraph.section else ""
    kind = _NOT_NECESSARY.search(sentence) or _NOT_NECESSARY.search(heading)
    return kind[0] if kind else ""


def _others(asks: list[tuple[int, str]], line: int) -> str:
    """Return where else the text promises to ask."""
    others = [f"{where or 'the text'} (line {at})" for at, where in asks if at != line]
    return f", and {' and '.join(others)} promise{'s' if len(others) == 1 else ''} to ask" if others else ""


def _contradictions(sentence: str, kind: str, others: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a sentence, and what to do about it."""
    law = "Article 5(3) of the ePrivacy Directive asks consent for everything that is not strictly necessary"
    if _BY_USING.search(sentence):
        what = "Using the site is taken for consent; the law wants a clear affirmative act (Article 4(11) GDPR)."
        yield what, "Ask, and set nothing before the answer is yes."
    if kind and _NEEDS_NONE.search(sentence) and not _ASKS_CONSENT.search(sentence):
        yield f"“{kind}” are said to need no consent; {law}{others}.", "Say that these cookies, too, wait for consent."
    if kind and _INTEREST.search(sentence) and not _DENIED.search(sentence):
        yield f"“{kind}” are based on a legitimate interest; {law}.", "Say that these cookies wait for consent."
    if _WALL.search(sentence):
        what = "Whoever refuses is kept out, so that a yes is not freely given (Articles 4(11) and 7(4) GDPR)."
        yield what, "Let the site be used without these cookies, and say so."
    if _TICKED.search(sentence) and not _DENIED.search(sentence):
        what = "Boxes are ticked beforehand, which is no consent (CJEU C-673/17, Planet49)."
        yield what, "Leave every box empty, and say so."
