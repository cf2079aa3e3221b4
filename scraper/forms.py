"""What was posted for a page, short enough to be kept beside its answer."""

from __future__ import annotations

import hashlib

from scraper.records import Form

LONGEST_VALUE = 80  # characters; the state of a page is far longer, what a reader chose is not
MOST_FIELDS = 20
_EVENT = ("__EVENTTARGET", "__EVENTARGUMENT")


def shortened(form: Form) -> Form:
    """The fields that tell what was asked for, and last a digest of all, under no name.

    The hidden state of a page ("__VIEWSTATE" and its like), empty and long values are left out.
    What is short already stays as it is.
    """
    if is_short(form):
        return form
    whole = "\0".join(f"{name}\0{value}" for name, value in form)
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
    told = tuple(
        (name, value)
        for name, value in form
        if name
        and value
        and max(len(name), len(value)) <= LONGEST_VALUE
        and (name in _EVENT or not name.startswith("__"))
    )
    events_first = sorted(told, key=lambda field: field[0] not in _EVENT)
    return (*events_first[:MOST_FIELDS], ("", f"sha256:{digest[:32]}"))


def is_short(form: Form) -> bool:
    """Whether this is what shortened() made, and not all that was posted."""
    return bool(form) and form[-1][0] == "" and form[-1][1].startswith("sha256:")


def written(form: Form) -> str:
    """The same as one line: "__EVENTTARGET=ctl00$Pager&__EVENTARGUMENT=3 sha256:90f1…"."""
    *fields, (_, digest) = shortened(form)
    return " ".join(filter(None, ("&".join(f"{name}={value}" for name, value in fields), digest)))
