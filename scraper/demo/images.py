"""Small files of the right kind for the portal's images and attachments."""

from __future__ import annotations

import hashlib
import struct
import zlib

WIDTH, HEIGHT = 48, 32  # pixels


def png(name: str) -> bytes:
    """A picture in two colours that depend on the name."""
    digest = hashlib.sha256(name.encode()).digest()
    sky, water = digest[:3], digest[3:6]
    rows = b"".join(b"\0" + (sky if row < HEIGHT // 2 else water) * WIDTH for row in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pdf(title: str) -> bytes:
    """The smallest paper that a viewer opens: one empty page; `title` as a comment, ASCII."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )
    body = b"%PDF-1.4\n% " + title.encode("ascii", "replace") + b"\n"
    offsets = []
    for place, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (place, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        body
        + b"xref\n0 4\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    )
