"""The e-mail door: letters that come by IMAP (package imap-tools) or LMTP (aiosmtpd) and go by SMTP (aiosmtplib)."""
