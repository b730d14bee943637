"""How much one network may send, without storing whose address it is."""

import secrets
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from typing import Final

MINUTE: Final = 60.0
HOUR: Final = 3_600.0
MOST_NETWORKS: Final = 100_000
"""Networks that are counted one by one; with more, the rest share one count."""
_REST: Final = b""


class Limit:
    """Counts by network prefix (/24 of IPv4, /48 of IPv6) in memory, under a salt that is forgotten within the hour."""

    def __init__(self, a_minute: int) -> None:
        """Allow so many decisions a minute and network; 0 allows any number."""
        self._most = a_minute
        self._counts: dict[bytes, int] = {}
        self._until = self._salted_until = 0.0
        self._naming = blake2b(digest_size=8)

    def twin(self) -> "Limit":
        """Return another count under the same limit, so that one sort of request does not use up another's share."""
        return Limit(self._most)

    def allows(self, address: str, now: float) -> bool:
        """Count one and say whether it may pass; `now` is a monotonic clock in seconds."""
        if not self._most:
            return True
        if now >= self._until:
            self._counts.clear()
            self._until = now + MINUTE
            if now >= self._salted_until:
                # Keyed once and copied for each: half the work.
                self._naming = blake2b(key=secrets.token_bytes(16), digest_size=8)
                self._salted_until = now + HOUR
        naming = self._naming.copy()
        naming.update(_prefix(address))
        name = naming.digest()
        count = self._counts.get(name, 0)
        if not count and len(self._counts) >= MOST_NETWORKS:
            name = _REST
            count = self._counts.get(name, 0)
        self._counts[name] = count + 1
        return count < self._most


def _prefix(address: str) -> bytes:
    if ":" not in address:
        return address.rpartition(".")[0].encode()
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address.encode()
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped).rpartition(".")[0].encode() if mapped else parsed.packed[:6]
