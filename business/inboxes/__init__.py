"""Inboxes: what a website's chat looks like, asks and allows; who is recognised there, and who is kept out."""
