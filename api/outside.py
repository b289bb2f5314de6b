"""HTTP to addresses that others have given us, and never into our own network (SSRF).

A name is looked up once, all of its addresses are looked at, and the connection goes to one of
those: a name that says another address a moment later (DNS rebinding) leads nowhere else. What it
answers is a status; a redirection is one like any other, and is not followed.
"""

import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

import urllib3
from certifi import where
from urllib3.exceptions import HTTPError

CONNECT_SECONDS, READ_SECONDS = 3.0, 5.0
_PORTS = {"http": 80, "https": 443}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowed(ValueError):
    """An address that we do not call; its text says why."""


class Unreached(Exception):
    """No answer: its text is a word or two for a list."""


def checked(url: str, inside: bool) -> SplitResult:
    """`inside`: whether plain HTTP and addresses of one's own network are allowed. Raises
    NotAllowed."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise NotAllowed("no URL") from None
    if parts.scheme not in _PORTS or not host:
        raise NotAllowed("write a URL such as https://registre.example/hooks")
    if parts.scheme != "https" and not inside:
        raise NotAllowed("write https://: what is sent is for the receiver alone")
    if parts.username is not None or parts.fragment or not url.isascii() or not url.isprintable():
        raise NotAllowed("no user name, fragment, or letters beyond ASCII")
    return parts


def is_outside(address: Address) -> bool:
    """Whether it is an address of the Internet; those that carry another one within are as that
    one is."""
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if address in ipaddress.ip_network("64:ff9b::/96"):
            within = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if within is not None:
            return is_outside(within)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def look_up(parts: SplitResult, inside: bool) -> str:
    """An address of this host's. Raises NotAllowed if one of them is inside, Unreached for a name
    that has none."""
    try:
        found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except OSError:
        raise Unreached("no such host") from None
    addresses = [str(one[4][0]) for one in found]
    for one in addresses:
        if not inside and not is_outside(ipaddress.ip_address(one.partition("%")[0])):
            raise NotAllowed(f"{parts.hostname} is not an address of the Internet")
    return addresses[0]


def post(url: str, headers: Mapping[str, str], body: bytes, inside: bool) -> int:
    """The status that is answered. Raises NotAllowed or Unreached."""
    parts = checked(url, inside)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with _line(parts, look_up(parts, inside)) as line:
        try:
            answer = line.urlopen(
                *("POST", target),
                body=body,
                headers={**headers, "Host": parts.netloc, "Connection": "close"},
                redirect=False,
                retries=False,
                assert_same_host=False,
                preload_content=False,
                timeout=urllib3.Timeout(CONNECT_SECONDS, READ_SECONDS),
            )
        except (HTTPError, OSError) as problem:
            raise Unreached(_word(problem)) from None
        answer.close()
        return answer.status


def _line(parts: SplitResult, address: str) -> urllib3.HTTPConnectionPool:
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(address, _port(parts))
    return urllib3.HTTPSConnectionPool(
        *(address, _port(parts)),
        ca_certs=where(),
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
    )


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS[parts.scheme]


def _word(problem: Exception) -> str:
    known = {
        urllib3.exceptions.ConnectTimeoutError: "no connection in time",
        urllib3.exceptions.ReadTimeoutError: "no answer in time",
        urllib3.exceptions.SSLError: "certificate not trusted",
        urllib3.exceptions.NewConnectionError: "no connection",
    }
    return next((word for kind, word in known.items() if isinstance(problem, kind)), "line broken")
