"""Data in and out: files of contacts become contacts, and everything there is becomes files."""
