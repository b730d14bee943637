"""Defects of what a cookie policy tells visitors of their choice, their rights, and changes."""

import re
from collections.abc import Iterator
from typing import Final

from holdtrue.policy.text.declarations import waits_for_consent
from holdtrue.policy.text.document import Document
from holdtrue.policy.text.drafts import Draft, Paragraph
from holdtrue.policy.text.findings import Finding

_CONSENT = re.compile(r"\bconsent\b|\btoestemming\b|\bconsentement\b|\beinwilligung\b", re.IGNORECASE)
_WAY_BACK = re.compile(
    r"\b(?:cookie|consent)[ -]?(?:settings|preferences|choices|instellingen|voorkeuren|einstellungen)\b"
    r"|\b(?:preference|consent|cookie) (?:centre|center|manager|panel)\b|\bparamètres des cookies\b"
    r"|\b(?:change|review|adjust|revise) (?:your|this|that|the|those) (?:choices?|minds?|decisions?|preferences?|consent)\b"
    r"|\bwithdraw (?:it|them|your consent|that consent|consent)\b[^.]{0,80}\b(?:at any time|by|via|through|here|with|under)\b"
    r"|\b(?:at any time|by clicking|via)\b[^.]{0,60}\bwithdraw\b|\buw keuze (?:wijzigen|aanpassen)\b|\bwijzig uw keuze\b"
    r"|\b(?:keuzes?|toestemming|voorkeuren)\b[^.]{0,60}\b(?:wijzigen|aanpassen|herzien|intrekken)\b"
    r"|\bcookies? (?:beheren|aanpassen)\b|\bgérer (?:les|mes|vos) cookies\b|\b(?:gestion|préférences) (?:des|de) cookies\b"
    r"|\bmodifier (?:vos|votre) (?:choix|préférences)\b|\bihre (?:wahl|auswahl|einwilligung) (?:ändern|widerrufen)\b"
    r"|\b(?:retirer|modifier|changer|revenir sur) (?:\w+ ){0,3}(?:choix|consentement|préférences|avis|décision)\b[^.]{0,80}"
    r"\b(?:à tout moment|en cliquant|par|via|sous|dans|ici)\b"
    r"|\bà tout moment\b[^.]{0,40}\b(?:retirer|modifier|changer|revenir sur)\b|\bchanger d['\u2019]avis\b"
    r"|\b(?:wahl|auswahl|einwilligung|zustimmung|entscheidung)\b[^.]{0,60}\b(?:ändern|widerrufen|anpassen|zurücknehmen)\b",
    re.IGNORECASE,
)
_AT_THE_TOP = re.compile(
    r"\b(?:changes?|amendments?|modifications?)\b[^.]{0,80}\b(?:at|on) the top of (?:this|the) (?:page|policy)\b"
    r"|\b(?:wijziging\w*|veranderingen)\b[^.]{0,80}\bbovenaan (?:op )?(?:deze|de|dit|het) (?:pagina|beleid|verklaring)"
    r"|\b(?:modifications?|changements?)\b[^.]{0,80}\ben (?:haut|tête) de (?:cette|la|ce) (?:page|politique|texte)"
    r"|\bänderung\w*\b[^.]{0,80}\b(?:oben auf|am anfang|zu beginn) (?:dieser|der) (?:seite|richtlinie)"
    r"|\btop of (?:this|the) (?:page|policy)\b[^.]{0,80}\b(?:changes?|amendments?|modifications?|new)\b",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\b(?:changes?|changed|what is new|what's new|new in|version|updated?|revised|wijzigingen|gewijzigd|bijgewerkt"
    r"|verandert|nieuw|versie|nouveauté|changé?e?s?|mise à jour|geändert|aktualisiert|modifi\w+"
    r"|version|"
    r"änderungen|neu|fassung)\b",
    re.IGNORECASE,
)
_COMPLAINT = re.compile(
    r"\bcomplain\w*\b[^.]{0,80}\bauthorit|\bklacht\w*\b[^.]{0,80}\b(?:autoriteit|toezichthouder)"
    r"|\b(?:réclamation|plainte)\w*\b[^.]{0,80}\bautorité|\b(?:beschwer\w+)\b[^.]{0,80}\b(?:aufsichts|datenschutz)?behörde",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\bdata protection (?:authority|commission\w*|ombudsman|inspectorate|board)\b|\binformation commissioner\b"
    r"|\bgegevensbeschermingsautoriteit\b"
    r"|\bautoriteit persoonsgegevens\b|\bautorité de protection des données\b|\bCNIL\b|\bCNPD\b|\bdatenschutzbehörde\b"
    r"|\bICO\b"
    r"|\bAEPD\b|\bgarante\b|\b(?:dataprotectionauthority|gegevensbeschermingsautoriteit|autoriteprotectiondonnees)\.be\b"
    r"|\bedpb\.europa\.eu\b|\bcommission nationale\b|\blandesbeauftragte\w*|\bbundesbeauftragte\w*|\bBfDI\b|\bLDI\b|\bDSB\b"
    r"|\blandesamt für datenschutz\w*|\bbay ?lda\b|\blandesdatenschutz\w*|\blandeszentrum für datenschutz\b"
    r"|\bbeauftragte\w* für (?:den )?datenschutz"
    r"|\bdatatilsynet\b|\bIMY\b|\bUODO\b|\bEDÖB\b|\bPFPDT\b|\b(?-i:DPC|AP|GBA|APD)\b|\bdatenschutzkommission\b"
    r"|\bdatenschutzstelle\b",
    re.IGNORECASE,
)
_SPEAKS: Final = re.compile(r"\b(?:rights?|recht(?:en|e)?|droits?)\b", re.IGNORECASE)
_RIGHTS: Final = tuple(
    (name, re.compile(words, re.IGNORECASE))
    for name, words in (
        ("access", r"\baccess|\bin(?:zage|zien|kijk)|\bacc[eéè][sd]|\bauskunft|\bcopy of|\bkopie"),
        ("rectification", r"\brectif|\bcorrect|\bcorrig|\bamend|\bverbeter|\bberichtig|\baanpass"),
        (
            "erasure",
            r"\beras|\bdelet|\bforgotten|wissing|\bwissen|\bverwijder|\bvergeten|effac|\bsuppr|\boubli|\blösch|vergessen",
        ),
        ("restriction", r"\brestrict|\blimit|\bbeperk|\beinschränk"),
        ("portability", r"portab|machine-readable|overdraag|\boverdra(?:cht|gen)|übertrag|maschinenlesbar|\btransfer"),
        ("objection", r"\bobject|\bbezwaar|\bverzet|oppos|widerspr"),
    )
)
_ALL_OF_THEM: Final = re.compile(
    r"\b(?:articles?|artikel(?:en)?|art\.)\s*(?:12|13|15)\s*(?:to|through|tot(?: en met)?|t/m|à|au|bis|[-\u2013])\s*2[12]\b",
    re.IGNORECASE,
)
_SOME_OF_THEM: Final = re.compile(
    r"\b(?:such as|including|among (?:others|them)|for example|e\.g\.|zoals|onder (?:meer|andere)|bijvoorbeeld|waaronder"
    r"|notamment|entre autres"
    r"|tels? que|par exemple|unter anderem|u\. ?a\.|insbesondere|beispielsweise|z\. ?b\.|wie etwa)(?!\w)",
    re.IGNORECASE,
)
_COMPLAINS: Final = re.compile(
    r"\bcomplain|\bklacht|\bréclamation|\bplainte|beschwer|\bautorit(?:y|ies|eit|és?)\b|\baufsichts\w*behörde", re.IGNORECASE
)
_LINK: Final = re.compile(r"\]\(|https?://|\bwww\.")
_FEWEST_RIGHTS: Final = 2
WITHDRAWAL: Final = "site.withdrawal"
"""The commitment by which scans press the control that takes consent back."""
_TOP: Final = 8
"""Lines that count as the top of the page."""
_LONGEST: Final = 2_000


def rights_findings(draft: Draft, document: Document | None) -> Iterator[Finding]:
    """Yield what a cookie policy owes its readers and leaves out; nothing for a text that declares no cookie.

    `document` is the same text where it is in our format: its head says what changed, and its page shows that at the top.
    """
    if not draft.rows:
        return
    if document is None or not _keeps_withdrawal(document):
        yield from _way_back(draft)
    if document is None:
        yield from _change_note(draft)
    yield from _authority(draft)
    yield from _list_of_rights(draft)


def _keeps_withdrawal(document: Document) -> bool:
    return any(kept.id == WITHDRAWAL for clause in document.clauses for kept in clause.commitments)


def _first(draft: Draft, pattern: re.Pattern[str]) -> int:
    """Return the first line in which the pattern stands; 0 for none."""
    return next((number for number, line in enumerate(draft.lines, 1) if pattern.search(line[:_LONGEST])), 0)


def _way_back(draft: Draft) -> Iterator[Finding]:
    waiting = (row.line for row in draft.rows if waits_for_consent(row))
    asked = _first(draft, _CONSENT) or next(waiting, 0)
    if asked and not _first(draft, _WAY_BACK):
        # The section on consent is where a reader looks for it.
        heading = next((one for one in draft.headings if _CONSENT.search(one.title)), None)
        line = heading.line if heading else asked
        what = "Consent is asked, and nothing says how to change or withdraw it later (Article 7(3) GDPR)."
        fix = "Say where a visitor changes a choice, such as “Cookie settings” at the foot of every page."
        yield Finding(line, "no-way-back", draft.place(line), what, fix)


def _change_note(draft: Draft) -> Iterator[Finding]:
    promised = _first(draft, _AT_THE_TOP)
    if promised > _TOP and not any(_NOTE.search(line) for line in draft.lines[:_TOP]):
        what = "Changes are said to be explained at the top of the page, and nothing about changes or versions stands there."
        yield Finding(promised, "no-change-note", draft.place(promised), what, "Put version, date and what is new at the top.")


def _authority(draft: Draft) -> Iterator[Finding]:
    line = _first(draft, _COMPLAINT)
    if line and not _first(draft, _NAMED):
        what = "A complaint to a supervisory authority is mentioned, and no authority is named (Article 13(2)(d) GDPR)."
        fix = "Name the authority of your country and link to it."
        yield Finding(line, "authority-unnamed", draft.place(line), what, fix)


def _list_of_rights(draft: Draft) -> Iterator[Finding]:
    """Yield a list of rights that leaves some of them out; a text that sends its readers elsewhere for them may."""
    sections: dict[int, list[Paragraph]] = {}
    for paragraph in draft.paragraphs:
        sections.setdefault(paragraph.section, []).append(paragraph)
    listed = [(number, "\n".join(one.text for one in paragraphs)) for number, paragraphs in sections.items()]
    titles = ["", *(heading.title for heading in draft.headings)]
    told = [
        (number, text)
        for number, text in listed
        if _SPEAKS.search(f"{titles[number]}\n{text}") and len(_named(text)) >= _FEWEST_RIGHTS
    ]
    whole = "\n".join(text for _, text in told)
    missing = [name for name, _ in _RIGHTS if name not in _named(whole)]
    if not _COMPLAINS.search(draft.text):
        missing.append("complaint to an authority")
    is_elsewhere = _ALL_OF_THEM.search(whole) or (_SOME_OF_THEM.search(whole) and _LINK.search(whole))
    if not told or not missing or is_elsewhere:
        return
    line = max(sections[told[0][0]], key=lambda one: len(_named(one.text))).line
    absent = f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
    what = f"Rights are listed here, and not all of them: {absent} (Article 13(2) GDPR)."
    yield Finding(line, "rights-incomplete", draft.place(line), what, "Name them too.")


def _named(text: str) -> set[str]:
    return {name for name, words in _RIGHTS if words.search(text)}
