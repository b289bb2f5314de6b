"""E-mail by SMTP, against a real server on this machine."""

import asyncio
import email
import email.policy
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sms.gateways import Accepted, Letter, Refused, Unknown
from sms.gateways.smtp import Smtp, server
from sms.retrying import Then, rule

ADDRESS = "awa@example.org"
FROM = "from=guichet@mairie.example"
LETTER = Letter(
    "Votre dossier est prêt à la mairie.\n.\n" + "é" * 300,
    [ADDRESS],
    ["case:1:ready"],
    subject="Dossier prêt",
)


class Mailbox:
    """What the server answers at each step; `None` as the answer of DATA: it hangs up."""

    def __init__(self) -> None:
        self.mail_says, self.rcpt_says = None, None
        self.data_says: str | None = "250 OK"
        self.got: list[tuple[str, str, email.message.EmailMessage]] = []
        self.sessions = set()

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.mail_says is None:
            envelope.mail_from = address
        return self.mail_says or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt_says is None:
            envelope.rcpt_tos.append(address)
        return self.rcpt_says or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.sessions.add(session.peer)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.got.append((envelope.mail_from, envelope.rcpt_tos[0], message))
        if self.data_says is None:
            server.transport.abort()
            await asyncio.Event().wait()
        return self.data_says


