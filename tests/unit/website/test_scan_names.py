"""A first-party host that is another party's under an alias is found out by asking a resolver."""

import asyncio
import struct

import pytest

from holdtrue.errors import Invalid
from holdtrue.website.scan.engine import names

ALIASES = {"metrics.shop.example": "shop.collect.tracker.example", "shop.collect.tracker.example": "edge.cdn.example"}


class Resolver(asyncio.DatagramProtocol):
    """Answers with the aliases above, one at a time, as a resolver that keeps no cache does."""

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        asked, end = names._name(data, 12)
        question = data[12 : end + 4]
        answer = b""
        if asked in ALIASES:
            target = names.question(0, ALIASES[asked], 5)[12:-4]
            answer = b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 60, len(target)) + target
        self.transport.sendto(data[:2] + struct.pack(">HHHHH", 0x8180, 1, bool(answer), 0, 0) + question + answer, addr)


async def ask(hosts, dns=None):
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Resolver, local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    try:
        return await names.Aliases(dns or f"127.0.0.1:{port}", is_redirected=True).of(hosts, site="shop.example")
    finally:
        transport.close()


def test_an_alias_of_another_party_is_told_with_its_name():
    found = asyncio.run(ask({"metrics.shop.example", "www.shop.example", "127.0.0.1"}))

    assert found == {"metrics.shop.example": "shop.collect.tracker.example"}


def test_where_names_are_redirected_nobody_is_asked_unless_named():
    assert asyncio.run(names.Aliases("", is_redirected=True).of({"metrics.shop.example"}, site="shop.example")) == {}


def test_a_resolver_that_never_answers_is_known_by_that_and_one_that_knows_nothing_is_not():
    async def mute(dns):
        aliases = names.Aliases(dns, is_redirected=True)
        assert await aliases.of({"metrics.shop.example"}, site="shop.example") == {}
        return aliases.is_mute

    async def ignorant():
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Resolver, local_addr=("127.0.0.1", 0))
        aliases = names.Aliases(f"127.0.0.1:{transport.get_extra_info('sockname')[1]}", is_redirected=True)
        try:
            await aliases.of({"www.shop.example"}, site="shop.example")
        finally:
            transport.close()
        return aliases.is_mute

    assert asyncio.run(mute("127.0.0.1:1"))
    assert not asyncio.run(mute("none"))
    assert not asyncio.run(ignorant())


@pytest.mark.parametrize("reply", [b"", b"\0" * 12, b"\0\1\x81\x80\0\1\0\1\0\0\0\0\xc0\x0c\0\1", b"\xff" * 400])
def test_an_answer_that_is_none_is_taken_for_nothing(reply):
    assert names.aliases_in(reply) == {}


@pytest.mark.parametrize("text", ["dns.example:53", "127.0.0.1:0", "127.0.0.1:port", "127.0.0.1:99999"])
def test_what_is_no_resolver_is_refused(text):
    with pytest.raises(Invalid, match="is no resolver"):
        names.resolver(text)


@pytest.mark.parametrize(
    ("text", "place"), [("127.0.0.1:5353", ("127.0.0.1", 5353)), ("9.9.9.9", ("9.9.9.9", 53)), ("[::1]:54", ("::1", 54))]
)
def test_a_resolver_is_named_by_address_and_port(text, place):
    assert names.resolver(text) == place
