"""What a message means: its language, what is wanted, and what it names. No store, no network; no clock but what it is handed."""
