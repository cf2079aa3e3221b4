"""Secure connections: always with a valid certificate; two ways to reach servers that err.

`ca_bundle` adds certificates to the usual roots, for servers that do not send the one between
theirs and a root. `legacy_tls` lets old methods of TLS through, for servers that know no other; it
is used where the safe way has failed, and never stops the certificate from being checked.
"""

from __future__ import annotations

import ssl
import warnings

from urllib3.util.ssl_ import create_urllib3_context

# Verification errors of OpenSSL that mean: a certificate between the server's and a root is not
# there (20: its issuer cannot be got, 21: the first certificate cannot be verified).
MISSING_ISSUER = frozenset({20, 21})


def context(ca_bundle: str | None, *, legacy: bool = False) -> ssl.SSLContext:
    """What secure connections are made with; the usual roots are added by requests.

    Raises OSError where the bundle cannot be read or holds no certificate.
    """
    made = create_urllib3_context()
    if legacy:
        made.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)  # named since Python 3.12
        made.set_ciphers("DEFAULT:@SECLEVEL=0")  # OpenSSL 3 allows TLS before 1.2 there only
        allow_old_versions(made)
    if ca_bundle is not None:
        made.load_verify_locations(cafile=ca_bundle)
    return made


def allow_old_versions(made: ssl.SSLContext) -> None:
    """Let TLS 1.0 and 1.1 be agreed on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that is what it is for
        made.minimum_version = ssl.TLSVersion.TLSv1
