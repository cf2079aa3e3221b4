"""Ten made ministry portals, each of another family of content management systems."""

from __future__ import annotations

from families.drupal import Drupal
from families.feed_only import FeedOnly
from families.joomla import Joomla
from families.json_api import JsonApi
from families.liferay import Liferay
from families.numbers_in_path import NumbersInPath
from families.numbers_in_query import NumbersInQuery
from families.postback import Postback
from families.server import FamilyPortal
from families.sharepoint import SharePoint
from families.wordpress import WordPress

FAMILIES: tuple[type[FamilyPortal], ...] = (
    NumbersInQuery,
    NumbersInPath,
    Postback,
    Liferay,
    Joomla,
    SharePoint,
    WordPress,
    Drupal,
    JsonApi,
    FeedOnly,
)
