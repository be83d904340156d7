"""What a message means: its entities so far. Pure: no store, no network."""
