"""E-mail: one plain message per address, by SMTP (RFC 5321), over kept connections, one a thread
that sends.

`smtp://user:password@host:587/?from=guichet@mairie.example` asks for STARTTLS, and goes no further
without; `&tls=no` is for a relay on the same machine. `smtps://` speaks TLS from the start (465).

The Message-ID is made from our own key of the message: what is sent again after a doubt is the same
message to a mailbox, and most show it once. Before the body is given, nothing has left; a
connection that breaks while it is given, or before it is confirmed, leaves us uncertain.
"""

import re
import smtplib
import ssl
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

import moment
from sms.gateways import CODE_LENGTH, Accepted, Letter, Refused, Result, Unknown

STEP_SECONDS = 4.0  # to connect, and for each answer before the body
BODY_SECONDS = 10.0  # for the answer to it
PATIENCE = 15.0  # seconds after which a body is no longer begun: the lease on a message is short
_ADDRESS = re.compile(r"[!-;=?A-~]{1,64}@[A-Za-z0-9.-]{1,255}")
_POLICY = LINES.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    secure: bool = False  # TLS from the start
    starttls: bool = True


def server(url: str) -> Server:
    """Raises ValueError with what a person can act on; it never repeats the URL."""
    parts = urlsplit(url)
    asks = parse_qs(parts.query)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("write smtp://user:password@host:587/?from=guichet@mairie.example")
    sender = asks.pop("from", [""])[0]
    if not _ADDRESS.fullmatch(sender):
        raise ValueError("give the address it is from: ?from=guichet@mairie.example")
    starttls = asks.pop("tls", ["yes"])[0] != "no"
    if asks:
        raise ValueError(f"no such option: {min(asks)}; there are from and tls")
    secure = parts.scheme == "smtps"
    try:
        port = parts.port or (465 if secure else 587)
    except ValueError:
        raise ValueError("the port is a number from 1 to 65535") from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.hostname, port, sender, user, password, secure, starttls and not secure)


class Smtp:
    name = "smtp"
    most = 1

    def __init__(self, url: str) -> None:
        self._server = server(url)
        self._kept: deque[smtplib.SMTP] = deque()  # those at rest; a thread takes one and is alone

    def send(self, letter: Letter) -> list[Result]:
        pairs = zip(letter.addresses, letter.references, strict=True)
        return [self._send(letter, address, reference) for address, reference in pairs]

    def close(self) -> None:
        while self._kept:
            self._kept.pop().close()

    def _send(self, letter: Letter, address: str, reference: str) -> Result:
        if not _ADDRESS.fullmatch(address):
            return Refused("invalid_address", phase="begun")
        message = compose(letter, address, reference, self._server.sender, moment.now())
        until = time.monotonic() + PATIENCE
        try:
            line = self._line()
        except (OSError, smtplib.SMTPException) as problem:
            return _not_begun(problem)
        try:
            refused = self._address(line, address)
            if refused is None and time.monotonic() > until:
                raise TimeoutError
        except (OSError, smtplib.SMTPException) as problem:
            line.close()
            return _not_begun(problem)
        return refused or self._give(line, message, reference)

    def _line(self) -> smtplib.SMTP:
        """A connection that still answers: servers close those that rest."""
        while self._kept:
            try:
                line = self._kept.pop()
            except IndexError:  # another thread was quicker
                break
            if _rested_well(line):
                return line
        return self._connect()

    def _connect(self) -> smtplib.SMTP:
        at = self._server
        trust = ssl.create_default_context()
        if at.secure:
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                at.host, at.port, timeout=STEP_SECONDS, context=trust
            )
        else:
            line = smtplib.SMTP(at.host, at.port, timeout=STEP_SECONDS)
        try:
            if at.starttls:
                line.starttls(context=trust)
            line.ehlo_or_helo_if_needed()
            if at.user:
                line.login(at.user, at.password)
        except BaseException:
            line.close()
            raise
        return line

    def _address(self, line: smtplib.SMTP, address: str) -> Refused | None:
        code, said = line.mail(self._server.sender)
        if code == 250:
            code, said = line.rcpt(address)
            if code in (250, 251):
                return None
            reason = "rejected_by_gateway" if b"5.7." in said else "invalid_address"
        else:
            reason = "wrong_credentials" if code == 530 else "invalid_sender"
        line.rset()
        self._kept.append(line)
        return Refused("gateway_error" if code < 500 else reason, str(code)[:CODE_LENGTH])

    def _give(self, line: smtplib.SMTP, message: EmailMessage, reference: str) -> Result:
        """The body. From here on, silence is doubt."""
        try:
            assert line.sock is not None
            line.sock.settimeout(BODY_SECONDS)
            code, _ = line.data(message.as_bytes(policy=_POLICY))
            line.sock.settimeout(STEP_SECONDS)
        except smtplib.SMTPDataError as problem:  # they did not even want it
            line.close()
            return _by_code(problem.smtp_code)
        except (OSError, smtplib.SMTPException):
            line.close()
            return Unknown("connection_lost")
        self._kept.append(line)
        if code == 250:
            return Accepted(message_id(reference, self._server.sender), code="250")
        return _by_code(code)


def _rested_well(line: smtplib.SMTP) -> bool:
    """Whether a kept connection still answers; servers close those that rest."""
    try:
        return line.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        line.close()
        return False


def _by_code(code: int) -> Refused:
    return Refused("rejected_by_gateway" if code >= 500 else "gateway_error", str(code))


def _not_begun(problem: Exception) -> Refused:
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return Refused("wrong_credentials", str(problem.smtp_code), "begun")
    if isinstance(problem, smtplib.SMTPResponseException) and problem.smtp_code > 0:
        return Refused("gateway_error", str(problem.smtp_code), "begun")
    return Refused("no_connection", phase="begun")


def message_id(reference: str, sender: str) -> str:
    """`<ticket.1.taken@mairie.example>` of `ticket:1:taken`."""
    ours = re.sub(r"[^A-Za-z0-9]+", ".", reference).strip(".")
    return f"<{ours}@{sender.rpartition('@')[2]}>"


def compose(
    letter: Letter, address: str, reference: str, sender: str, now: datetime
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = address
    message["Subject"] = " ".join((letter.subject or letter.body[:60]).split())
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(reference, sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(letter.body + "\n", charset="utf-8")  # which takes out all Content-…
    message["Content-Language"] = letter.language
    return message
