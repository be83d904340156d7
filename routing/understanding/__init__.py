"""Understanding: which language a message is in and what is wanted. No store; no clock but what it is handed."""
