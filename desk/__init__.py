"""Door: the agents' console. The Socket.IO namespace /desk, the REST API, log-in and rights, and the console itself
(web/)."""
