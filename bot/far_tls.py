"""TLS of lines that doors open to far sides: whom to trust, and what is wrong with a certificate, in plain words."""

import ssl


def check_ca(setting: str, ca_file: str) -> str | None:
    """What is wrong with a file of certificates to be trusted, in one plain line; None: nothing, or there is none."""
    try:
        make_context(ca_file)
    except ssl.SSLError:
        return f"{setting}: there is no certificate in PEM form in it"
    except OSError as error:
        return f"{setting}: {error.strerror or 'it cannot be read'}"
    return None


def make_context(ca_file: str = "") -> ssl.SSLContext:
    """Certificates and names are always checked. ``ca_file``: a PEM file of those that are trusted beside the machine's
    own. Raises OSError (ssl.SSLError where it holds no certificate)."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def explain(error: BaseException, setting: str) -> str:
    """Why a line was not opened, in one plain line. ``setting``: where those are named who are trusted."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {seen.verify_message}; {setting} names whom to trust"
        if isinstance(seen, ssl.SSLError):
            return f"no TLS there ({seen.reason or type(seen).__name__})"
        seen = seen.__cause__ or seen.__context__
    return type(error).__name__
