"""The words of time and counting, a module a language; ``lexicon`` says how to read them."""
