"""Doors of messengers and mailboxes: what is sent to phones and mailboxes. Of ours it imports `conversation` only."""
