"""Asks the DNS what a first-party host is called in truth: an alias of another party's host is that party (CNAME cloaking)."""

import asyncio
import contextlib
import ipaddress
import secrets
import struct
from collections.abc import Iterable
from pathlib import Path

from holdtrue.errors import Invalid
from holdtrue.website.scan.engine import parties

CNAME, ADDRESS = 5, 1
MOST_HOPS = 8
MOST_HOSTS = 200
PATIENCE_SECONDS = 1.5
LONGEST = 255


def resolver(text: str) -> tuple[str, int] | None:
    """Return host and port of the resolver that a person named, or this machine's own; None for `none`, or without any."""
    if text == "none":
        return None
    if not text:
        return _own()
    host, _, port = text.rpartition(":") if text.count(":") == 1 or text.startswith("[") else (text, "", "53")
    try:
        address = str(ipaddress.ip_address(host.strip("[]")))
        number = int(port)
    except ValueError:
        raise Invalid(f"“{text[:80]}” is no resolver.", hint="Give its IP address and port, such as 127.0.0.1:53.") from None
    if not 0 < number < 1 << 16:
        raise Invalid(f"“{text[:80]}” is no resolver.", hint="A port lies between 1 and 65535.")
    return address, number


def _own() -> tuple[str, int] | None:
    try:
        lines = Path("/etc/resolv.conf").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    servers = [words[1] for words in (line.split() for line in lines) if len(words) > 1 and words[0] == "nameserver"]
    return (servers[0].partition("%")[0], 53) if servers else None


class Aliases:
    """What first-party hosts are aliases of, asked once for each."""

    def __init__(self, dns: str, *, is_redirected: bool) -> None:
        """Take the resolver to ask; where the browser's own names are redirected, only one that was named is asked."""
        self.server = None if is_redirected and not dns else resolver(dns)
        self.is_named = bool(dns)
        self.has_answered = False
        self.is_mute = False
        """Whether the resolver was asked and never answered, so that nobody knows of any alias."""

    async def of(self, hosts: Iterable[str], *, site: str) -> dict[str, str]:
        """Return by host the first name in its chain of aliases that belongs to another party."""
        asked = sorted(host for host in set(hosts) if self.server is not None and self._is_asked(host))[:MOST_HOSTS]
        chains = await asyncio.gather(*(self.chain(host) for host in asked))
        self.is_mute = bool(asked) and not self.has_answered
        foreign = (
            (host, next((name for name in chain if parties.registrable(name) != parties.registrable(site)), ""))
            for host, chain in zip(asked, chains, strict=True)
        )
        return {host: name for host, name in foreign if name}

    def _is_asked(self, host: str) -> bool:
        # What lies below "localhost" never leaves the machine (RFC 6761, 6.3), unless somebody names who knows of it.
        return _is_a_name(host) and (self.is_named or not host.endswith(".localhost"))

    async def chain(self, host: str) -> list[str]:
        """Return the names that a host is an alias of, one after the other; nothing when the resolver says nothing."""
        found: list[str] = []
        name = host
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(found) < MOST_HOPS:
                    answers = await self._ask(name, CNAME) or await self._ask(name, ADDRESS)
                    fresh = [answers[one] for one in _order(name, answers)]
                    if not fresh or fresh[-1] in found:
                        break
                    found += fresh
                    name = fresh[-1]
        return found

    async def _ask(self, name: str, sort: int) -> dict[str, str]:
        if self.server is None:
            return {}
        loop = asyncio.get_running_loop()
        number = secrets.randbelow(1 << 16)
        answer: asyncio.Future[bytes] = loop.create_future()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Reply(number, answer), remote_addr=self.server)
        try:
            transport.sendto(question(number, name, sort))
            async with asyncio.timeout(PATIENCE_SECONDS / 2):
                reply = await answer
            self.has_answered = True
            return aliases_in(reply)
        finally:
            transport.close()


class _Reply(asyncio.DatagramProtocol):
    """Takes the one answer that bears our number."""

    def __init__(self, number: int, answer: asyncio.Future[bytes]) -> None:
        self.number = number
        self.answer = answer

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        del addr
        if data[:2] == struct.pack(">H", self.number) and not self.answer.done():
            self.answer.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(OSError(str(exc)))


def _is_a_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host and len(host) < LONGEST and not host.endswith(".invalid")
    return False


def question(number: int, name: str, sort: int) -> bytes:
    """Return a question about a name in the DNS's own form (RFC 1035, section 4)."""
    labels = [label.encode("idna" if not label.isascii() else "ascii") for label in name.rstrip(".").split(".")]
    body = b"".join(struct.pack("B", len(label)) + label for label in labels if label)
    return struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + body + b"\0" + struct.pack(">HH", sort, 1)


def aliases_in(reply: bytes) -> dict[str, str]:
    """Return the aliases in an answer, each name with what it stands for; nothing from what is no answer."""
    try:
        _, _, questions, answers, _, _ = struct.unpack_from(">HHHHHH", reply)
        at = 12
        for _ in range(questions):
            _, at = _name(reply, at)
            at += 4
        found = {}
        for _ in range(min(answers, 50)):
            owner, at = _name(reply, at)
            sort, _, _, length = struct.unpack_from(">HHIH", reply, at)
            at += 10
            if sort == CNAME:
                found[owner] = _name(reply, at)[0]
            at += length
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}
    return found


def _name(reply: bytes, at: int) -> tuple[str, int]:
    labels: list[str] = []
    after = 0
    for _ in range(LONGEST):
        length = reply[at]
        if length >= 0xC0:  # noqa: PLR2004 - the two bits that mark a pointer
            after = after or at + 2
            at = (length & 0x3F) << 8 | reply[at + 1]
            continue
        at += 1
        if not length:
            break
        labels.append(reply[at : at + length].decode("ascii"))
        at += length
    return ".".join(labels).lower(), after or at


def _order(name: str, answers: dict[str, str]) -> list[str]:
    """Return the owners of a chain of aliases in order, beginning with a name."""
    found: list[str] = []
    now = name.lower()
    while now in answers and now not in found:
        found.append(now)
        now = answers[now]
    return found
