"""What one language calls what a consent banner offers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words; a star means that the word may go on."""

    accept: str
    refuse: str
    negation: str
    only: str
    necessary: str
    settings: str
    save: str
    selected: str
    withdraw: str
    everything: str
