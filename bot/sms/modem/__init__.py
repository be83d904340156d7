"""SMS by a GSM modem at a serial port, with a SIM of the firm's own (3GPP TS 27.005 and 27.007)."""
