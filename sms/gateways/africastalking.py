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

import requests
from africastalking.Service import AfricasTalkingException
from africastalking.SMS import SMSService

from sms.gateways import Accepted, Refused, Result, Unknown

log = logging.getLogger(__name__)

_ACCEPTED = {100, 101, 102}
_SOON, _LATER, _NEXT_MORNING = 30, 600, 12 * 3600

# statusCode -> (reason, seconds until another try, None for never)
_REFUSALS: dict[int, tuple[str, int | None]] = {
    401: ("risk_hold", None),
    402: ("invalid_sender", None),
    403: ("invalid_number", None),
    404: ("unsupported_number", None),
    405: ("insufficient_balance", _LATER),
    406: ("opted_out", None),
    407: ("could_not_route", None),
    409: ("do_not_disturb", _NEXT_MORNING),
    500: ("gateway_error", _SOON),
    501: ("gateway_error", _SOON),
    502: ("rejected_by_gateway", None),
}


class _Service(SMSService):  # type: ignore[misc]
    """The SDK's SMS service, at an origin of our choice (it has no setting for that)."""

    def __init__(self, username: str, api_key: str, origin: str | None) -> None:
        self._origin = origin
        super().__init__(username, api_key)

    def _init_service(self) -> None:
        super()._init_service()
        if self._origin is not None:
            self._baseUrl = self._contentUrl = f"{self._origin}/version1"


class AfricasTalking:
    name = "africastalking"

    def __init__(
        self, username: str, api_key: str, sender: str | None = None, origin: str | None = None
    ) -> None:
        self._service = _Service(username, api_key, origin)
        self._sender = sender

    def send(self, phone: str, body: str) -> Result:
        try:
            reply = self._service.send(body, [phone], sender_id=self._sender)
        except requests.ConnectTimeout:
            return Refused("no_connection", again_after=_SOON)
        except requests.ConnectionError as problem:
            return _connection(problem)
        except requests.RequestException as problem:
            return Unknown(type(problem).__name__)
        except AfricasTalkingException as problem:
            return _http_error(str(problem))
        except ValueError:  # the SDK refuses a number before it calls, or the JSON is cut short
            return Unknown("unreadable_reply")
        return read_reply(reply, phone)


def read_reply(reply: object, phone: str) -> Result:
    """What the reply's body says of this number. A body we can't read leaves us uncertain."""
    try:
        # The SDK gives a str unless the content type is bare `application/json`.
        data = json.loads(reply) if isinstance(reply, str) else reply
        about = data["SMSMessageData"]  # type: ignore[index]
        recipients = {entry["number"]: entry for entry in about["Recipients"]}
        if not recipients:
            return Refused(str(about.get("Message") or "refused")[:80])
        mine = recipients[phone]
        code = int(mine["statusCode"])
    except (ValueError, KeyError, TypeError):
        return Unknown("unreadable_reply")
    if code in _ACCEPTED:
        return Accepted(mine.get("messageId"), mine.get("cost"))
    reason, again_after = _REFUSALS.get(code, (f"status_{code}", None))
    return Refused(reason, again_after)


def _connection(problem: requests.ConnectionError) -> Result:
    """Refused connections sent nothing; one that broke after that may have sent all."""
    text = repr(problem)
    if "NewConnectionError" in text or "NameResolutionError" in text:
        return Refused("no_connection", again_after=_SOON)
    return Unknown("connection_lost")


def _http_error(body: str) -> Result:
    """The SDK keeps the body of a non-2xx answer and drops its status. Such an answer says that
    nothing was taken on, but wrong credentials and a sick gateway look alike: try again later."""
    log.warning("Africa's Talking answers with an error: %s", body[:200])
    return Refused("http_error", again_after=_LATER if "auth" in body.lower() else _SOON)
