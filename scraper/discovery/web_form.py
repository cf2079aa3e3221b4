"""The form of an ASP.NET page: what a browser would post when something on it is pressed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from scraper.discovery.listings import Listing
from scraper.errors import SourceError, UnsafeAddress
from scraper.records import Form, Portal
from scraper.urls import normalise, same_site

# What lxml's elements are is not known to mypy: no stubs are installed.
Element = Any

STATE = "__VIEWSTATE"
TARGET, ARGUMENT = "__EVENTTARGET", "__EVENTARGUMENT"
_BUTTONS = frozenset(("submit", "button", "image", "reset"))
_QUOTED = r"""\\?(['"])((?:\\.|(?!\\?\{0}).){{0,1000}}?)\\?\{0}"""
_POST_BACK = re.compile(
    r"(?:__doPostBack\(|WebForm_PostBackOptions\()\s*"
    + _QUOTED.format(1)
    + r"\s*,\s*"
    + _QUOTED.format(3),
    re.DOTALL,
)
_MANAGER = re.compile(
    r"PageRequestManager\._initialize\(\s*'([^']{1,500})'(.*?\)\s*;(?:[^;]*_updateControls\([^;]*;)?)",
    re.DOTALL,
)
_PANEL = re.compile(r"'[tf]([^',\[\]]{1,500})'")
LONGEST_SCRIPT = 100_000  # characters of a script that is looked through
LONGEST_ATTRIBUTE = 4000  # characters; a link's call of a post-back has some hundred


def post_back_of(text: str | None) -> tuple[str, str] | None:
    """Target and argument of the post-back in a link or a script; None if there is none.

    "javascript:__doPostBack('ctl00$Pager','Page$2')" -> ("ctl00$Pager", "Page$2").
    """
    if not text or len(text) > LONGEST_ATTRIBUTE:
        return None
    if text.lstrip()[:11].lower() == "javascript:" and "%" in text:
        text = unquote(text)
    found = _POST_BACK.search(text)
    return (_unescaped(found[2]), _unescaped(found[4])) if found else None


def fields_of(root: Element) -> Iterator[tuple[Element, str, str]]:
    """The fields below an element with the values that a browser sends; no buttons."""
    for element in root.iter("input", "select", "textarea"):
        name = element.get("name")
        if not name or _is_disabled(element):
            continue
        if element.tag == "textarea":
            yield element, name, re.sub(r"\r\n?|\n", "\r\n", "".join(element.itertext()))
        elif element.tag == "select":
            yield from ((element, name, value) for value in _chosen(element))
        else:
            kind = (element.get("type") or "text").strip().lower()
            if kind in _BUTTONS or (
                kind in ("checkbox", "radio") and element.get("checked") is None
            ):
                continue
            default = "on" if kind in ("checkbox", "radio") else ""
            yield element, name, "" if kind == "file" else element.get("value", default)


def form_around(element: Element) -> Element:
    """The form that an element belongs to; where the markup is broken, the whole page."""
    root = element.getroottree().getroot()
    form = next(element.iterancestors("form"), None)
    if form is not None and _has_state(form):
        return form
    return root if form is None or _has_state(root) else form


def posted(element: Element, changes: Form) -> Form:
    """What is posted when `element` is pressed: the fields of its form, some of them changed."""
    new = dict(changes)
    kept = []
    for _, name, value in fields_of(form_around(element)):
        if name not in new:
            kept.append((name, value))
    return (*changes, *kept)


def address_of(element: Element, listing: Listing, portal: Portal) -> str:
    """Where the form around an element posts to. Raises SourceError where it leaves the portal."""
    page_url = listing.capture.answered_url
    form = form_around(element)
    if form.tag != "form":
        forms = list(form.iter("form"))
        form = next((one for one in forms if _has_state(one)), forms[0] if forms else form)
    action = (form.get("action") or "").strip()
    try:
        url = normalise(action, listing.base) if action else normalise(page_url)
    except UnsafeAddress as error:
        url, reason = action[:200], error.reason
    else:
        if same_site(url, portal):
            return url
        reason = "is not of this portal"
    raise SourceError(
        f"the form of the pager posts to {url}, which {reason}", portal=portal.name, url=page_url
    )


# --- pages that answer with parts of themselves -----------------------------------------------


@dataclass(frozen=True, slots=True)
class ScriptManager:
    """What a page says of its UpdatePanels."""

    name: str
    panels: tuple[str, ...]  # unique ids


def script_manager(tree: Element) -> ScriptManager | None:
    """The page's ScriptManager, which lets it answer with parts of itself; None without one."""
    for script in tree.iter("script"):
        text = "".join(script.itertext())
        if len(text) <= LONGEST_SCRIPT and (found := _MANAGER.search(text)):
            return ScriptManager(found[1], tuple(_PANEL.findall(found[2])))
    return None


def panel_around(element: Element, manager: ScriptManager) -> str:
    """The unique id of the panel that a press is told to: the one around it, else the manager."""
    by_id = {re.sub(r"[$:]", "_", panel): panel for panel in manager.panels}
    around = (by_id.get(one.get("id") or "") for one in element.iterancestors())
    return next((panel for panel in around if panel), manager.name)


def _has_state(form: Element) -> bool:
    return any((field.get("name") or "").startswith(STATE) for field in form.iter("input"))


def _is_disabled(element: Element) -> bool:
    if element.get("disabled") is not None:
        return True
    return any(one.get("disabled") is not None for one in element.iterancestors("fieldset"))


def _chosen(select: Element) -> list[str]:
    options = [one for one in select.iter("option") if one.get("disabled") is None]
    chosen = [one for one in options if one.get("selected") is not None]
    if select.get("multiple") is None:
        chosen = chosen[-1:] or options[:1]
    return [option_value(one) for one in chosen]


def option_value(option: Element) -> str:
    """What an option sends."""
    value = option.get("value")
    return " ".join("".join(option.itertext()).split()) if value is None else str(value)


def _unescaped(text: str) -> str:
    """The text that a script's string stands for."""
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return re.sub(r"\\+(.)", r"\1", text)
