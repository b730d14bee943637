"""What the worker runs for letters."""

from datetime import datetime

from holdtrue.letters.actions import forget_words, send_due


def send_letters(at: datetime) -> bool:
    """Send one letter if one is due; return whether there was one."""
    return send_due(at=at)


def forget_old_words(at: datetime) -> int:
    """Let go of the words of old letters; return of how many."""
    return forget_words(at=at)
