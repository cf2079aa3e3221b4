"""What stands around an article, by the names of boxes and by the words of lines."""

from __future__ import annotations

import re

OUTSIDE_TAGS = frozenset(("nav", "footer", "aside", "fieldset"))

# Words of class and id attributes.
OUTSIDE_WORDS = frozenset(
    """
    comment comments commentform commentlist respond disqus bypostauthor
    footer colophon copyright legalese foot ft
    nav navbar navigation menu menus submenu megamenu masthead breadcrumb breadcrumbs
    related recommended recommendations popular trending mostread teasers teaser promo sidebar
    newsletter newsletters signup subscribe subscription subscriber subscriptions cta
    cookie cookies consent privacy popup modal tooltip overlay
    share sharing social sharethis addthis
    byline bio biography authors contributor contributors vcard
    pagination pager prev previous swiper carousel
    login register registration
    tags taglist taxonomy
    ad ads advert advertisement outbrain taboola sponsored
    textwidget
    caption figcaption credit
    disclaimer
    lienquan tinlienquan tinkhac binhluan chiase quangcao
    """.split()
)

END_LINE = re.compile(
    r"(?i)(related (articles?|posts?|stories|news|content|topics)|more (from|on|stories)\b|read more"
    r"|you (may|might) also|recommended|comments?\b|leave a (comment|reply)|about the author"
    r"|tin liên quan|các tin (khác|đã đưa|liên quan)|tin (tức )?(khác|cùng chuyên mục|mới|liên quan)"
    r"|bài viết liên quan|ý kiến bạn đọc|bình luận|other news|tags?\s*:|từ khóa|xem thêm)"
)
NOISE_LINE = re.compile(
    r"(?i)(advertisement|share( this)?\b|tweet\b|print\b|email\b|copyright|©|all rights reserved"
    r"|sign up|subscribe|follow us|read more|continue reading|loading|photo:|image:|getty images)"
)
