"""`scraper show`: one article, its versions."""

from __future__ import annotations

import click

from scraper import console
from scraper.archive.archive import Archive
from scraper.export.export import stored_json
from scraper.options import DONE, archive_option, find_archive, json_option, schedules_option


@click.command()
@click.argument("article_id", metavar="ID")
@archive_option
@schedules_option
@click.option("--versions", is_flag=True, help="List the versions.")
@json_option
def show(
    article_id: str, archive: str | None, schedules: str, versions: bool, as_json: bool
) -> int:
    """Show one article, by its id ("portal:key")."""
    with Archive.open(find_archive(archive, schedules)) as store:
        if versions:
            console.print_versions(store.versions(article_id), as_json=as_json)
        else:
            stored = store.article(article_id)
            console.print_article(stored_json(stored), as_json=as_json)
    return DONE
