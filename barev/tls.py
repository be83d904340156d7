"""HTTPS without a proxy: the certificate, read again when it was renewed; open connections keep the one they have."""

import logging
import ssl
from pathlib import Path

from barev.settings import Server, SettingsError

log = logging.getLogger(__name__)
LOOK_S = 10.0
"""How often the files are looked at."""
_Stamp = tuple[tuple[int, int, int], ...]


class Certificate:
    """A certificate with its key, and the context that new connections are made with."""

    def __init__(self, cert: Path, key: Path) -> None:
        self._cert = cert
        self._key = key
        self._stamp = self._look()
        self._complained = False
        self.context = _make_context(cert, key)

    @classmethod
    def from_settings(cls, server: Server) -> "Certificate | None":
        """None where https is not asked for. Raises SettingsError for files that will not do."""
        if not server.tls_cert and not server.tls_key:
            return None
        if not server.tls_cert or not server.tls_key:
            raise SettingsError("server.tls_cert and server.tls_key belong together: give both")
        try:
            return cls(Path(server.tls_cert), Path(server.tls_key))
        except (OSError, ValueError) as error:
            raise SettingsError(f"server.tls_cert, server.tls_key: {explain(error)}") from error

    def reload(self) -> bool:
        """Reads the files again for connections to come; False (and the old one stays) where they will not do."""
        try:
            stamp = self._look()
            _make_context(self._cert, self._key)  # on trial
            self.context.load_cert_chain(self._cert, self._key)
        except (OSError, ValueError) as error:
            if not self._complained:
                log.error("the certificate %s cannot be used, the old one stays: %s", self._cert, explain(error))
            self._complained = True
            return False
        self._stamp, self._complained = stamp, False
        log.info("the certificate %s was read again", self._cert)
        return True

    async def look(self) -> None:
        """Reads the files again if they changed."""
        try:
            changed = self._look() != self._stamp
        except OSError:
            changed = True
        if changed:
            self.reload()

    def _look(self) -> _Stamp:
        stats = [path.stat() for path in (self._cert, self._key)]
        return tuple((one.st_mtime_ns, one.st_size, one.st_ino) for one in stats)


def _make_context(cert: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(cert, key, password=_no_password)
    return context


def _no_password() -> str:
    raise ValueError("the key is locked by a password; give one without")


def explain(error: Exception) -> str:
    """An error of the ssl library in words."""
    if isinstance(error, ssl.SSLError):
        if error.reason == "KEY_VALUES_MISMATCH":
            return "the key does not belong to the certificate"
        return f"no certificate or no key in PEM form ({error.reason or error})"
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
    return str(error)
