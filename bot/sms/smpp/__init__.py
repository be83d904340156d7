"""SMS by SMPP, which operators and wholesale gateways speak (SMPP Protocol Specification v3.4)."""
