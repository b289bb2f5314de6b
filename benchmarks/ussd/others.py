"""The yardsticks: one process and one core each, like ours, on the same Redis."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from benchmarks.ussd import servers
from benchmarks.ussd.cores import split
from benchmarks.ussd.installed import YARDSTICKS, anysd_environment, node_modules
from benchmarks.ussd.places import BIN, folder, free_port
from benchmarks.ussd.servers import Server
from benchmarks.ussd.store import Store
from settings import ROOT, Settings

_THREADS = str(Settings.model_fields["web_threads"].default)  # as many as ours
_PACKAGE = "benchmarks.ussd.yardsticks"


@contextmanager
def _python(name: str, title: str, module: str, store: Store) -> Iterator[Server]:
    """On granian: of six WSGI servers that were measured, the fastest on one core."""
    port = str(free_port())
    command = [
        *(str(BIN / "granian"), "--interface", "wsgi", f"{_PACKAGE}.{module}:app"),
        *("--host", "127.0.0.1", "--port", port, "--workers", "1"),
        *("--blocking-threads", _THREADS, "--no-ws", "--http", "1"),
        *("--respawn-failed-workers", "--log-level", "warning"),
    ]
    settings = {"REDIS_PORT": str(store.port), "PYTHONPATH": str(ROOT)}
    url = f"http://127.0.0.1:{port}/ussd"
    with servers.started(name, title, command, settings, url, split()) as server:
        yield server


@contextmanager
def _node(name: str, title: str, framework: str, store: Store) -> Iterator[Server]:
    port = str(free_port())
    command = ["node", str(YARDSTICKS / "server.js"), framework]
    settings = {
        "PORT": port,
        "REDIS_PORT": str(store.port),
        "MODULES": str(node_modules()),
        "NODE_ENV": "production",
    }
    url = f"http://127.0.0.1:{port}/ussd"
    with servers.started(name, title, command, settings, url, split()) as server:
        yield server


@contextmanager
def _anysd(name: str, title: str, store: Store) -> Iterator[Server]:
    port = str(free_port())
    programs = anysd_environment()
    config = folder("anysd") / "config.yaml"
    config.write_text(
        "development:\n"
        "  navigation: {back_symbol: '0', home_symbol: '00'}\n"
        f"  redis: {{host: 127.0.0.1, port: {store.port}, db: 0}}\n"
    )
    command = [
        *(str(programs / "gunicorn"), "--workers", "1"),
        *("--worker-class", "gthread", "--threads", _THREADS),
        *("--bind", f"127.0.0.1:{port}", "--log-level", "warning", f"{_PACKAGE}.anysd_menu:app"),
    ]
    settings = {
        "ANYSD_CONFIG_FILE": str(config),
        "ENVIRONMENT": "development",
        "PYTHONPATH": str(ROOT),
    }
    url = f"http://127.0.0.1:{port}/ussd"
    with servers.started(name, title, command, settings, url, split()) as server:
        yield server


Start = Callable[[Store], AbstractContextManager[Server]]

YARDSTICKS_BY_NAME: dict[str, Start] = {
    "wsgi": lambda store: _python("wsgi", "bare WSGI callable", "wsgi_callable", store),
    "flask": lambda store: _python("flask", "bare Flask handler", "flask_handler", store),
    "fastify": lambda store: _node("fastify", "ussd-menu-builder, Fastify", "fastify", store),
    "express": lambda store: _node("express", "ussd-menu-builder, Express", "express", store),
    "anysd": lambda store: _anysd("anysd", "anysd, gunicorn", store),
}
