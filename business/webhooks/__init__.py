"""Webhooks: other programs are told of what happens, signed, and until they say that they have heard it."""
