"""The firm teaches its bot: examples, intents, synonyms, what was unclear, and the models trained of it."""
