"""create_app(): settings -> stores -> blueprints -> commands. Nothing else."""

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

import cases.actions
import citizens.actions
import database
import queues.actions
import sms.commands
import ussd.commands
from demo import commands as demo_commands
from menus import commands as menus_commands
from menus.library import Library
from operations import commands as operations_commands
from operations import health, languages
from settings import Settings, current
from telemetry import logs
from ussd import callback
from ussd.gateways import all_gateways
from ussd.sessions import Sessions

# The rooms that offer actions to menus: importing them is what registers these.
OFFERING = (cases.actions, citizens.actions, queues.actions)

MOST_BYTES = 8192  # of a callback's body: none that a gateway sends comes near


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or current()
    logs.configure(settings.log_level)
    database.use(settings)
    sessions = Sessions(settings)
    library = Library()
    answering = callback.Callback(settings, sessions, library)

    app = Flask(__name__, static_folder=None)
    app.extensions["library"] = library
    app.config.update(SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=MOST_BYTES)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies)  # type: ignore[method-assign]

    @app.before_request
    def _name_request() -> None:
        logs.new_request_id(request.headers.get("X-Request-ID"))

    @app.after_request
    def _say_request(response: Response) -> Response:
        response.headers["X-Request-ID"] = logs.request_id.get()
        return response

    menus_commands.LAYOUTS.update({one.name: one.layout for one in all_gateways()})
    app.register_blueprint(callback.blueprint(settings, answering))
    app.register_blueprint(health.blueprint(sessions))
    for command in (
        *operations_commands.ALL,
        ussd.commands.dial,
        sms.commands.commands,
        menus_commands.commands,
        languages.commands,
        demo_commands.demo,
    ):
        app.cli.add_command(command)
    return app
