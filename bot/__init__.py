"""Doors of messengers and mailboxes: what is sent to phones and mailboxes. Of ours it imports `conversation` only."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)  # a channel of one's own may lie in another folder of this name
