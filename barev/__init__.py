"""The entry of the product: command line, settings, wiring. The only package that knows everybody."""

__version__ = "0.1.0"
