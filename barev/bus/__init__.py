"""Several processes on one PostgreSQL are one desk: what one commits, the others hear of through Redis.

``bus`` holds it together; ``line`` is the connection, ``codec`` the words on it, ``sequence`` the order in which they
are told, ``missed`` what is read from the store where words were lost, ``crowd`` who is present in which process.
"""
