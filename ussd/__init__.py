"""The USSD channel: gateways, sessions, the callback, and a phone to try it with."""
