"""What `scraper add` prints: what was found of a portal, five articles, and what is unsure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scraper.export.export import article_json
from scraper.output import log, print_json
from scraper.probe.probe import Profile, Section

_TITLE, _SOURCE = 46, 18  # characters


def print_profile(profile: Profile, *, as_json: bool, text: str | None) -> None:
    """All that was found; `text` is the portal file where it is only to be shown."""
    if as_json:
        print_json(profile_json(profile, text=text))
        return
    portal = profile.portal
    print(f"{portal.name}: {portal.title or portal.home} ({portal.home})")
    print(f"  {'made with':<10}{_family(profile)}")
    print(f"  {'language':<10}{portal.language or 'unknown'}, times in {portal.timezone}")
    print(f"  {'articles':<10}{profile.match_why}")
    print(f"  {'key':<10}{profile.key or '-'}: {profile.key_why}")
    print()
    print(f"{len(profile.sections)} sources")
    for section in profile.sections:
        print(f"  {section.source.kind:<9}{_short(section.title or '-', 30):<31}{section.note}")
        print(f"           {section.source.url}")
    print()
    _print_previews(profile)
    for doubt in profile.doubts:
        print(f"Unsure: {doubt.what} {doubt.remedy}".rstrip())
    if text is not None:
        print()
        print(text, end="")
    log(f"{portal.name}: {profile.requests} requests were made")


def _family(profile: Profile) -> str:
    return f"{profile.family} ({profile.family_why})" if profile.family else "unknown"


def _print_previews(profile: Profile) -> None:
    """A table of articles as they would be archived."""
    print(f"{'published':<17}{'title':<{_TITLE + 1}}{'source':<{_SOURCE + 1}}{'text':>6} captions")
    for preview in profile.previews:
        article = preview.article
        when = str(article.published or "-")[:16]
        title = _short(article.title, _TITLE)
        source = _short(article.source or "-", _SOURCE)
        print(
            f"{when:<17}{title:<{_TITLE + 1}}{source:<{_SOURCE + 1}}"
            f"{len(article.text):>6} {len(article.captions):>8}"
        )
    count = profile.template_articles
    print(f"  (the template of the portal's pages could be learned from {count} of them)")
    print()


def profile_json(profile: Profile, *, text: str | None = None) -> Mapping[str, Any]:
    """The JSON object of what was found."""
    portal = profile.portal
    return {
        "portal": portal.name,
        "home": portal.home,
        "title": portal.title,
        "language": portal.language,
        "timezone": portal.timezone,
        "family": profile.family,
        "match": profile.match,
        "match_why": profile.match_why,
        "key": profile.key,
        "key_why": profile.key_why,
        "canonical": profile.canonical,
        "sources": [_section_json(section) for section in profile.sections],
        "articles": [article_json(preview.article) for preview in profile.previews],
        "unsure": [{"what": doubt.what, "remedy": doubt.remedy} for doubt in profile.doubts],
        "requests": profile.requests,
        "file": text,
    }


def _section_json(section: Section) -> Mapping[str, Any]:
    return {
        "kind": section.source.kind,
        "url": section.source.url,
        "title": section.title,
        "articles": section.articles,
        "note": section.note,
    }


def _short(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"
