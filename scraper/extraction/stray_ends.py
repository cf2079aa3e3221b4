"""End tags of paragraphs that were never begun: browsers show a border there, libxml2 none.

Texts that are pasted into a page field by field have lost the first "<p>": "Nội dung:</p> …".
"""

from __future__ import annotations

import re

_SIGN = re.compile(
    rb"<(?:(?P<begin>p)(?=[\s/>])|(?P<end>/p\s*>)|(?P<hide>!--|(?:script|style|textarea)\b)"
    rb"|(?P<border>/?(?:address|article|aside|blockquote|body|center|dd|div|dl|dt|fieldset"
    rb"|figcaption|figure|footer|form|h[1-6]|header|li|main|nav|ol|section|table|tbody|td|th|tr"
    rb"|ul)\b))|(?P<show>-->|</(?:script|style|textarea)\b)",
    re.IGNORECASE,
)
_BORDER = b"<p></p>"


def with_stray_ends(body: bytes) -> bytes:
    """The page with an empty paragraph for each end tag of a paragraph that none is open for."""
    if body.count(b"</p>") <= body.count(b"<p>") + body.count(b"<p "):
        return body
    parts: list[bytes] = []
    done, is_open, hidden = 0, False, False
    for sign in _SIGN.finditer(body):
        kind = sign.lastgroup
        if hidden:
            hidden = kind != "show"
        elif kind == "hide":
            hidden = True
        elif kind == "end" and not is_open:
            parts += (body[done : sign.start()], _BORDER)
            done = sign.end()
        elif kind != "show":
            is_open = kind == "begin"
    parts.append(body[done:])
    return b"".join(parts)
