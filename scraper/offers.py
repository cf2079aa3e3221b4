"""A template that is offered: what it reads beside the others, and a person's word on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from scraper.archive.archive import Archive, StoredTemplate
from scraper.capture.store import CaptureStore
from scraper.errors import CaptureError, PageError
from scraper.learning import NO_TEMPLATE_NEEDED, PortalTemplates
from scraper.records import Capture, Portal

PAGES = 3  # held pages that are read in each way
START = 160  # characters of a text that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one way of reading makes of a page."""

    by: str  # "template 2 (offered)", "no template"
    title: str | None = None
    published: date | datetime | None = None
    text_chars: int = 0
    text_start: str = ""
    problem: str | None = None  # why it makes nothing of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One held page, read in each way."""

    id: str
    url: str
    reason: str  # why it is held
    readings: tuple[Reading, ...]


def offered(archive: Archive, portal: str) -> StoredTemplate | None:
    """The template that waits for a person's word, if there is one."""
    for template in archive.templates(portal):
        if template.state == "offered" and template.replaced_by is None:
            return template
    return None


def beside(portal: Portal, *, archive: Archive, captures: CaptureStore) -> tuple[Beside, ...]:
    """Some held pages as each template that counts, the offered one and none at all read them."""
    templates = PortalTemplates(portal, archive)
    ways = [one for one in (templates.offered, *templates.used[:2]) if one is not None]
    found = []
    for page in archive.held(portal.name, limit=PAGES):
        if page.capture.place is None:
            continue
        try:
            capture = captures.load(page.capture.place)
        except CaptureError:
            continue
        readings = [
            _reading(templates, capture, f"template {way.number} ({way.state})", way.number)
            for way in ways
        ]
        readings.append(_reading(templates, capture, "no template", None))
        found.append(
            Beside(
                id=page.article_id or page.link.id,
                url=page.link.url,
                reason=page.reason,
                readings=tuple(readings),
            )
        )
    return tuple(found)


def _reading(templates: PortalTemplates, capture: Capture, by: str, number: int | None) -> Reading:
    try:
        article = templates.read_with(capture, number)
    except PageError as error:
        return Reading(by=by, problem=error.reason)
    if number is not None and article.read_by == "general":
        return Reading(by=by, problem="does not fit")
    return Reading(
        by=by,
        title=article.title,
        published=article.published,
        text_chars=len(article.text),
        text_start=article.text[:START],
    )


def accept(archive: Archive, portal: str) -> StoredTemplate | None:
    """Take the offered template into use: the next run reads with it what is held."""
    template = offered(archive, portal)
    if template is not None:
        archive.set_template_state(template.number, "used")
    return template


def reject(archive: Archive, portal: str) -> StoredTemplate | None:
    """Forget the offered template; what is held goes on waiting for a better one."""
    template = offered(archive, portal)
    if template is not None:
        archive.set_template_state(template.number, "rejected")
    return template


def forget(archive: Archive, portal: str, *, now: datetime) -> int:
    """Use no template any more: the next run archives what is held as it reads without any.

    Returns how many templates were in use or offered. Articles that were read with one keep it.
    """
    count = 0
    for template in archive.templates(portal):
        if template.state != "rejected" and template.replaced_by is None:
            archive.set_template_state(template.number, "rejected")
            count += 1
    archive.clear_alarm(portal, "new_look", reason=NO_TEMPLATE_NEEDED, now=now)
    return count
