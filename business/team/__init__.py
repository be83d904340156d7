"""The firm's own people: accounts, log-in, roles, and the default business of an empty store."""
