"""The Viber door: a webhook that hears, and a carrier that sends (Viber REST Bot API, package viberbot)."""
