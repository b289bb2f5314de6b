"""uvicorn, as we run it: so many processes, each with one event loop."""

from multiprocessing import resource_tracker

from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from settings import Settings, current

_IDLE = 75  # seconds that a connection is kept open: longer than proxies keep theirs


def run(factory: str) -> None:
    """Serves what `module:function` makes, until it is told to stop. A process that dies is started
    again, also where there is only one."""
    config = _config(factory, current())
    Multiprocess(config, [config.bind_socket()]).run()
    # The helper that multiprocessing starts for itself ends before us, as Python 3.12 sees to.
    resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]


def _config(factory: str, settings: Settings) -> Config:
    return Config(
        factory,
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.web_processes,
        loop="uvloop",
        http="serving.http:Protocol",
        ws="none",
        lifespan="off",
        proxy_headers=False,  # PROXIES says whose word is taken, and app.py sees to it
        server_header=False,
        access_log=False,
        log_config=None,  # telemetry.logs sees to it
        log_level="warning",
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=int(settings.deadline_seconds) + 1,
    )
