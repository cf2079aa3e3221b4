"""What `scraper status` and `scraper template` print: how each portal stands and does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from scraper.archive.archive import PortalStatus
from scraper.console import look_words, run_words
from scraper.offers import Beside, Reading
from scraper.output import in_full, log, print_json
from scraper.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """One portal's part of `scraper status`."""

    status: PortalStatus
    report: Report
    next_due: datetime | None  # None without a portal file
    beside: tuple[Beside, ...] = ()  # held pages read in each way, where one portal was named


def print_status(rows: Sequence[StatusRow], *, as_json: bool) -> None:
    """How each portal stands."""
    if as_json:
        print_json([_json_of(row) for row in rows])
        return
    for row in rows:
        _print_portal(row)
        print_beside(row.beside)
    if not rows:
        log("no portal was collected yet, and there are no portal files")


def _json_of(row: StatusRow) -> Mapping[str, Any]:
    health = asdict(row.report)
    health["held"] = [
        {"id": page.article_id or page.link.id, "url": page.link.url, "reason": page.reason}
        | {"held_at": page.held_at}
        for page in row.report.held
    ]
    return asdict(row.status) | {
        "articles_per_week": row.report.expected_per_week,
        "next_due": row.next_due,
        "health": health,
        "readings": [asdict(one) for one in row.beside],
    }


def _print_portal(row: StatusRow) -> None:
    status, report = row.status, row.report
    newest = status.newest_published or "none dated"
    held = f"{status.articles} articles, {status.versions} versions"
    if status.edits:
        held += f" ({status.edits} edits, {status.silent_edits} of them silent)"
    if status.gone:
        held += f", {status.gone} gone"
    print(f"{status.portal}: {held}; newest {newest}")
    for alarm in report.alarms:
        print(f"  ALARM {alarm.kind}: {alarm.reason} (since {alarm.raised_at:%Y-%m-%d %H:%M})")
        if alarm.kind == "new_look":
            print(f"  {look_words(alarm.portal)}")
    last = status.last_run
    print(
        f"  {status.new_in_7_days} new in 7 days{_usual(report)}; {status.due} due now; "
        f"{run_words(last)}"
    )
    print(f"  {_success(row)}")
    if status.mementos or status.mementos_waiting:
        waiting = f", {status.mementos_waiting} wait" if status.mementos_waiting else ""
        print(f"  {status.mementos} copies of other archives read{waiting}")
    for line in _health_lines(report, portal=status.portal):
        print(f"  {line}")
    if last and last.state == "failed":
        print(in_full(f"  `scraper check {status.portal}` shows what can be read there now"))
    _print_failures(status)


def _usual(report: Report) -> str:
    said = []
    if report.usual_per_week is not None:
        said.append(f"{report.usual_per_week:g} usual")
    if report.expected_per_week is not None:
        said.append(f"{report.expected_per_week:g} expected")
    return f" ({', '.join(said)})" if said else ""


def _success(row: StatusRow) -> str:
    success, quiet = row.status.last_success, row.report.silence
    words = f"last success {success:%Y-%m-%d %H:%M} UTC" if success else "no run ended well yet"
    if row.next_due is not None:
        words += f"; next run {row.next_due:%Y-%m-%d %H:%M} UTC"
    if quiet is not None and quiet.allowed_days is not None:
        words += f"; {quiet.days} days without news, up to {quiet.allowed_days} are usual"
    return words


def _health_lines(report: Report, *, portal: str) -> list[str]:
    lines = []
    if report.newest:
        shares = ", ".join(
            f"{one.field} {one.now:.0%}"
            + (f" (before {one.before:.0%})" if one.before is not None else "")
            for one in report.fields
        )
        news = " that were news when they were found" if report.left_out else ""
        lines.append(f"of the {report.newest} newest{news}: {shares}")
        before = report.text_chars_before
        usual = f" (before {before:.0f})" if before is not None else ""
        template = _template(report, portal=portal)
        lines.append(f"text of {report.text_chars:.0f} characters{usual}{template}")
    for source in report.sources:
        usual = f" ({source.usual_links:g} usual)" if source.usual_links is not None else ""
        lines.append(
            f"list {source.url}: {source.links} links{usual}, {source.new_links} new, "
            f"{source.pages} pages"
        )
    if report.runs:
        lines.append(
            f"in {report.runs} runs {report.requests} requests, {report.refused} refused, "
            f"{report.failed} failed"
        )
    if report.held_count:
        lines.append(f"{report.held_count} pages held:")
        lines += [f"  {page.link.url}: {page.reason}" for page in report.held]
    return lines


def _template(report: Report, *, portal: str) -> str:
    template = report.template
    words = ""
    if template.number is not None:
        words = f"; template {template.number} of {template.articles} articles"
        if template.of:
            words += f", fits {template.fitting} of the {template.of} found since"
    if template.none_because is not None:
        words = f"; no template: {template.none_because}; its look is watched by history alone"
    if template.offered is not None:
        shows = in_full(f"`scraper template {portal}` shows it")
        words += f"; template {template.offered} is offered: {shows}"
    return words


def _print_failures(status: PortalStatus) -> None:
    last = status.last_run
    for source in status.sources:
        told = last and source.url in (last.reason or "")
        if source.kind in ("failed", "refused") and not told:
            print(f"  source {source.kind}: {source.url}: {source.reason}")
    for failure in status.failures:
        print(f"  {failure.kind} {failure.tries}x {failure.url}: {failure.reason}")
    if status.failures_count > len(status.failures):
        print(f"  and {status.failures_count - len(status.failures)} more")


def print_beside(pages: Sequence[Beside]) -> None:
    """Held pages, read in each way."""
    for page in pages:
        print(f"  {page.id} {page.url}")
        print(f"    {page.reason}")
        for reading in page.readings:
            print(f"    {reading.by}: {_words(reading)}")


def _words(reading: Reading) -> str:
    if reading.problem is not None:
        return reading.problem
    day = reading.published or "no date"
    return f'"{reading.title}", {day}, {reading.text_chars} characters: {reading.text_start!r}'
