"""The agents' side of messengers: they are told what waits for them, and answer from there."""
