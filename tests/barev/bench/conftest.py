"""`barev bench` reads /proc and waits by epoll: its tests are for Linux."""

import platform

collect_ignore_glob = [] if platform.system() == "Linux" else ["test_*.py"]
