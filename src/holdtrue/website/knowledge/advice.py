"""What can be said of an item that no policy declares: what is known, what is guessed, and whether the two agree."""

from dataclasses import dataclass

from holdtrue.policy.text.declarations import Category, Party
from holdtrue.said import Said, listed, said
from holdtrue.website.knowledge.classifier import Suggestion, suggest
from holdtrue.website.knowledge.library import Knowledge, shipped

LEAST_SURE = 0.5
"""How sure a guess must be to be told: below that it is wrong more often than right."""


@dataclass(frozen=True, slots=True)
class Advice:
    """A suggestion beside what the look-up says; a person decides."""

    category: Category
    """What the classifier suggests."""
    confidence: float
    """How often such a suggestion is right, from 0 to 1."""
    why: tuple[str, ...]
    known: Category | None
    """What knowledge says; None when it does not know the item."""
    service: str
    """Whose item it is by that knowledge; empty when nobody knows."""
    disagrees: bool
    """Whether knowledge and classifier name different categories."""

    @property
    def percent(self) -> int:
        """The confidence in hundredths."""
        return round(self.confidence * 100)

    @property
    def is_sure(self) -> bool:
        """Whether the guess is right more often than not."""
        return self.confidence >= LEAST_SURE

    @property
    def words(self) -> Said:
        """The advice in one line; it says of itself that it is a suggestion."""
        if self.known is not None and not self.is_sure:
            return said("Known as %(category)s (%(service)s).", category=said(self.known.value), service=self.service)
        guess = said("Suggestion: %(category)s, %(percent)s%% sure", category=said(self.category.value), percent=self.percent)
        if self.why:
            guess = said("%(guess)s, going by %(grounds)s", guess=guess, grounds=listed(self.why, "; "))
        if self.known is None:
            return said("%(guess)s. Nothing is known of it.", guess=guess)
        if not self.disagrees:
            return said("%(guess)s; and known as the same (%(service)s).", guess=guess, service=self.service)
        return said(
            "%(guess)s; but it is known as %(category)s (%(service)s). The two disagree: look.",
            guess=guess,
            category=said(self.known.value),
            service=self.service,
        )


def advise(  # noqa: PLR0913 - what a scan saw of an item
    name: str,
    *,
    domain: str,
    party: Party,
    kind: str,
    retention: float | None,
    via: str = "",
    http_only: bool | None = None,
    secure: bool | None = None,
    same_site: str = "",
    value_shape: str = "",
    knowledge: Knowledge | None = None,
) -> Advice:
    """Return what is known of an item, by the package where no knowledge is given, and what is suggested.

    `retention` and `value_shape` as in `suggest`.
    """
    known = (knowledge or shipped()).lookup(name, domain=domain, kind=kind)
    guessed = suggest(
        name,
        domain=domain,
        party=party,
        retention=retention,
        via=via,
        http_only=http_only,
        secure=secure,
        same_site=same_site,
        value_shape=value_shape,
    )
    return advice_of(guessed, known.category if known else None, service=known.service.name if known else "")


def advice_of(guessed: Suggestion, known: Category | None, *, service: str) -> Advice:
    """Return guess and knowledge side by side."""
    return Advice(
        category=guessed.category,
        confidence=round(guessed.confidence, 2),
        why=guessed.why,
        known=known,
        service=service,
        disagrees=known is not None and known is not guessed.category,
    )
