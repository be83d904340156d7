"""Booking by talk: what is wanted, when it can be had, and what is done about it."""
