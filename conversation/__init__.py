"""The shared words of the product: messages, events, errors, ports, time and texts. Standard library only."""
