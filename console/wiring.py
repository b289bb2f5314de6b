"""Puts the console into the application."""

import logging

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.exceptions import MethodNotAllowed, NotFound

from console import (
    account,
    assets,
    audit,
    complaints,
    errors,
    imports,
    offices,
    rail,
    sessions,
    showing,
    signing,
    speaking,
    today,
    tokens,
)
from console.cases import citizen, deeds, finding, opening
from console.desk import moves, walk_in
from console.desk import page as desk_page
from console.live import funnel, tickets
from console.live import page as live_page
from console.menus import alerts, history, listing, presence, review, yaml_view
from console.menus.editor import pages as editor_pages
from console.messages import bulk, consent, inbox, keywords, outbox, providers, story
from console.pages import csrf, page
from console.people import joining, two_steps
from console.people import pages as people
from console.phone import stories as phone_stories
from console.phone.pages import phone
from console.setup import files as setup_files
from console.setup import pages as setup_pages
from console.translations import files as translation_files
from console.translations import letters as translation_letters
from console.translations import one as one_translation
from console.translations import pages as translation_pages
from locales.catalogues import NAMES
from serving.web import dress
from settings import Settings
from telemetry.logs import request_id

# Importing a module of pages is what puts them on `page`.
PAGES = (
    *(account, assets, complaints, errors, desk_page, moves, imports, setup_files, setup_pages),
    *(signing, today, walk_in),
    *(citizen, deeds, finding, opening),
    *(history, listing, presence, review, yaml_view),
    *(audit, joining, people, tokens, two_steps),
    *(funnel, live_page, tickets),
    *(bulk, consent, inbox, keywords, outbox, providers, story),
    *(translation_pages, one_translation, translation_letters, translation_files),
    editor_pages,
    phone_stories,
)


def join(app: Flask, settings: Settings) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="guichet",
        SESSION_COOKIE_PATH="/",  # `/phone` is a page of the console's, too
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.environment == "production",
        WTF_CSRF_CHECK_DEFAULT=False,  # `pages.admit` checks; gateways have secrets of their own
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=False,  # it asks for a referrer, which we tell browsers not to send
    )
    csrf.init_app(app)
    logging.getLogger("flask_wtf.csrf").setLevel("WARNING")
    _speak(app)
    for unrouted in (NotFound, MethodNotAllowed):
        app.register_error_handler(unrouted, errors.of_http)
    app.after_request(dress)
    app.register_blueprint(page)
    app.register_blueprint(phone)


def _speak(app: Flask) -> None:
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        speaking._,
        speaking.plural,
        newstyle=True,
        pgettext=speaking.pgettext,
        npgettext=speaking.npgettext,
    )
    environment.filters.update(showing.FILTERS)
    environment.globals.update(
        language=speaking.language,
        languages=speaking.NAMES,
        tongues=NAMES,
        who=sessions.who,
        my_office=offices.mine,
        role_names=speaking.ROLE_NAMES,
        stops=rail.stops,
        menu_alerts=alerts.mine,
        home=rail.home,
        static=assets.static_url,
        request_id=request_id.get,
    )
