"""The Socket.IO server: the hub that doors are given, its lean carrier and the stock one."""

from barev.realtime.front import serve_front
from barev.realtime.hub import Counters, Hub
from barev.realtime.settings import Settings

__all__ = ["Counters", "Hub", "Settings", "serve_front"]
