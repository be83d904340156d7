"""Door: website visitors. The Socket.IO namespace /visitor, the loader script and the widget (web/)."""
