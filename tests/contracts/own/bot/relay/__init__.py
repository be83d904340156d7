"""A channel of one's own, as ``docs/how-to/add-a-channel.md`` makes one: a chat server that is asked for its lines."""
