"""Words and names that are misspelt, or spelt in two ways: only what can be told with certainty."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from holdtrue.policy.text.declarations import Column
from holdtrue.policy.text.document import Document
from holdtrue.policy.text.drafts import Draft
from holdtrue.policy.text.findings import Finding
from holdtrue.policy.text.spelling import is_one_slip_away, is_slip, language_of, meant_by, words_in

_QUOTED = re.compile(r"`[^`]*`|\]\([^)]{0,2000}\)")
_ADDRESS = re.compile(r"_|@|://|^\W*www\.|\w\.\w")
"""What makes a run of signs the name of a cookie, an address or a file: its letters are nobody's slip."""
_HOST = re.compile(r"(?<=@)[\w-]+(?:\.[\w-]+)+|\b(?:www\.)[\w-]+(?:\.[\w-]+)+|(?<=://)[\w-]+(?:\.[\w-]+)+")
_FORM: Final = (
    r"(?:Ltd|Limited|LLC|Inc|PLC|plc|LLP|GmbH|AG|KG|UG|OHG|SE|e\. ?K|e\. ?V|B\.?V|N\.?V|SRL|BVBA|VZW|ASBL|SPRL|SA|SAS|SARL"
    r"|S\.A"
    r"|CV|VOF|vzw|asbl|bv|nv|Stichting|eG)\b"
)
_JOINS: Final = r"(?:&|en|et|und|and|de|du|des|la|les|van|von|der|den)"
_OWN = re.compile(rf"(?P<name>(?:[A-Z\u00c0-\u00de][\w'\u2019-]*(?:[ \u00a0]+{_JOINS})*[ \u00a0]+){{1,5}}){_FORM}")
_ENDINGS: Final = ("s", "'s", "e", "en", "er", "n", "es")
_SHORTEST: Final = 6


def name_findings(draft: Draft, document: Document | None) -> Iterator[Finding]:
    """Yield slips in words of the field, and names that the text itself spells otherwise elsewhere."""
    yield from _words(draft)
    yield from _organisation(draft, document.organisation if document else "")
    yield from _providers(draft)
    yield from _hosts(draft)


def _prose_of(text: str) -> str:
    return re.sub(r"\S+", lambda run: "\u2026" if _ADDRESS.search(run[0]) else run[0], _QUOTED.sub("\u2026", text))


def _words(draft: Draft) -> Iterator[Finding]:
    language = language_of(draft.text)
    # A company may be called by what would be a slip elsewhere; then its address says so too.
    hosts = " ".join(found[0].casefold() for found in _HOST.finditer(draft.text))
    for line, text in enumerate(draft.lines, 1):
        told: set[str] = set()
        for found in words_in(_prose_of(text)):
            word, right = found[0], meant_by(found[0], language)
            if not right or word in told or word.casefold() in hosts:
                continue
            told.add(word)
            written = right.capitalize() if word[0].isupper() and right[0].islower() else right
            what = f"\u201c{word}\u201d is misspelt: \u201c{written}\u201d is meant."
            yield Finding(line, "misspelt-word", draft.place(line), what, f"Write {written}.")


def _organisation(draft: Draft, organisation: str) -> Iterator[Finding]:
    """Yield places where the organisation's own name is written otherwise than in its full name."""
    rows = {row.line for row in draft.rows}
    prose = "\n".join(text for line, text in enumerate(draft.lines, 1) if line not in rows)
    own = re.sub(rf"\s+{_FORM}.*", "", organisation) or next(
        (" ".join(found["name"].split()) for found in _OWN.finditer(prose)), ""
    )
    parts = [word[0] for word in words_in(own)]
    if len("".join(parts)) < _SHORTEST:
        return
    runs = [parts[at:end] for at in range(len(parts)) for end in range(at + 2, len(parts) + 1)]
    for line, text in enumerate(draft.lines, 1):
        prose = _prose_of(text)
        for run in runs:
            if (found := _in_one(run).search(prose)) and _is_of(run, own):
                yield _two_ways(draft, line, found[0], " ".join(run))
                break
        for word in dict.fromkeys(one[0] for one in words_in(prose) if one[0][0].isupper()):
            other = next((part for part in parts if _is_other_spelling(word, part)), "")
            if other and word not in parts:
                yield _two_ways(draft, line, word, other)


def _in_one(run: list[str]) -> re.Pattern[str]:
    """Return what finds words of a name that are written as one."""
    written = "".join(run)
    return re.compile(
        rf"(?<![\w@.-]){re.escape(written)}(?![\w@]|\.\w|-\w)" if len(written) >= _SHORTEST else r"(?!)", re.IGNORECASE
    )


def _is_of(run: list[str], own: str) -> bool:
    """Whether the words stand apart in the name itself: those of `Jean-Marie` do not."""
    return " ".join(run) in own


def _is_other_spelling(word: str, part: str) -> bool:
    """Whether a capitalised word is a name's part with one slip in it, and no inflection of it."""
    small, right = word.casefold(), part.casefold()
    if len(right) < _SHORTEST or any(small == right + end or right == small + end for end in _ENDINGS):
        return False
    return is_slip(small, right)


def _two_ways(draft: Draft, line: int, here: str, there: str) -> Finding:
    what = f"The name is spelt \u201c{here}\u201d here and \u201c{there}\u201d elsewhere."
    return Finding(line, "name-two-ways", draft.place(line), what, "Spell it in one way.")


def _providers(draft: Draft) -> Iterator[Finding]:
    """Yield providers whose name another row spells with one letter more, less or other, or with other capitals."""
    seen: dict[str, int] = {}
    language = language_of(draft.text)
    for row in draft.rows:
        name = row.cell(Column.PROVIDER).strip("`*_ ")
        is_told = any(meant_by(word[0], language) for word in words_in(name))
        if len(name) < _SHORTEST or name in seen or is_told:
            continue
        other = next((one for one in seen if _is_same_company(name, one)), "")
        seen[name] = row.line
        if other:
            what = f"The provider is spelt \u201c{name}\u201d here and \u201c{other}\u201d in line {seen[other]}."
            yield Finding(row.line, "name-two-ways", draft.place(row.line), what, "Spell it in one way.")


def _is_same_company(name: str, other: str) -> bool:
    small, known = name.casefold(), other.casefold()
    if re.sub(r"[\W_]", "", small) == re.sub(r"[\W_]", "", known):
        return True
    differ = {*small} ^ {*known}
    return is_one_slip_away(small, known) and not any(one.isdigit() for one in differ)


def _hosts(draft: Draft) -> Iterator[Finding]:
    """Yield addresses whose host is a slip away from one that stands more often."""
    places = [
        (line, found[0].casefold().removeprefix("www."))
        for line, text in enumerate(draft.lines, 1)
        for found in _HOST.finditer(text)
    ]
    counts = Counter(host for _, host in places)
    for line, host in places:
        other = next((one for one in counts if len(one) > _SHORTEST and _is_rarer(host, one, counts)), "")
        if other:
            what = f"The address goes to \u201c{host}\u201d here, and to \u201c{other}\u201d elsewhere."
            yield Finding(line, "name-two-ways", draft.place(line), what, "Write the address that is meant.")


def _is_rarer(host: str, other: str, counts: Counter[str]) -> bool:
    is_alike = host.count(".") == other.count(".") and host.rpartition(".")[2] == other.rpartition(".")[2]
    digits = {*host} ^ {*other}
    return is_alike and counts[host] < counts[other] and is_one_slip_away(host, other) and not any(d.isdigit() for d in digits)
