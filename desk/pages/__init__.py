"""Pages for anybody: no session, and no scripts that they need."""
