"""The words of time and counting, a module a language. How to read a table: ``routing/understanding/entities/lexicon.py``."""
