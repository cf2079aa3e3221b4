"""Which machines may be visited: public ones, and those that the portal file names.

The check is made on the addresses that are then connected to, at the moment of connecting: a name
that resolves to one address for the check and to another for the visit gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Sequence

from scraper.errors import UnsafeAddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Machines of cloud providers that give out secrets to whoever asks from inside, on addresses that
# are not private: Azure's wire server.
METADATA = frozenset({ipaddress.ip_address("168.63.129.16")})
# What the is_global of some versions of Python takes for public.
OTHER_PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "2620:4f:8000::/48",
        "::/96",
        "64:ff9b:1::/48",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address, also one that another is wrapped in, belongs to a public machine."""
    return all(_is_public(ip) for ip in _unwrapped(ipaddress.ip_address(address.partition("%")[0])))


def allows(allow_private: Sequence[str], host: str, *, port: int) -> bool:
    """Whether "host" or "host:port" of a portal file's `allow_private` names this machine."""
    wanted = _host_name(host)
    for entry in allow_private:
        name, entry_port = split_entry(entry)
        if _host_name(name) == wanted and entry_port in (None, port):
            return True
    return False


def split_entry(entry: str) -> tuple[str, int | None]:
    """The host and the port of an entry "host", "host:port", "[::1]", "[::1]:8000" or "::1"."""
    text = entry.strip()
    if text.startswith("["):
        name, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") == 1:
        name, _, port = text.partition(":")
    else:
        name, port = text, ""
    return name, int(port) if port.isdecimal() else None


def check_literal(url: str, host: str, *, port: int, allow_private: Sequence[str]) -> None:
    """Refuse at once an address that names a private machine by its number; names wait for
    connect(). Raises UnsafeAddress."""
    try:
        public = is_public(host.strip("[]"))
    except ValueError:
        return
    if not public and not allows(allow_private, host, port=port):
        raise _refusal(host, port, url=url)


def connect(
    host: str,
    port: int,
    *,
    allow_private: Sequence[str],
    timeout_seconds: float,
) -> socket.socket:
    """A connection to the first address of `host` that answers, among those that may be visited.

    Raises UnsafeAddress when all its addresses are private and not allowed, OSError when none
    answers within the time.
    """
    ends_at = time.monotonic() + timeout_seconds
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    if not allows(allow_private, host, port=port):
        safe = [entry for entry in found if is_public(str(entry[4][0]))]
        if found and not safe:
            raise _refusal(host, port, address=str(found[0][4][0]))
        found = safe
    error: OSError = OSError(f"no address for {host}")
    for position, (family, kind, protocol, _, address) in enumerate(found):
        missing = ends_at - time.monotonic()
        if missing <= 0:
            raise TimeoutError(f"no connection within {timeout_seconds:g} s")
        sock = socket.socket(family, kind, protocol)
        try:
            # An address that swallows packets must leave time for the ones after it.
            sock.settimeout(max(missing / (len(found) - position), min(missing, 1.0)))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect(address)
        except OSError as failure:
            sock.close()
            error = failure
        else:
            return sock
    raise error


def _refusal(
    host: str, port: int, *, url: str | None = None, address: str | None = None
) -> UnsafeAddress:
    where = f"{host} ({address})" if address and address != host else host
    bracketed = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return UnsafeAddress(
        f"{where} is this machine or lies in a private network, and allow_private under [fetch] "
        f'in the portal file does not name "{bracketed}:{port}"',
        url=url,
        private=f"{bracketed}:{port}",
    )


def _host_name(host: str) -> str:
    name = host.strip().strip("[]").rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name


def _unwrapped(ip: IPAddress) -> list[IPAddress]:
    """The address and the IPv4 addresses that it stands for."""
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    if ip.ipv4_mapped:
        return [ip.ipv4_mapped]
    if ip in _NAT64:  # how machines without IPv4 reach the IPv4 network
        return [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)]
    found: list[IPAddress] = [ip]
    if ip.sixtofour:
        found.append(ip.sixtofour)
    if ip.teredo:
        found.extend(ip.teredo)
    return found


def _is_public(ip: IPAddress) -> bool:
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip in METADATA:
        return False
    return not any(ip in network for network in OTHER_PRIVATE)
