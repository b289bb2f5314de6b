"""Web processes do not outlive the one that started them: without it, one would hold on to the port
and to our output, and nobody could start the server again."""

import ctypes
import os
import signal
import sys

_NAME = "GUICHET_WEB_PARENT"
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def be_parent() -> None:
    """This process is the one that starts the others."""
    os.environ[_NAME] = str(os.getpid())


def die_with_parent() -> None:
    """In one of the others, before all else: it is killed when its parent is gone (prctl(2),
    Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(os.environ[_NAME]):
            os.kill(os.getpid(), signal.SIGKILL)
