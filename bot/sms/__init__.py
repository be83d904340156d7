"""The SMS door: one driver for letters and talks, a webhook that hears, and what an SMS is counted as."""
