"""What went wrong on the way to a server, in words for the person who reads the outcome."""

from __future__ import annotations

import http.client
import socket
import ssl
from http.client import RemoteDisconnected
from urllib.parse import urlsplit

import urllib3

from scraper.errors import Unreachable
from scraper.fetching.tls import MISSING_ISSUER


class Interrupted(Unreachable):
    """No whole answer came, and another try may bring one.

    `answered` if a part of one came; `overloaded` if it may be that the server has too much to do.
    """

    def __init__(
        self,
        reason: str,
        *,
        url: str | None = None,
        answered: bool = False,
        overloaded: bool = False,
    ) -> None:
        super().__init__(reason, url=url)
        self.answered = answered
        self.overloaded = overloaded


class NotAgreed(Unreachable):
    """No secure connection came about: the server knows only methods that are no longer safe."""


def explained(error: Exception, url: str, *, answered: bool) -> Unreachable:
    """The failure of a request to `url` as Unreachable, or as Interrupted where it may pass."""
    cause = _innermost(error)
    host = urlsplit(url).hostname or ""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Unreachable(_certificate(cause, url), url=url)
    if isinstance(cause, ssl.SSLError) and not isinstance(
        cause, ssl.SSLEOFError | ssl.SSLZeroReturnError
    ):
        return NotAgreed(
            f"no secure connection with {host} could be agreed on ({cause.reason or cause}); its "
            "server may know only methods of TLS that are no longer safe; legacy_tls = true under "
            "[fetch] in the portal file lets them through",
            url=url,
        )
    return Interrupted(
        _reason(cause, host),
        url=url,
        answered=answered,
        overloaded=isinstance(cause, TimeoutError | ConnectionResetError | RemoteDisconnected),
    )


def _certificate(error: ssl.SSLCertVerificationError, url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if error.verify_code in MISSING_ISSUER:
        where = f"{host}:{parts.port or 443}"
        return (
            f"the certificate of {host} cannot be traced to one that is trusted "
            f"({error.verify_message}); mostly its server does not send the certificate in "
            f'between. "openssl s_client -showcerts -connect {where}" shows what it sends, and the '
            "last one's issuer is what is missing: save that as PEM beside the portal file and "
            'name it there: ca_bundle = "FILE.pem" under [fetch]'
        )
    return (
        f"the certificate of {host} is not valid ({error.verify_message}); nothing is read over "
        "such a connection. If a browser says the same, tell the portal's webmaster; if the portal "
        "also answers at http://, that address can stand in the portal file"
    )


def _reason(cause: BaseException, host: str) -> str:
    if isinstance(cause, socket.gaierror):
        return f"the name {host} cannot be resolved ({cause.strerror})"
    if isinstance(cause, TimeoutError):
        return f"no connection with {host} in time"
    if isinstance(cause, ConnectionRefusedError):
        return f"{host} refuses connections: no server is running there"
    if isinstance(cause, http.client.RemoteDisconnected):
        return "the server closed the connection without an answer"
    if isinstance(cause, ConnectionError | ssl.SSLError):
        return f"the connection broke ({cause.strerror or cause})"
    if isinstance(cause, http.client.IncompleteRead | urllib3.exceptions.IncompleteRead):
        came = cause.partial if isinstance(cause.partial, int) else len(cause.partial)
        more = f", {cause.expected} more were announced" if cause.expected else ""
        return f"the answer broke off after {came} bytes{more}"
    if isinstance(cause, http.client.HTTPException | urllib3.exceptions.HTTPError):
        return f"the server does not keep to HTTP ({' '.join(str(cause)[:200].split())})"
    if isinstance(cause, OSError):
        return f"{host} cannot be reached ({cause.strerror or cause})"
    return str(cause)[:200]


def _innermost(error: BaseException) -> BaseException:
    """The failure that requests and urllib3 wrapped, several times, in their own."""
    for _ in range(10):
        inside = [getattr(error, "reason", None), *error.args, error.__cause__]
        wrapped = next((item for item in inside if isinstance(item, BaseException)), None)
        if wrapped is None:
            break
        error = wrapped
    return error
