"""Africa's Talking: POST /version1/messaging through its own SDK.

Request: form `username, to, message, bulkSMSMode=1[, from]`, header `apiKey`.
Reply: 201 and `{"SMSMessageData": {"Message": …, "Recipients": [{"statusCode": 101, "number": …,
"cost": "KES 0.8000", "status": "Success", "messageId": "ATXid_…"}]}}`. A refusal comes inside the
201, as a recipient's statusCode, or as a Message with no recipient at all.
(developers.africastalking.com/docs/sms/sending/bulk; the SDK's behaviour seen in version 2.0.3.)

The API knows no idempotency key: what timed out while we waited for the answer may have been sent.
"""

import json
import logging
from collections.abc import Mapping

import requests
from africastalking.Service import DEFAULT_TIMEOUT_S, AfricasTalkingException, validate_phone
from africastalking.SMS import SMSService

from sms.gateways import (
    COST_LENGTH,
    ID_LENGTH,
    REASON_LENGTH,
    Accepted,
    Letter,
    Refused,
    Result,
    Unknown,
    kept,
)

log = logging.getLogger(__name__)

_ACCEPTED = {100, 101, 102}

# statusCode -> reason (sms/retrying.py)
_REFUSALS: dict[int, str] = {
    401: "risk_hold",
    402: "invalid_sender",
    403: "invalid_number",
    404: "unsupported_number",
    405: "insufficient_balance",
    406: "opted_out",
    407: "could_not_route",
    409: "do_not_disturb",
    500: "gateway_error",
    501: "gateway_error",
    502: "rejected_by_gateway",
}


class _HttpError(AfricasTalkingException):  # type: ignore[misc]
    def __init__(self, status: int, body: str) -> None:
        super().__init__(body)
        self.status = status


class _Service(SMSService):  # type: ignore[misc]
    """The SDK's SMS service, at an origin of our choice (it has no setting for that), which keeps
    the status of an HTTP error (the SDK drops it)."""

    def __init__(self, username: str, api_key: str, origin: str | None) -> None:
        self._origin = origin
        super().__init__(username, api_key)

    def _init_service(self) -> None:
        super()._init_service()
        if self._origin is not None:
            self._baseUrl = self._contentUrl = f"{self._origin}/version1"

    def _make_request(
        self,
        url: str,
        method: str,
        headers: Mapping[str, str],
        data: Mapping[str, object],
        params: Mapping[str, str] | None,
        callback: None = None,
        timeout: tuple[float, float] = DEFAULT_TIMEOUT_S,
    ) -> str:
        """The body of a 2xx answer. A redirection is an error: the key goes to nobody else."""
        answer = requests.request(
            *(method, url),
            headers=headers,
            data=data,
            params=params,
            timeout=timeout,
            allow_redirects=False,
        )
        if not 200 <= answer.status_code < 300:
            raise _HttpError(answer.status_code, answer.text)
        return answer.text


class AfricasTalking:
    name = "africastalking"
    most = 100

    def __init__(self, username: str, api_key: str, origin: str | None = None) -> None:
        self._service = _Service(username, api_key, origin)

    def send(self, letter: Letter) -> list[Result]:
        valid = [phone for phone in letter.addresses if validate_phone(phone)]
        if not valid:
            return [Refused("invalid_number", phase="begun")] * len(letter.addresses)
        said = self._call(letter.body, valid, letter.sender)
        of: dict[str, Result] = {
            phone: said if isinstance(said, Refused | Unknown) else read_reply(said, phone)
            for phone in valid
        }
        return [
            of.get(phone, Refused("invalid_number", phase="begun")) for phone in letter.addresses
        ]

    def _call(self, body: str, phones: list[str], sender: str | None) -> object:
        """What they said, or what came of it."""
        try:
            return self._service.send(body, phones, sender_id=sender)
        except requests.ConnectTimeout:
            return Refused("no_connection", phase="begun")
        except requests.ConnectionError as problem:
            return _connection(problem)
        except requests.RequestException as problem:
            return Unknown(type(problem).__name__)
        except _HttpError as problem:
            return _http_error(problem.status, str(problem))


def read_reply(reply: object, phone: str) -> Result:
    """What the reply's body says of this number. A body we can't read leaves us uncertain."""
    try:
        data = json.loads(reply) if isinstance(reply, str) else reply
        about = data["SMSMessageData"]  # type: ignore[index]
        recipients = {entry["number"]: entry for entry in about["Recipients"]}
        if not recipients:
            said = kept(about.get("Message"), REASON_LENGTH) or "refused"
            return Refused("invalid_sender" if said == "InvalidSenderId" else said)
        mine = recipients[phone]
        code = int(mine["statusCode"])
    except (ValueError, KeyError, TypeError, OverflowError):
        return Unknown("unreadable_reply", phase="answered")
    if code in _ACCEPTED:
        return Accepted(
            kept(mine.get("messageId"), ID_LENGTH),
            kept(mine.get("cost"), COST_LENGTH),
            str(code),
        )
    return Refused(_REFUSALS.get(code, f"status_{code}"[:REASON_LENGTH]), str(code)[:20])


def _connection(problem: requests.ConnectionError) -> Result:
    """Refused connections sent nothing; one that broke after that may have sent all."""
    text = repr(problem)
    if "NewConnectionError" in text or "NameResolutionError" in text:
        return Refused("no_connection", phase="begun")
    return Unknown("connection_lost")


def _http_error(status: int, body: str) -> Result:
    """Which errors say that nothing was taken on: those of a request that was turned down, and of
    the gateway's own failure. A proxy that lost patience (502, 504) can't know; nor can we.

    Wrong credentials are for an operator to put right: try again later."""
    log.warning("Africa's Talking answers with HTTP %s: %s", status, body[:200])
    if status in (401, 403):
        return Refused("wrong_credentials", str(status))
    if status == 429:
        return Refused("too_fast", str(status))
    if 400 <= status < 500 or status in (500, 503):
        return Refused("gateway_error", str(status))
    return Unknown(f"http_{status}", str(status), "answered")
