"""What the worker does for consent."""

from datetime import datetime

from holdtrue.website.consent import actions, expiry


def publish_notices(at: datetime) -> int:
    """Publish notices that follow a new policy version, and return how many."""
    return actions.publish_due(at=at)


def sort_new_records(_: datetime) -> int:
    """Make new records findable by visitor, and return how many."""
    return actions.sort_new_records()


def expire_due(at: datetime) -> int:
    """Keep which agreements ended with their time, and return how many records were looked at."""
    return expiry.expire_due(at=at)


def erase_what_is_due(at: datetime) -> int:
    """Erase records that have passed their site's retention, and return how many."""
    return actions.erase_what_is_due(at=at)
