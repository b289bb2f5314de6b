"""`python -m serving.start app:create_asgi`: the web server, as `flask web` starts it.

Each web process imports this file first (multiprocessing does so), so there is little in it.
"""

import sys

from serving.parent import be_parent, die_with_parent

if __name__ == "__mp_main__":
    die_with_parent()

if __name__ == "__main__":
    be_parent()
    from serving.server import run

    run(sys.argv[1])
