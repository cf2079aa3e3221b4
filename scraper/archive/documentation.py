"""What every table and column of the archive means.

Written into the archive (table columns_documentation) and, by
`make schema`, into the docs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

_INTRODUCTION = """# The archive's schema

One SQLite file. Plain `sqlite3` (3.40 or newer) and Datasette open it, and search it:

```sql
SELECT articles.id, articles.published, articles.title
FROM articles_fts JOIN articles ON articles.number = articles_fts.rowid
WHERE articles_fts MATCH '"gia dat" OR "gia đat"'
ORDER BY articles.published DESC LIMIT 20;
```

`articles_fts` knows no marks (but keeps `đ` apart from `d`, as SQLite does), `articles_exact` takes
words as typed. All text is Unicode NFC. Moments that end in `_at` are UTC
(`2026-11-23T08:30:00.000000Z`); `published` and `updated` are as the page prints them: a plain date
where it prints no time, with an offset where one is printed or the portal's zone is known.

The same words stand in the archive itself, in the table `columns_documentation`.
"""

# The empty column name is the table itself.
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "articles": {
        "": "Every article, as it was read last.",
        "number": "Row number; the full-text tables refer to it. Not for citing: use id.",
        "id": "portal:key. Permanent; the same in exports and citations.",
        "title": "Title.",
        "published": "When the page says that it was published, ISO 8601; empty if it does not.",
        "source": "Where the article says that its text comes from, without the label.",
        "url": "The address that answered with the article.",
        "portal": "Name of the portal file.",
        "key": "What tells two articles of the portal apart.",
        "published_precision": "day, minute or second.",
        "updated": "When the page says that it was last changed, ISO 8601.",
        "first_seen_at": "When it was first fetched.",
        "last_seen_at": "When it was last fetched, or last known to stand unchanged.",
        "version": "Number of the version that this row is: the newest by day.",
        "language": "Language of the text, BCP 47.",
        "read_by": "general, layout where a selector of the portal file decided, or template.",
        "lead": "The paragraph before the body: marked apart on the page, else the first.",
        "body": "The paragraphs after the lead, parted by blank lines.",
        "captions": "The captions of its figures, one a line; here for searching.",
        "authors": "Names as printed, JSON list.",
        "tags": "Tags or topics as printed, JSON list.",
        "blocks": "Kind and length in characters of each paragraph of body, JSON list.",
        "evidence": "Where each value came from: JSON object of field to rule and printed text.",
        "text": "lead and body, parted by a blank line; computed.",
        "template": "templates.number of the template that it is read with; empty for none.",
        "edits": "How many versions the portal made: those that are no re-readings, but the first.",
        "silent_edits": "How many of edits came without another published or updated.",
        "gone_since": "When the page was first found gone; empty while it stands.",
        "family": "articles.number of the first-seen copy of this story; empty where it is alone.",
    },
    "versions": {
        "": "Every reading of an article that differs from the one before.",
        "article_id": "articles.id",
        "number": "Counts from 1 for each article.",
        "first_seen_at": "When this reading was first fetched.",
        "last_seen_at": "When this reading was last fetched, or known to stand unchanged.",
        "capture_id": "captures.id: the answer that it was read from.",
        "published": "As in articles.",
        "published_precision": "As in articles.",
        "updated": "As in articles.",
        "source": "As in articles.",
        "language": "As in articles.",
        "read_by": "As in articles.",
        "url": "As in articles.",
        "title": "As in articles.",
        "lead": "As in articles.",
        "body": "As in articles, in full.",
        "authors": "As in articles.",
        "figures": "image, caption and credit of each figure, JSON list.",
        "attachments": "url and title of each attachment, JSON list.",
        "tags": "As in articles.",
        "blocks": "As in articles.",
        "evidence": "As in articles.",
        "template": "As in articles.",
        "kind": "first, edit (the portal's) or re-reading (this program's, of an earlier capture).",
        "program": "The version of this program that read it; empty before schema 3.",
        "position": "Its place in the order of days, from 1; empty where that is its number.",
    },
    "figures": {
        "": "The images of the articles, as read last.",
        "article_id": "articles.id",
        "position": "Order on the page, from 1.",
        "image": "Address of the image.",
        "caption": "What stands under it, with the credit where both are one line.",
        "credit": "The credit alone.",
    },
    "attachments": {
        "": "Files that the articles offer, as read last.",
        "article_id": "articles.id",
        "position": "Order on the page, from 1.",
        "url": "Address of the file.",
        "title": "What the link says.",
    },
    "articles_fts": {
        "": "Full-text index of articles (FTS5), marks left out; đ stays apart from d.",
        "body": "articles.body",
        "lead": "articles.lead",
        "title": "articles.title",
        "captions": "articles.captions",
    },
    "articles_exact": {
        "": "Full-text index of articles (FTS5), marks as typed.",
        "body": "articles.body",
        "lead": "articles.lead",
        "title": "articles.title",
        "captions": "articles.captions",
    },
    "names": {
        "": "Sources, authors and tags, each once.",
        "number": "Row number.",
        "kind": "source, author or tag.",
        "name": "As printed.",
    },
    "named": {
        "": "Which articles bear which names.",
        "name": "names.number",
        "number": "articles.number",
    },
    "absences": {
        "": "When an article's page was gone, and when it was back.",
        "article_id": "articles.id",
        "gone_at": "When it was first found gone.",
        "reason": "What the server or the page said.",
        "capture_id": "captures.id of that answer, where one was kept.",
        "back_at": "When it was read again; empty while it is gone.",
    },
    "copies": {
        "": "Pairs of articles that share much of their text, without what a portal always prints.",
        "number": "articles.number of the one that was seen later.",
        "earlier": "articles.number of the one that was seen before it.",
        "shared": "How many runs of words (shingles) both have.",
        "of_this": "Their share of the later one's text, 0 to 1.",
        "of_earlier": "Their share of the earlier one's text, 0 to 1.",
    },
    "fingerprints": {
        "": "A few hashes of each article's text, by which copies are found.",
        "hash": "One of the smallest hashes of the text's runs of six words.",
        "number": "articles.number",
    },
    "compared": {
        "": "What of each article's text is compared with others.",
        "number": "articles.number",
        "words": "How many words, without the paragraphs in frames.",
        "hashes": "Its rows of fingerprints, JSON list.",
    },
    "frames": {
        "": "Paragraphs that a portal prints in articles that are no copies of each other.",
        "portal": "Name of the portal file.",
        "paragraph": "Hash of the paragraph.",
        "beside": "Hash of the longest paragraph beside it.",
        "number": "articles.number of the article that it was met in.",
    },
    "portals": {
        "": "The portals that were collected, as their portal files told last.",
        "name": "Name of the portal file.",
        "title": "The portal's own name.",
        "home": "Address of its home page.",
        "formerly": "Hosts under which the same articles stood, JSON list.",
        "language": "BCP 47.",
        "timezone": "IANA name.",
        "noted_at": "When the portal file was last read for a run.",
    },
    "runs": {
        "": "Every run over a portal, and every one that was missed.",
        "id": "Row number.",
        "portal": "Name of the portal file.",
        "trigger": "collect (a person or cron) or schedule (the daemon).",
        "due_at": "When the schedule asked for it; the last such moment that it stands for.",
        "due_since": "The first due moment that it stands for, where several were made up at once.",
        "due_count": "How many due moments it stands for.",
        "started_at": "When it began; empty where it was missed.",
        "finished_at": "When it ended; of an interrupted run: when it last did something.",
        "state": "running, done, failed, interrupted or missed.",
        "reason": "Why it failed, was interrupted or missed.",
        "requests": "Requests made, with those for robots.txt, retries and redirects.",
        "process": "Which process runs it.",
    },
    "captures": {
        "": "Every answer that was kept; its bytes lie in the WARC files beside the archive.",
        "id": "Row number, in the order of fetching.",
        "run": "runs.id",
        "portal": "Name of the portal file.",
        "article_id": "articles.id of the article read from it; empty for lists and failures.",
        "url": "The address asked.",
        "answered_url": "The address that answered, after redirects.",
        "status": "HTTP status; 304 says that the page had not changed.",
        "fetched_at": "When the answer came.",
        "sha256": "Digest of the body after decompression, hexadecimal.",
        "body_bytes": "Size of the body after decompression.",
        "content_type": "The header of this name.",
        "etag": "The header of this name, for the next conditional request.",
        "last_modified": "The header of this name, for the next conditional request.",
        "file": "WARC file, below the folder of captures.",
        "offset": "Where the record begins in it, bytes.",
        "length": "Length of the record in it, bytes.",
        "form": "What was posted for it, without hidden state, with a digest; empty: it was a GET.",
        "origin": "The archive that it was had from; empty: the portal itself.",
        "robots": "What X-Robots-Tag and meta robots asked for: noarchive, nosnippet, noindex, ...",
    },
    "capture_files": {
        "": "How far each WARC file is known to the archive.",
        "file": "WARC file, below the folder of captures.",
        "end_bytes": "End of the last record that a row of captures refers to.",
    },
    "frontier": {
        "": "Every link found: what was read, what waits, and when it is read again.",
        "id": "Row number, in the order of finding.",
        "portal": "Name of the portal file.",
        "key": "What tells two articles of the portal apart.",
        "url": "The address to fetch, as it was listed last.",
        "found_on": "The list page or feed where it was first found.",
        "title": "Title as the list prints it.",
        "published": "Date as the list prints it.",
        "modified": "When a sitemap says that it was last changed: the end of that day or moment.",
        "vain_lastmods": "Readings in a row that a new lastmod asked for and that found nothing.",
        "guessed": "1: no list names it and it was never read; its number was tried.",
        "found_at": "When it was first found.",
        "listed_at": "When it last stood on a list.",
        "state": "new, read, or why it could not be read the last time: gone, refused, failed.",
        "reason": "Why it could not be read the last time.",
        "tries": "Failures in a row.",
        "unchanged_streak": "Readings in a row that found nothing new; the more, the rarer.",
        "last_attempt_at": "When it was last tried.",
        "last_read_at": "When the portal last showed it; empty while other archives alone did.",
        "next_at": "When it is due again; empty while new (at once), or never asked of the portal.",
        "article_id": "articles.id of what was read there; another's id after a redirect.",
    },
    "edit_rates": {
        "": "How often a portal edits its articles; decides when they are read again.",
        "portal": "Name of the portal file.",
        "age": "Age when read again: 0 under a day, 1 under 3, 2 under 7, 3 under 30, 4 under 90, "
        "5 under 365 days, 6 older.",
        "days": "Days between two readings, added up over all readings at that age.",
        "edits": "How many of those readings found an edit.",
    },
    "addresses": {
        "": "Every address under which a link was found or answered.",
        "link_id": "frontier.id",
        "url": "The address.",
        "first_seen_at": "When it was first met.",
    },
    "sources": {
        "": "How far each list or feed of the portal files was walked.",
        "portal": "Name of the portal file.",
        "url": "Address as the portal file gives it.",
        "watermark": "Newest frontier.id when it was last walked to its proper end.",
        "settled_at": "When the run began that did so.",
        "kind": "The last outcome.",
        "reason": "What there is to say of it.",
        "at": "When that was.",
    },
    "mementos": {
        "": "What other archives hold of the portals' articles, and what was read of it.",
        "id": "Row number, in the order of finding.",
        "portal": "Name of the portal file.",
        "source": "sources.url of the index or folder that names it.",
        "key": "What tells two articles of the portal apart.",
        "url": "The original address.",
        "memento_at": "When the other archive captured it.",
        "address": "Where the copy is had: an address, or a file of the folder.",
        "offset": "Where its record begins in that file, bytes; 0 where there is none.",
        "length": "Length of that record, bytes; 0 where there is none.",
        "digest": "Of the copy's bytes, as the other archive writes it.",
        "origin": "The other archive: a host, a crawl, or a file.",
        "state": "new, read, refused (no article; final) or failed (tried again).",
        "reason": "Why it could not be read the last time.",
        "tries": "Failures in a row.",
        "last_attempt_at": "When it was last tried.",
        "next_at": "When a failed one is tried again.",
        "capture_id": "captures.id of what was kept of it.",
    },
    "memento_indexes": {
        "": "How far the indexes of other archives were walked.",
        "portal": "Name of the portal file.",
        "source": "sources.url",
        "part": "A host, a crawl or a file; empty: the source as a whole, which may be resting.",
        "cursor": "Where to go on; empty where it was walked to its end.",
        "done_at": "When it was last walked to its end.",
        "tries": "How often in a row the other archive asked to be left alone, or did not answer.",
        "next_at": "When it is asked again.",
    },
    "outcomes": {
        "": "What became of every link and every source in every run.",
        "id": "Row number, in the order of happening.",
        "run": "runs.id",
        "portal": "Name of the portal file.",
        "stage": "source (a list or feed) or article (a link).",
        "kind": "new, changed, unchanged, not_modified, gone, refused or failed.",
        "url": "Address of the link or source.",
        "article_id": "articles.id, where the link is known as an article.",
        "reason": "Why, where there is something to say.",
        "at": "When.",
        "pages": "Of a source: how many of its pages were looked at.",
        "links": "Of a source: how many links to articles they held.",
        "new_links": "Of a source: how many of them were not known.",
    },
    "templates": {
        "": "What the pages of a portal have in common, learned from its own captures.",
        "number": "Row number, in the order of learning.",
        "portal": "Name of the portal file.",
        "template": "The template, JSON; what `Template.from_json` reads.",
        "articles": "How many articles it was learned from.",
        "learned_at": "When it was learned.",
        "first_seen_at": "When the oldest page that fits it was fetched, as far as known.",
        "last_seen_at": "When the newest page that fits it was fetched.",
        "replaced_by": "templates.number of the one that new articles are read with instead.",
        "state": "used, offered (it waits for a person's word) or rejected.",
        "proof": "How it was proved, or why it could not be; empty for a look that was not new.",
    },
    "alarms": {
        "": "What was wrong with a portal, since when, and until when.",
        "id": "Row number, in the order of raising.",
        "portal": "Name of the portal file.",
        "kind": "silent, down, lists_empty, new_look, field_lost, text_short or text_long.",
        "raised_at": "When it was raised.",
        "reason": "What was seen.",
        "run": "runs.id of the run that saw it; empty where no run did.",
        "cleared_at": "When it was cleared; empty while it stands.",
        "cleared_reason": "What was seen then.",
        "told_at": "When command and mail had carried it; empty: not yet, or none is set.",
        "cleared_told_at": "When they had carried that it was cleared.",
        "commanded": "What the alarm command has carried while the mail waits: raised, cleared.",
    },
    "held": {
        "": "Pages whose reading was doubted after a change of the look, and that wait.",
        "id": "Row number, in the order of holding.",
        "portal": "Name of the portal file.",
        "link_id": "frontier.id",
        "capture_id": "captures.id of the answer that is read again when the doubt is settled.",
        "reason": "Why it was doubted.",
        "held_at": "When it was held.",
        "released_at": "When it no longer waited; empty while it does.",
        "released_reason": "What became of it.",
    },
    "profiles": {
        "": "Looks at portals whose file names only their home: how they are collected.",
        "number": "Row number, in the order of the looks; the newest with a profile is used.",
        "portal": "Name of the portal file.",
        "found_at": "When the portal was looked at.",
        "requests": "How many requests that took.",
        "profile": "What was found, as the text of a portal file; empty where nothing was.",
        "reason": "Why nothing was found.",
    },
    "columns_documentation": {
        "": "This documentation.",
        "table_name": "A table.",
        "column_name": "A column of it; empty for the table itself.",
        "meaning": "What it holds.",
    },
    "_sqlite_migrations": {
        "": "Which steps brought the tables to their present shape (kept by sqlite-utils).",
        "id": "Row number.",
        "migration_set": "ministry-scraper.",
        "name": "The step.",
        "applied_at": "When it was taken.",
    },
}


def schema_markdown(connection: sqlite3.Connection) -> str:
    """docs/schema.md for the tables of this connection, with their columns' types."""
    parts = [_INTRODUCTION]
    for table, columns in MEANINGS.items():
        types = {
            row[1]: row[2].lower() or "text"
            for row in connection.execute("SELECT * FROM pragma_table_xinfo(?)", (table,))
        }
        parts.append(
            f"\n## {table}\n\n{columns['']}\n\n| column | type | meaning |\n|---|---|---|\n"
        )
        parts.extend(
            f"| {column} | {types[column]} | {meaning} |\n"
            for column, meaning in columns.items()
            if column
        )
    return "".join(parts)
