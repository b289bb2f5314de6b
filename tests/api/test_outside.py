"""What others give us as an address leads to the Internet, and never into our own network."""

import datetime
import ipaddress
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api import outside
from tests.fakes.receiver import FakeReceiver


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001::1"),
    ],
)
def test_an_address_inside(address):
    assert not outside.is_outside(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "196.201.214.1", "2606:4700::1111", "::ffff:1.1.1.1"]
)
def test_an_address_of_the_internet(address):
    assert outside.is_outside(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *("http://registre.example/", "file:///etc/passwd", "gopher://registre.example/"),
        *("https://", "https://user:word@registre.example/", "https://registre.example/#part"),
        *(
            "https://registre.example:port/",
            "https://[::1",
            "registre.example",
            "https://é.example/",
        ),
        *("https://registre.example/\r\nHost: other", "javascript:alert(1)", ""),
    ],
)
def test_what_is_no_address_for_us(url):
    with pytest.raises(outside.NotAllowed):
        outside.checked(url, inside=False)


def names(monkeypatch, *addresses: str) -> list[str]:
    """Each look-up of a name gives the next of these; who was asked for."""
    asked, left, real = [], list(addresses), socket.getaddrinfo

    def look_up(host, port, *rest, **more):
        if host in addresses:
            return real(host, port, *rest, **more)
        asked.append(host)
        family = socket.AF_INET6 if ":" in left[0] else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (left.pop(0), port))]

    monkeypatch.setattr(outside.socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1"])
def test_a_name_that_leads_inside_is_not_called(monkeypatch, address):
    names(monkeypatch, address)
    with pytest.raises(outside.NotAllowed, match=r"registre\.example"):
        outside.post("https://registre.example/", {}, b"", inside=False)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "[::1]"])
def test_other_ways_to_write_this_machine(host):
    with pytest.raises(outside.NotAllowed):
        outside.post(f"https://{host}/", {}, b"", inside=False)


def test_the_address_that_was_looked_at_is_the_one_that_is_called(monkeypatch):
    """A name that would say another one a moment later is not asked again."""
    with FakeReceiver() as receiver:
        port = receiver.url.split(":")[2].split("/")[0]
        asked = names(monkeypatch, "127.0.0.1")
        url = f"http://registre.example:{port}/a?b=c"
        assert outside.post(url, {"X": "1"}, b"{}", inside=True) == 204
        [call] = receiver.calls
    assert asked == ["registre.example"]
    assert (call.path, call.header("host")) == ("/a?b=c", f"registre.example:{port}")


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def secure(tmp_path):
    """A receiver whose certificate is for registre.example; its port, and whom to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "registre.example")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("registre.example")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    shown = certificate.public_bytes(serialization.Encoding.PEM)
    kept = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(kept + shown)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = HTTPServer(("127.0.0.1", 0), _Receiver)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, file
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("host", "trusted", "told"),
    [
        ("registre.example", True, 204),
        ("other.example", True, "certificate not trusted"),
        ("registre.example", False, "certificate not trusted"),
    ],
)
def test_its_certificate_is_for_its_name(secure, monkeypatch, host, trusted, told):
    port, file = secure
    names(monkeypatch, "127.0.0.1")
    if trusted:
        monkeypatch.setattr(outside, "where", lambda: str(file))
    try:
        answered = outside.post(f"https://{host}:{port}/", {}, b"{}", inside=True)
    except outside.Unreached as problem:
        answered = str(problem)
    assert answered == told
