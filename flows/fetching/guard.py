"""The address guard: no connection to anything but the public internet, decided on the address really connected to.

A check of the URL, or of one DNS answer, can be got round (numeric spellings, rebinding, redirects). So the decision
falls where the socket is made, for every hop; the resolver's check before it only makes for a clearer reason.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

# As `socket.getaddrinfo` gives it: family, kind, protocol, canonical name, (address, port, ...).
AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]

DNS_CACHE_SECONDS = 300
DNS_THREADS = 16  # a dead name server holds a thread for tens of seconds; others must not wait behind it

# Not public although `ipaddress` (Python 3.11) calls them global, or registered as special purpose by IANA
# (iana-ipv4-special-registry, iana-ipv6-special-registry, multicast registries; read November 2026).
_DENIED_V4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # Azure's host agent
    )
)  # fmt: skip
_DENIED_V6 = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",  # IETF protocol assignments: Teredo, benchmarking, ORCHID, ...
        "2001:db8::/32", "3fff::/20",  # documentation
        "2620:4f:8000::/48",  # AS112
    )
)  # fmt: skip
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")  # all that IANA has given out as global unicast
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class BlockedAddressError(OSError):
    """A host resolves to, or a URL names, an address that is not public."""

    def __init__(self) -> None:
        super().__init__("the host's address is not a public one")


def is_public(address: str) -> bool:
    """True for a literal IP address on the public internet.

    IPv4-mapped, NAT64 and 6to4 addresses are judged by the IPv4 address within. False for everything else: private,
    shared, loopback, link-local (also with a zone), multicast, reserved, documentation, Teredo, cloud metadata, and
    for text that is no address in its canonical notation. Never raises.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in network for network in _DENIED_V4)
    if parsed.scope_id is not None:
        return False
    within = parsed.ipv4_mapped or parsed.sixtofour
    if parsed in _NAT64:
        within = ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF)
    if within is not None:
        return is_public(str(within))
    return parsed in _GLOBAL_V6 and not any(parsed in network for network in _DENIED_V6)


def _no_hosts() -> Mapping[str, tuple[str, int]]:
    return {}


@dataclass(frozen=True, slots=True)
class Network:
    """What may be connected to. `Network()` is the public internet and nothing else.

    Attributes:
        hosts: host names that stand for one IP address and port each, for tests and the sample press. Only code can
        pass
            them, no setting does. Exactly these pairs are let through the guard, whatever port the URL names.
        lookup: what `socket.getaddrinfo` does; replaced in tests of rebinding.
    """

    hosts: Mapping[str, tuple[str, int]] = field(default_factory=_no_hosts)
    lookup: Callable[..., Sequence[AddressInfo]] | None = None

    def allows(self, address: str, port: int) -> bool:
        """True if a socket to this address and port may be opened."""
        return is_public(address) or (address, port) in set(self.hosts.values())

    def open_socket(self, info: AddressInfo) -> socket.socket:
        """Make the socket for one address (aiohttp's `socket_factory`); raises BlockedAddressError if it may not be."""
        family, kind, protocol, _, target = info
        if not self.allows(str(target[0]), int(target[1])):
            raise BlockedAddressError
        return socket.socket(family=family, type=kind, proto=protocol)

    def connector(self, connections: int) -> aiohttp.TCPConnector:
        """Make a connector that resolves and connects under this guard; one connection a host. Needs a running loop."""
        return aiohttp.TCPConnector(
            limit=connections,
            limit_per_host=1,
            resolver=GuardedResolver(self),
            ttl_dns_cache=DNS_CACHE_SECONDS,
            socket_factory=self.open_socket,
        )


class GuardedResolver(AbstractResolver):
    """Resolves mapped hosts from the map, others by DNS; refuses a host if any of its addresses is not allowed."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._pool = ThreadPoolExecutor(DNS_THREADS, thread_name_prefix="dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Resolve for aiohttp. Raises OSError: BlockedAddressError, or what the lookup says."""
        mapped = self._network.hosts.get(host)
        if mapped is not None:
            address, port = mapped
            return [_result(host, address, port, socket.AF_INET6 if ":" in address else socket.AF_INET)]
        lookup = self._network.lookup or socket.getaddrinfo
        loop = asyncio.get_running_loop()
        infos = await loop.run_in_executor(self._pool, lambda: lookup(host, port, family, socket.SOCK_STREAM))
        results: list[ResolveResult] = []
        for kind, _, _, _, target in infos:
            address = str(target[0])
            if not self._network.allows(address, port):
                raise BlockedAddressError
            results.append(_result(host, address, port, socket.AddressFamily(kind)))
        return results

    async def close(self) -> None:
        """Let go of the lookup threads; one that still waits for a name server is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _result(host: str, address: str, port: int, family: socket.AddressFamily) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=family,
        proto=socket.IPPROTO_TCP,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
