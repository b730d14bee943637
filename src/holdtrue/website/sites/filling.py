"""What general knowledge can add to a declared row that lacks it: pure, and never a change of what somebody said."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from holdtrue.policy.text.rules import Party
from holdtrue.said import LANGUAGES
from holdtrue.website.knowledge.known import Sureness
from holdtrue.website.knowledge.library import Knowledge
from holdtrue.website.knowledge.proposals import Proposal, Reason, Seen, proposed
from holdtrue.website.sites.inventory import Facts, Line, Status


@dataclass(frozen=True, slots=True)
class Filling:
    """What would be written into one row."""

    line: Line
    """The row as it stands."""
    purposes: Mapping[str, str]
    """The sentences that it lacks, by language."""
    provider: str
    """The company that it does not name; empty where it names one, or nobody else is told."""
    service: str
    """Whose the item is known to be."""
    is_sure: bool
    is_imported: bool

    @property
    def facts(self) -> Facts:
        """What the row would say then."""
        said = self.line.facts
        return replace(said, provider=said.provider or self.provider, purposes={**said.purposes, **self.purposes})


def filling_of(line: Line, knowledge: Knowledge) -> Filling | None:
    """Return what is known of a declared item and its row does not say; None where nothing is.

    Only a name that tells whose it is counts, and no row that names another provider. A retention is always said.
    """
    if line.status is not Status.DECLARED:
        return None
    facts = line.facts
    is_third = facts.party is Party.THIRD
    row = proposed(Seen(name=line.name.pattern, domain=line.name.domain, is_third_party=is_third), knowledge)
    if not _is_told_by_name(row) or not _is_whose(row, facts.provider):
        return None
    lacking = [one for one in LANGUAGES if row.purpose and one in row.purpose.languages and not facts.purposes.get(one)]
    provider = "" if facts.provider else row.provider
    if row.service is None or row.purpose is None or not (lacking or provider):
        return None
    purposes: dict[str, str] = {language: row.purpose.text(language) for language in lacking}
    return Filling(line, purposes, provider, row.service.name, row.sureness is Sureness.SURE, row.is_imported)


def _is_told_by_name(row: Proposal) -> bool:
    return row.reason is Reason.NAME and row.sureness in {Sureness.SURE, Sureness.LIKELY}


def _is_whose(row: Proposal, provider: str) -> bool:
    """Whether the provider that a row names can be the one that is known; software of the site's own may bear any name."""
    return not provider or row.is_own or (row.service is not None and row.service.is_named_in(provider))
