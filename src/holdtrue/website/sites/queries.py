"""Reads about websites."""

from dataclasses import dataclass
from datetime import datetime

from holdtrue.errors import NotFound
from holdtrue.website.sites import rules
from holdtrue.website.sites.models import Site


@dataclass(frozen=True, slots=True)
class Listed:
    """A website under a policy."""

    host: str
    url: str
    name: str
    policy: str
    """The short name of the cookie policy that it is held against."""
    added_at: datetime

    @property
    def subject(self) -> str:
        """What verdicts and evidence about it are about."""
        return f"site/{self.host}"


def listed(row: Site) -> Listed:
    """Return the stored site as a value."""
    return Listed(row.host, row.url, row.name, row.policy, row.added_at)


def sites() -> tuple[Listed, ...]:
    """Return every website, by name."""
    return tuple(listed(row) for row in Site.objects.order_by("name", "host"))


def site(host: str) -> Listed:
    """Return one website; raises `NotFound`."""
    row = Site.objects.filter(host=host).first()
    if row is None:
        raise NotFound(f"No website “{host[:200]}” is on the list.", hint="Add it under Websites.")
    return listed(row)


def subject_of(url: str) -> str:
    """Return what a scan token for this address speaks for; raises `NotFound` for a site that is not on the list."""
    return site(rules.host_of(url)).subject
