"""Pages for anybody: no session, no scripts."""
