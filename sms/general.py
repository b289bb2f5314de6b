"""Answers that need no other room: help, language, STOP and START, the e-mail address."""

from citizens import emails, news
from citizens.directory import find, find_or_add
from locales.catalogues import NAMES
from sms import consent
from sms.answers import NOT_UNDERSTOOD, Asked, Reply, keyword
from sms.keywords import EMAIL, HELP, LANGUAGE, START, STOP, language_of, plain
from sms.routes import ways
from sms.states import EMAIL as CHANNEL
from sms.states import EVERYTHING, TOPICS


@keyword(HELP)
def say_what_can_be_sent(_: Asked) -> Reply:
    return Reply("help")


@keyword(LANGUAGE)
def choose_language(asked: Asked) -> Reply:
    language = language_of(asked.rest)
    if language is None or language not in NAMES:
        return Reply("language_which")
    find_or_add(asked.db, asked.phone).language = language
    news.changed(asked.db, asked.phone)
    return Reply("language_chosen", language=language)


@keyword(STOP)
def stop(asked: Asked) -> Reply | None:
    """Everything stops, and that is confirmed once: who says it again hears nothing."""
    unwanted = _unwanted(asked)
    wanted = [topic for topic in TOPICS if topic not in unwanted]
    consent.change(asked.db, asked.phone, wanted, given=False, source="sms")
    return Reply("stopped") if wanted else None


@keyword(START)
def start(asked: Asked) -> Reply:
    unwanted = _unwanted(asked)
    back = [topic for topic in (*TOPICS, EVERYTHING) if topic in unwanted]
    consent.change(asked.db, asked.phone, back, given=True, source="sms")
    return Reply("started")


def _unwanted(asked: Asked) -> set[str]:
    return consent.unwanted(asked.db, asked.phone)


@keyword(EMAIL)
def set_email(asked: Asked) -> Reply:
    """Sets the address, or takes it away; it is not repeated: phones are shared."""
    citizen = find(asked.db, asked.phone)
    if plain(asked.rest) in _NONE:
        if citizen is not None:
            citizen.email = None
        return Reply("email_cleared")
    try:
        address = emails.normal(asked.rest)
    except ValueError:
        return Reply("email_which")
    if not ways(CHANNEL, address):  # this office sends none
        return NOT_UNDERSTOOD
    find_or_add(asked.db, asked.phone).email = address
    return Reply("email_kept")


_NONE = {plain(word) for word in ("stop", "arret", "non", "no", "aucun", "none")}
