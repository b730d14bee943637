"""What the worker runs for those who need help."""

from datetime import datetime

from holdtrue.workplace.devices.queries import names_by_subject, owners_by_subject
from holdtrue.workplace.devices.rulebook.book import rulebook
from holdtrue.workplace.help.actions import Register, look


def tell_owners(at: datetime) -> int:
    """Tell owners what broke and what is mended; return how many things changed."""
    graces = {rule.id: rule.grace for rule in rulebook().rules}
    return look(Register(owners_by_subject(), names_by_subject(), graces), at=at)
