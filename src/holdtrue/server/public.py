"""The public door of consent: the raw intake, told of sites by the parts that know the database."""

from functools import cache

from django.conf import settings
from django.utils import timezone

from holdtrue.evidence.opened import the_log
from holdtrue.website.consent import actions, queries
from holdtrue.website.consent.intake import Doors, Intake
from holdtrue.website.consent.limits import Limit
from holdtrue.website.consent.opened import the_records, visitor_key

GPC = {"gpc": True, "lastUpdate": "2026-11-25"}
"""What `/.well-known/gpc.json` says of this server's own pages: they set nothing that a signal could refuse."""


@cache
def intake() -> Intake:
    """Return the one intake of this process; the log is open and begun when this returns."""
    log = the_log()
    if log.store.may_write():
        log.begin(at=timezone.now())
    return Intake(
        records=the_records(),
        sealer=log.sealer,
        visitor_key=visitor_key(),
        origin=lambda: log.state().origin,
        doors=Doors(
            cards=queries.cards,
            receipt=queries.proof,
            described=queries.described,
            rendering=queries.rendering,
            keep_rendering=actions.keep_rendering,
            keep_violations=actions.keep_violations,
        ),
        limit=Limit(settings.CONFIG.consent_rate),
        trusted_proxies=settings.CONFIG.trusted_proxies,
    )
