"""The dialogue with the bot: flows of steps, the function that follows them, and the worker that writes what they
decide."""
