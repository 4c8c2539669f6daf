"""Without the guard a feed could make this machine read its own network's secrets into the corpus."""

import asyncio
import ipaddress
import socket

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.fetching.guard import BlockedAddressError, Network, is_public
from tests.fetching.fault_server import FaultServer

NOT_PUBLIC = """
127.0.0.1 127.255.255.254 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 192.0.0.8
192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1
255.255.255.255 168.63.129.16 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1
64:ff9b:1::1 2002:7f00:1:: 2002:c0a8:101::1 2001:0:5ef5:79fb::1 2001:db8::1 3fff::1 100::1 fc00::1 fd00:ec2::254
fe80::1 fe80::1%lo fec0::1 ff02::1 ff0e::1 5f00::1 2130706433 0x7f000001 0177.0.0.1 127.1 localhost
"""


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_an_address_outside_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "223.130.192.247", "2404:4600::1", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_public_address_is_let_through(address: str) -> None:
    assert is_public(address)


@given(st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address) | st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address))
def test_whatever_is_called_public_is_global_to_the_standard_library_too(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if is_public(str(address)):
        assert not (address.is_private or address.is_multicast or address.is_loopback or address.is_link_local)
        assert not (address.is_reserved or address.is_unspecified)


def answers(*addresses: str):
    """A name server that gives these addresses for any name."""

    def lookup(host: str, port: int, *_: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))
            for ip in addresses
        ]

    return lookup


async def outcome(network: Network, url: str) -> str:
    async with aiohttp.ClientSession(connector=network.connector(2)) as session:
        try:
            async with asyncio.timeout(3), session.get(url) as response:
                return str(response.status)
        except aiohttp.ClientConnectorError as error:
            return type(error.os_error).__name__
        except TimeoutError:
            return "timeout"


@pytest.mark.parametrize("spelling", ["127.0.0.1", "[::ffff:127.0.0.1]", "[::1]", "localhost"])
def test_no_spelling_of_loopback_reaches_a_listening_port(spelling: str) -> None:
    async def run() -> None:
        async with FaultServer() as server:
            got = await outcome(Network(), f"http://{spelling}:{server.port}/f/plain/1")
            assert got == BlockedAddressError.__name__
            assert server.connections == 0

    asyncio.run(run())


@pytest.mark.parametrize(
    "addresses", [("127.0.0.1",), ("93.184.216.34", "10.0.0.1"), ("169.254.169.254",), ("::ffff:127.0.0.1",)]
)
def test_a_name_with_any_bad_answer_is_refused(addresses: tuple[str, ...]) -> None:
    network = Network(lookup=answers(*addresses))
    assert asyncio.run(outcome(network, "http://rebind.example/")) == BlockedAddressError.__name__


def test_a_name_that_turns_to_loopback_after_the_check_is_caught_at_the_socket() -> None:
    """Rebinding: even if a resolver let a bad address pass, the socket is not made."""
    with pytest.raises(BlockedAddressError):
        Network().open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))


def test_a_mapped_host_opens_exactly_its_own_port() -> None:
    async def run() -> None:
        async with FaultServer() as server, FaultServer() as canary:
            network = Network(server.hosts("harbour.example"))
            assert await outcome(network, "http://harbour.example/f/plain/1") == "200"
            assert await outcome(network, f"http://127.0.0.1:{canary.port}/f/plain/1") == BlockedAddressError.__name__
            assert canary.connections == 0

    asyncio.run(run())