def _password(_server, _session, _envelope, _mechanism, given) -> AuthResult:
    return AuthResult(success=given.password == b"p@ss", handled=False)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def relay(mailbox):
    """`relay(…)`: a server for the mailbox, with aiosmtpd's options; returns its address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def serve(ssl_context=None, **options):
        return await loop.create_server(
            lambda: Server(mailbox, loop=loop, **options), "127.0.0.1", 0, ssl=ssl_context
        )

    def start(**options) -> str:
        running = asyncio.run_coroutine_threadsafe(serve(**options), loop).result(10)
        servers.append(running)
        return f"127.0.0.1:{running.sockets[0].getsockname()[1]}"

    async def end() -> None:
        for running in servers:
            running.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    servers: list[asyncio.Server] = []
    yield start
    asyncio.run_coroutine_threadsafe(end(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def gateway():
    """`gateway(url)`: closed at the end."""
    made: list[Smtp] = []

    def make(url: str) -> Smtp:
        made.append(Smtp(url))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def plain(relay, gateway):
    return gateway(f"smtp://{relay()}/?{FROM}&tls=no")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1, which signs itself, and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "relay.pem"
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    path.write_bytes(key.private_bytes(encoding, form, plain) + made.public_bytes(encoding))
    return path


@pytest.fixture
def secure(certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def say(gateway, letter=LETTER):
    [result] = gateway.send(letter)
    return result


def test_the_message_is_plain_and_says_what_it_is(plain, mailbox):
    assert say(plain) == Accepted("<case.1.ready@mairie.example>", None, "250")
    [(sender, address, message)] = mailbox.got
    assert (sender, address) == ("guichet@mairie.example", ADDRESS)
    assert message.get_content().splitlines() == LETTER.body.splitlines()
    assert message.get_content_type() == "text/plain"
    headers = {name: value for name, value in message.items() if not name.startswith("X-")}
    moment = email.utils.parsedate_to_datetime(headers.pop("Date"))
    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=1)
    assert headers.pop("Content-Transfer-Encoding") in ("base64", "quoted-printable")
    assert headers == {
        "From": "guichet@mairie.example",
        "To": ADDRESS,
        "Subject": "Dossier prêt",
        "Message-ID": "<case.1.ready@mairie.example>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "fr",
        "Content-Type": 'text/plain; charset="utf-8"',
        "MIME-Version": "1.0",
    }


def test_what_is_sent_again_has_the_same_id(plain, mailbox):
    say(plain)
    say(plain)
    assert len({message["Message-ID"] for *_, message in mailbox.got}) == 1
    assert len(mailbox.got) == 2


def test_a_thread_keeps_its_connection_and_finds_a_new_one(plain, mailbox):
    say(plain)
    say(plain)
    assert len(mailbox.sessions) == 1
    plain._kept[0].sock.shutdown(2)
    assert isinstance(say(plain), Accepted)
    assert len(mailbox.sessions) == 2


def test_threads_send_at_one_time(plain, mailbox):
    results = []
    threads = [threading.Thread(target=lambda: results.append(say(plain))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mailbox.got) == 4
    assert all(isinstance(result, Accepted) for result in results)


@pytest.mark.parametrize(
    ("step", "says", "expected"),
    [
        ("rcpt", "550 5.1.1 no such user", Refused("invalid_address", "550")),
        ("rcpt", "550 no such user", Refused("invalid_address", "550")),
        ("rcpt", "554 5.7.1 relaying denied", Refused("rejected_by_gateway", "554")),
        ("rcpt", "450 4.2.1 try later", Refused("gateway_error", "450")),
        ("mail", "530 5.7.0 authentication required", Refused("wrong_credentials", "530")),
        ("mail", "553 who are you?", Refused("invalid_sender", "553")),
        ("mail", "451 later", Refused("gateway_error", "451")),
        ("data", "452 full", Refused("gateway_error", "452")),
        ("data", "554 5.7.1 spam", Refused("rejected_by_gateway", "554")),
    ],
)
def test_what_the_server_turns_down(plain, mailbox, step, says, expected):
    setattr(mailbox, f"{step}_says", says)
    assert say(plain) == expected
    setattr(mailbox, f"{step}_says", "250 OK" if step == "data" else None)
    assert isinstance(say(plain), Accepted)  # on the same connection, which is in order


def test_a_connection_lost_with_the_body_leaves_us_uncertain(plain, mailbox):
    mailbox.data_says = None
    assert say(plain) == Unknown("connection_lost", None, "asked")
    assert len(mailbox.got) == 1
    mailbox.data_says = "250 OK"
    assert isinstance(say(plain), Accepted)


def test_nobody_there_sends_nothing(gateway):
    gateway = gateway(f"smtp://127.0.0.1:1/?{FROM}")
    assert say(gateway) == Refused("no_connection", None, "begun")


@pytest.mark.parametrize(
    "address", ["", "awa", "awa@", "a@b\r\nBcc: c@d", "a b@c.example", "<a@b>", "é@b.example"]
)
def test_an_address_that_is_none_goes_nowhere(plain, mailbox, address):
    result = say(plain, Letter("x", [address], ["r"]))
    assert result == Refused("invalid_address", None, "begun")
    assert rule("invalid_address").then is Then.MARK_NUMBER
    assert mailbox.got == []


def test_a_subject_is_one_line(plain, mailbox):
    say(plain, Letter("x", [ADDRESS], ["r"], subject="a\r\nBcc: eve@example.org"))
    [(_, _, message)] = mailbox.got
    assert message["Subject"] == "a Bcc: eve@example.org"
    assert message["Bcc"] is None


def test_starttls_and_a_password(relay, gateway, mailbox, secure, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    at = relay(tls_context=secure, authenticator=_password, auth_required=True)
    assert isinstance(say(gateway(f"smtp://me:p%40ss@{at}/?{FROM}")), Accepted)
    wrong = gateway(f"smtp://me:wrong@{at}/?{FROM}")
    assert say(wrong) == Refused("wrong_credentials", "535", "begun")
    assert len(mailbox.got) == 1


def test_tls_from_the_start(relay, gateway, mailbox, secure, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    at = relay(ssl_context=secure)
    assert isinstance(say(gateway(f"smtps://{at}/?{FROM}")), Accepted)


def test_without_the_tls_that_was_asked_for_nothing_leaves(relay, gateway, mailbox, secure):
    """Neither where there is none, nor where the certificate is not one that we trust."""
    for at in (relay(), relay(tls_context=secure)):
        result = say(gateway(f"smtp://me:p%40ss@{at}/?{FROM}"))
        assert result == Refused("no_connection", None, "begun")
    assert mailbox.got == []


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("http://relay.example/", "write smtp://"),
        ("smtp:///?from=a@b.example", "write smtp://"),
        ("smtp://me:s3cret@relay.example/", "give the address"),
        ("smtp://me:s3cret@relay.example/?from=awa", "give the address"),
        (f"smtp://me:s3cret@relay.example/?{FROM}&tsl=no", "no such option: tsl"),
        (f"smtp://me:s3cret@relay.example:x/?{FROM}", "the port"),
    ],
)
def test_a_wrong_url_is_told_without_its_password(url, part):
    with pytest.raises(ValueError, match=part) as raised:
        server(url)
    assert "s3cret" not in str(raised.value)


def test_ports_are_those_in_use():
    assert server(f"smtp://relay.example/?{FROM}").port == 587
    assert server(f"smtps://relay.example/?{FROM}").port == 465
