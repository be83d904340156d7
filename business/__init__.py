"""What the firm does, callable without any talk."""
