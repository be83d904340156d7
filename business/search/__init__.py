"""Keeping what is searched for in step with what was said."""
