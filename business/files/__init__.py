"""Files of the talk: what kinds are taken, where they lie, who may have them, when they go."""
