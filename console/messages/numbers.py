"""A number or an e-mail address that somebody typed, from page to page: sealed in the address, so
that it is in no log and no history."""

from cryptography.fernet import InvalidToken
from flask import abort

from citizens import emails, phones
from console.showing import phone as shown_phone
from database.sealing import seal, unseal
from settings import current

EMPTY_MASK = "•••@•••"


def typed(text: str) -> str:
    """Raises ValueError for what is neither a number nor an e-mail address."""
    if "@" in text:
        return emails.normal(text)
    return phones.local(text, current().country_prefix)


def token(address: str) -> str:
    return seal(address)


def of_token(text: str | None) -> str | None:
    """404 for what we never gave out."""
    if not text:
        return None
    try:
        return unseal(text)
    except InvalidToken:
        abort(404)


def masked(address: str | None) -> str:
    """Empty for one that is erased."""
    if address is None:
        return ""
    return EMPTY_MASK if "@" in address else shown_phone(address)
