"""create_app(): settings -> stores -> blueprints -> commands. Nothing else."""

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

import api.delivering
import api.once
import api.token_commands
import api.webhook_commands
import cases.actions
import cases.answers
import cases.audience
import cases.before_going
import cases.collecting
import cases.commands
import cases.complaining
import cases.complaint_answers
import cases.complaint_closing
import cases.connectors.commands
import cases.connectors.running
import cases.entrusting
import cases.imports.jobs
import cases.notices
import cases.pins
import cases.privacy
import citizens.actions
import citizens.commands
import console.menus.due
import console.wiring
import database
import insights.actions
import insights.answers
import insights.commands
import insights.complaints
import insights.erasure
import insights.privacy
import insights.visits
import queues.actions
import queues.answers
import queues.closing
import queues.commands
import queues.mine
import queues.notices
import queues.privacy
import queues.rebooking
import queues.refitting
import sms.actions
import sms.alerts
import sms.commands
import sms.consent_commands
import sms.erasure
import sms.general
import sms.own_data
import sms.privacy
import staff.commands
import ussd.commands
from api import v1
from background import work
from citizens import news
from demo import commands as demo_commands
from demo import driving
from locales import made_here
from menus import commands as menus_commands
from menus.library import Library
from operations import commands as operations_commands
from operations import health, languages
from queues.board import pages as board
from queues.setup import commands as offices_commands
from serving import memory
from serving.split import Split
from settings import Settings, current
from sms import callbacks
from telemetry import logs
from ussd.callback import Callback
from ussd.gateways import all_gateways
from ussd.lane import PREFIX, Lane
from ussd.sessions import Sessions

# What rooms offer to menus, and answer to SMS: importing it is what registers it.
OFFERING = (
    *(cases.actions, cases.before_going, cases.collecting, cases.entrusting, cases.pins),
    *(citizens.actions, queues.actions, queues.mine, queues.rebooking, sms.actions),
    *(cases.answers, insights.answers, queues.answers, sms.general),
    *(cases.audience, sms.consent_commands),
    *(insights.actions, insights.visits, insights.complaints),
    *(cases.complaining, cases.complaint_answers, sms.own_data),
)

# What each room holds of a person, and erases.
HOLDING = (cases.privacy, insights.privacy, queues.privacy, sms.privacy)

# What adds itself to another's commands.
ADDING = (driving,)

# What the clock has done: importing it is what registers it.
REGULAR = (
    *(cases.imports.jobs, cases.notices, cases.complaint_closing, cases.connectors.running),
    *(insights.erasure, sms.alerts, sms.erasure),
    *(queues.closing, queues.notices, queues.refitting),
    *(api.delivering, api.once),
    *(console.menus.due,),
)


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or current()
    logs.configure(settings.log_level)
    database.use(settings)
    made_here.forget()
    sessions = Sessions(settings)
    library = Library()

    app = Flask(__name__, static_folder=None)
    app.extensions["library"] = library
    app.config.update(SECRET_KEY=settings.secret_key)
    callback = app.extensions["callback"] = Callback(settings, sessions, library)
    lane = Lane(app.wsgi_app, settings, callback)
    app.wsgi_app = lane  # type: ignore[method-assign]
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies)  # type: ignore[method-assign]

    @app.before_request
    def _name_request() -> None:
        logs.new_request_id(request.headers.get("X-Request-ID"))

    @app.before_request
    def _speak_as_saved() -> None:
        made_here.refresh_in_time()

    @app.after_request
    def _say_request(response: Response) -> Response:
        response.headers["X-Request-ID"] = logs.request_id.get()
        return response

    for gateway in all_gateways().values():
        menus_commands.LAYOUTS.update(gateway.contract.layouts())
    news.listen("ussd", sessions.forget)
    work.before_each(made_here.refresh)
    app.register_blueprint(health.blueprint(sessions))
    app.register_blueprint(callbacks.blueprint(settings))
    app.register_blueprint(board.blueprint())
    console.wiring.join(app, settings)
    app.register_blueprint(v1.blueprint())
    for command in (
        *operations_commands.ALL,
        ussd.commands.dial,
        ussd.commands.commands,
        sms.commands.commands,
        citizens.commands.commands,
        cases.commands.commands,
        staff.commands.commands,
        insights.commands.commands,
        queues.commands.commands,
        offices_commands.commands,
        cases.connectors.commands.commands,
        api.token_commands.commands,
        api.webhook_commands.commands,
        menus_commands.commands,
        languages.commands,
        demo_commands.demo,
    ):
        app.cli.add_command(command)
    return app


def create_asgi() -> Split:
    """The application as the web server takes it: dials on its event loop, all else on threads."""
    split = Split(create_app().wsgi_app, PREFIX, current().web_threads)
    memory.settle()
    return split
