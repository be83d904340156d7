"""Talks that other channels carry: what is heard there, and what goes out to them in its order."""
