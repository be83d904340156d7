"""What the store holds twice: tables made from others. A backup leaves them out; in a restored store they are as the
migrations leave them, and are filled in the background as after an upgrade."""

DERIVED: frozenset[str] = frozenset(("contact_keys", "message_keys", "search_marks", "knowledge_vectors"))
"""Tables besides SQLite's virtual ones (which are found by looking)."""
