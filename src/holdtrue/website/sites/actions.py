"""The only writer of websites."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from holdtrue.errors import Conflict, Invalid
from holdtrue.evidence.actions import record
from holdtrue.evidence.kinds import Kind
from holdtrue.policy.standing.actions import expect
from holdtrue.policy.standing.commitments import COMMITMENTS, SubjectKind
from holdtrue.website.sites import rules
from holdtrue.website.sites.models import Site
from holdtrue.website.sites.queries import Listed, listed


def add_site(url: str, *, name: str, policy: str, by: UUID, at: datetime) -> Listed:
    """Put a website under a policy and return it; its promises stand as unproven until a scan.

    Raises `Invalid` for no address and `Conflict` when the site is on the list already.
    """
    host = rules.host_of(url)
    if not name.strip() or not policy.strip():
        raise Invalid("A website needs a name and a cookie policy.", hint="Fill in both.")
    try:
        with transaction.atomic():
            row = Site.objects.create(
                host=host, url=url.strip()[:500], name=name.strip()[:200], policy=policy.strip(), added_at=at
            )
            record(
                Kind.SITE_ADDED,
                about=f"site/{host}",
                at=at,
                by=by,
                core={"url": row.url, "policy": row.policy, "name": row.name},
            )
            expect(f"site/{host}", [one.id for one in COMMITMENTS.values() if one.on is SubjectKind.SITE], at=at)
    except IntegrityError as error:
        raise Conflict(f"{host} is on the list already.", hint="Open it from the list of websites.") from error
    return listed(row)
