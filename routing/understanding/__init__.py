"""What a message means: its language, what is wanted, what it names. No store, no network, no clock of its own."""
