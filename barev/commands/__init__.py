"""The commands beside ``serve``: each module adds its own to the command line."""
