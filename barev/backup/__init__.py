"""Backups: one file for both kinds of store, made beside a running server, tried before it counts."""
