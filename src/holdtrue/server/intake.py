"""What a machine's report passes through on its way in: one token, one capability or two, one answer."""

from datetime import datetime
from typing import Any

from holdtrue.accounts.queries import Purpose, token_grant


def receive_scan(body: bytes, *, secret: str, at: datetime) -> dict[str, Any]:
    """Record a scan delivered with a token for its site, judged again here; return its entry and findings."""
    from holdtrue.website.scan import actions

    grant = token_grant(secret, purpose=Purpose.SCAN, at=at)
    return actions.receive_scan(body, subject=grant.subject, by=grant.issued_by, at=at)


def receive_results(body: bytes, *, secret: str, at: datetime, device: str = "", made_at: str = "") -> dict[str, Any]:
    """Take what another program says of devices that the register knows; return what became of each."""
    from holdtrue.workplace import imports

    return imports.receive_results(body, secret=secret, at=at, device=device, made_at=made_at)


def receive_device_report(body: bytes, *, secret: str, at: datetime) -> dict[str, Any]:
    """Record a device's facts, judged here; return its entry and verdicts."""
    from holdtrue.workplace import reports

    return reports.receive(body, secret=secret, at=at)
