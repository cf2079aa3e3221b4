"""What stands around an article, by the names of boxes and by the words of lines."""

from __future__ import annotations

import re
from functools import lru_cache

from scraper.extraction.blocks import Box, word_set

NO, PERHAPS, SURELY = 0, 1, 2
OUTSIDE_TAGS = word_set("nav footer aside fieldset")

FRAME_TAGS = word_set("html body main")
# "content-and-footer" is no footer.
INSIDE_WORDS = word_set("content article body main entry story")

# Words of class and id attributes. The first list never names the text itself; words of the
# second do now and then ("sidebar-grid", "article-with-teaser").
SURELY_OUTSIDE_WORDS = word_set(
    """
    comment comments commentform commentlist respond disqus bypostauthor
    footer colophon copyright legalese foot ft
    nav navbar navigation menu menus submenu megamenu masthead breadcrumb breadcrumbs
    newsletter newsletters signup
    cookie cookies consent privacy
    pagination pager login register registration
    outbrain taboola
    poll polls thamdo thamdoykien binhchon
    lienquan tinlienquan tinkhac binhluan chiase quangcao
    """
)
OUTSIDE_WORDS = SURELY_OUTSIDE_WORDS | word_set(
    """
    related recommended recommendations popular trending mostread teasers teaser promo sidebar
    subscribe subscription subscriber subscriptions cta
    popup modal tooltip overlay
    share sharing social sharethis addthis
    byline bio biography authors contributor contributors vcard
    prev previous swiper carousel
    tags taglist taxonomy
    ad ads advert advertisement sponsored
    textwidget
    caption figcaption credit
    disclaimer
    """
)

# Whole pages stand in forms too, so how much of the text is inside must be looked at.
FORM_WORDS = word_set("form hidden")

# Words of class and id around a lead that stands apart from the text.
LEAD_WORDS = word_set(
    """
    sapo lead standfirst dek deck subtitle subheadline subhead subheading summary description intro
    introduction excerpt tomtat trichdan chapeau strapline abstract ingress vorspann spot perex
    """
)

SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")

END_LINE = re.compile(
    r"(?i)(related (articles?|posts?|stories|news|content|topics)|more (from|on|stories)\b"
    r"|read more|you (may|might) also|recommended|comments?\b|leave a (comment|reply)"
    r"|about the author|tin liên quan|các tin (khác|đã đưa|liên quan)"
    r"|tin (tức )?(khác|cùng chuyên mục|mới|liên quan)"
    r"|bài viết liên quan|ý kiến bạn đọc|bình luận|other news|tags?\s*:|từ khóa|xem thêm"
    r"|(gửi|viết) (phản hồi|bình luận|ý kiến|email)|chia sẻ|phản hồi|in (bài|trang)"
    r"|(quay lại|trở về|về đầu trang|lên đầu trang))"
)
NOISE_LINE = re.compile(
    r"(?i)(advertisement|share( this)?\b|tweet\b|print\b|email\b|copyright|©|all rights reserved"
    r"|sign up|subscribe|follow us|read more|continue reading|loading|photo:|image:|getty images"
    r"|cỡ chữ|\(?[\d.,]+ (bình chọn|lượt (xem|đọc|thích|truy cập))|(lượt|số lần) (xem|đọc|truy cập)"
    r"|in (trang|bài)|gửi (email|cho bạn bè)|chia sẻ( lên)?\b|view count|quảng cáo$"
    r"|\(?tin (được|đã) truy cập|tổng số điểm|(xếp hạng|đánh giá|điểm)( của)?( bài viết)?\s?:\s?\d"
    r"|(click|nhấn|bấm) (để|vào \w+ để) đánh giá|\d(\.\d)?/5 trên tổng số)"
)
# Labels over links to other articles or to files; they are no text where such links follow.
LINKS_LABEL = re.compile(
    r"(?i)\W*((các )?(tin|bài|bài viết|tin bài|tin tức|chủ đề) (liên quan|khác|cùng chuyên mục"
    r"|cùng chủ đề|đã đưa|mới)|xem thêm|có thể bạn quan tâm|đọc thêm|tin đọc nhiều"
    r"|related( (articles?|posts?|stories|news))?|see also|read also|read more"
    r"|((các )?(file|tệp|tập|tài liệu|văn bản|phụ lục)( tin| văn bản)? (đính kèm|kèm theo|gửi kèm)"
    r"|tải (file|về|tệp|tài liệu)( đính kèm)?|attachments?|attached files?|downloads?))\W*$"
)
# What a copy for printing says of where it was printed from.
ADDRESS_LINE = re.compile(
    r"(?i)\W*(?:url|permalink|(?:link|đường dẫn|địa chỉ|liên kết)(?: gốc| (?:của )?bài(?: viết)?"
    r"| (?:của )?tin(?: bài)?))\s?:\s?(?:https?://|www\.)\S+\W*$"
)
FILE_LINE = re.compile(
    r"(?i)\W*(các )?(file|tệp|tập|tài liệu|văn bản|phụ lục)( tin| văn bản)? (đính kèm|kèm theo"
    r"|gửi kèm)\s?:|\W*(tải (file|về|tệp)|attach(ments?|ed files?)|downloads?)\b[^:]{0,20}:"
)


def is_outside(box: Box) -> bool:
    """Whether a box names itself as something beside an article's text."""
    return how_outside(box.tag, box.words) > 0


def is_surely_outside(box: Box) -> bool:
    """Whether it does so with a word that never names the text itself."""
    return how_outside(box.tag, box.words) == SURELY


@lru_cache(maxsize=4_000)
def how_outside(tag: str, words: tuple[str, ...]) -> int:
    """How surely a box names itself as something beside an article's text: SURELY, PERHAPS, NO."""
    if tag in FRAME_TAGS:
        return NO
    if INSIDE_WORDS.isdisjoint(words) and (
        tag in ("nav", "footer") or not SURELY_OUTSIDE_WORDS.isdisjoint(words)
    ):
        return SURELY
    return PERHAPS if tag in OUTSIDE_TAGS or not OUTSIDE_WORDS.isdisjoint(words) else NO


@lru_cache(maxsize=10_000)
def how_outside_by_text(tag: str, words: tuple[str, ...]) -> int:
    """The same where it is weighed how much text a box holds: forms may be outside, too."""
    if tag != "form" and tag not in FRAME_TAGS and not FORM_WORDS.isdisjoint(words):
        return max(PERHAPS, how_outside(tag, words))
    return how_outside(tag, words)
