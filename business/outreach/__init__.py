"""Telling customers what concerns them: whether he may be told, when, where, and in which words."""
