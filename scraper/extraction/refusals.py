"""Pages that are no article: error pages, lists, pages that say next to nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scraper.errors import NoArticle, PageGone
from scraper.extraction.blocks import TextBlock

SHORTEST_BESIDE_ITEMS = 120  # characters; what lists say of themselves
FEWEST_CHARS = 60  # of text; less is an article only with a date or an image of its own
# "Quyết định số 404/QĐ-BTNMT" and "404 hộ dân" are no errors.
_404 = (
    r"(?:(?:error|lỗi|http|status)\W{0,3}404\b|^\W*404(?: ?[-–:|]|\W*$)"
    r"|\b404\W+(?:not|error|file|page|lỗi)\b)"
)
_NOT_THERE = (
    rf"{_404}|\b(?:not found|no longer (?:available|exists)|không (?:tìm thấy|tồn tại)"
    r"|khong tim thay|không được tìm thấy|đã bị (?:xóa|xoá|gỡ))\b"
    r"|\bpage (?:does not|doesn.t) exist|\btrang (?:này )?không (?:có|còn)\b"
)
# The portal's own trouble: what it does not show now may be there tomorrow.
_TROUBLE = (
    r"\b(?:access denied|forbidden|service unavailable|internal server error|bad gateway"
    r"|đang bảo trì|under maintenance)\b"
)
_NOTHING = re.compile(
    rf"(?i){_NOT_THERE}|{_TROUBLE}|\b(?:requested resource"
    r"|something went wrong|đã xảy ra lỗi|có lỗi xảy ra|lỗi hệ thống)\b"
)
# The same said of a page: a dated notice may say that a man or a boat was not found.
_PAGE_NOT_THERE = (
    rf"{_404}|\b(?:page|file|document|resource|article|url) (?:you \w+(?: \w+){{0,3}} )?"
    r"(?:(?:was|is|could|can|has|been|does|do) ?){0,3}(?:not|n.t|no longer|cannot)"
    r" (?:be )?(?:found|exists?|available|located)\b"
    r"|\b(?:trang|bài viết|bài|nội dung|tin|tin bài|địa chỉ|đường dẫn|liên kết|dữ liệu|mục|kết quả)"
    r"(?: (?:web|này|tin|mà|quý|bạn|yêu cầu|cần|tìm|đang|muốn|xem|truy cập)){0,6}"
    r" (?:không (?:tìm thấy|tồn tại|được tìm thấy)|đã bị (?:xóa|xoá|gỡ))\b"
    r"|\b(?:trang|bài viết|đường dẫn|liên kết)(?: này| yêu cầu)? không (?:có|còn)\b"
    r"|\bkhông tìm thấy (?:trang|bài|nội dung|tin bài|địa chỉ|đường dẫn|dữ liệu|kết quả)\b"
)
_NO_PAGE = re.compile(
    rf"(?i){_PAGE_NOT_THERE}|\b(?:access denied|service unavailable|internal server error"
    r"|bad gateway|something went wrong)\b"
    r"|\btự động chuyển (?:trang|hướng|đến|sang)\b|\bredirected (?:to|in|automatically)\b"
)
_CRASH = re.compile(
    r"(?i)^\W*(?:runtime error\W*\n|http error \d{3}\b)|\bserver error in '/"
    r"|\b(?:object reference not set to an instance|an unhandled exception occurred)\b"
)
_GONE = re.compile(rf"(?i){_NOT_THERE}|{_PAGE_NOT_THERE}")
_MAY_PASS = re.compile(rf"(?i){_TROUBLE}|bảo trì|maintenance")
# "Trang web đã chuyển sang địa chỉ mới": nothing is here any more.
_MOVED = re.compile(
    r"(?i)\b(?:trang|website|cổng|site|page)\b.{0,120}?\b(?:đã (?:được )?(?:chuyển|dời)"
    r" (?:sang|đến|về|tới|qua) (?:địa chỉ|tên miền|trang|https?:)|(?:has|have) moved to\b)"
)
# Whole titles of pages that ask readers for something, or say how to reach somebody.
_SERVICE_TITLE = re.compile(
    r"(?i)^\W*(?:đăng nhập|đăng ký|đăng kí|quên mật khẩu|khôi phục mật khẩu|đổi mật khẩu|liên hệ"
    r"|thông tin liên hệ|đường dây nóng|góp ý|hộp thư góp ý"
    r"|gửi (?:câu hỏi|góp ý|ý kiến|phản hồi|liên hệ)"
    r"|đặt câu hỏi|phản ánh|tìm kiếm|sign ?in|log ?in|register|sign ?up|create account"
    r"|forgot(?:ten)? password|contact(?: us)?|feedback|search)"
    r"(?: (?:hệ thống|tài khoản|thành viên|người dùng|tòa soạn|toà soạn|ban biên tập|chúng tôi"
    r"|với chúng tôi|bạn đọc|trực tuyến|góp ý|nâng cao))?\W*$"
)
_LOGIN_TITLE = re.compile(
    r"(?i)^\W*(?:đăng nhập|đăng k[ýí]|(?:quên|đổi|khôi phục) mật khẩu|sign ?in|log ?in|register)\b"
)
# "1.203 phiếu (62%)"
_VOTES = re.compile(
    r"(?i)\b\d[\d.,]*\s?(?:phiếu|lượt(?: bình)? chọn|bình chọn|votes?)\b\W{0,4}\d[\d.,]*\s?%"
)
SAYS_NOTHING = "the page says that there is nothing"
LONGEST_VOTES = 80  # characters of an answer with its votes
FEWEST_VOTES = 2
LONGEST_TEASER = 400  # characters
FEWEST_BESIDE_TEASER = 6  # items on a page whose text is a teaser too
LONGEST_ERROR = 400  # characters of text on an error page
LONGEST_CRASH = 3_000  # of one that tells the programmer what to do
LONGEST_SERVICE = 800  # of a page that asks for something


@dataclass(frozen=True, slots=True)
class Around:
    """What a page shows beside the text."""

    items: int  # teasers of other articles
    item_chars: int
    title_is_link: bool  # the title leads elsewhere, or stands nowhere on the page
    lines: str  # the first ones outside of menus and footers
    under_headline: bool  # the text stands under a linked headline that is not the title
    under_link: bool = False  # right above it stands a link that is no heading
    asks_password: Callable[[], bool] = bool  # whether a form on it does; few pages are asked
    caption_chars: int = 0  # of the article's figures: a photo story says little else


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a page is no article; `gone`: it says that what stood there is there no more."""

    reason: str
    gone: bool = False

    def error(self, *, url: str | None) -> NoArticle:
        """The error that says so."""
        return (PageGone if self.gone else NoArticle)(self.reason, url=url)


def why_no_article(
    title: str | None, text: Sequence[TextBlock], around: Around, *, dated: bool
) -> Refusal | None:
    """Why a page is no article, or None where it is one; `text` are lead and body."""
    beginning = " ".join(block.text for block in text[:3])
    said = f"{title or ''}\n{beginning or around.lines[:LONGEST_ERROR]}"
    reason = _reason(title, text, around, beginning=beginning, dated=dated)
    if reason is None:
        return None
    # A page whose text was not found may still say so, in large letters, where its title stands.
    gone = reason.startswith(SAYS_NOTHING) and _says_gone(said)
    return Refusal(reason, gone)


def _says_gone(words: str) -> bool:
    """Whether an error page says that the article is not there, rather than that it may be soon."""
    return bool(_GONE.search(words) or _MOVED.search(words)) and not _MAY_PASS.search(words)


def _reason(
    title: str | None,
    text: Sequence[TextBlock],
    around: Around,
    *,
    beginning: str,
    dated: bool,
) -> str | None:
    chars = sum([block.chars for block in text]) + around.caption_chars
    items = around.items
    if not text:
        if _NOTHING.search(around.lines):
            return f'{SAYS_NOTHING}: "{around.lines[:80]}"'
        if items >= 3:
            return f"the page is a list: {items} headlines that lead elsewhere, no text of its own"
        return "the page has no running text"
    if title is None:
        return "the page has no title"
    if chars <= LONGEST_CRASH and not dated and _CRASH.search(f"{title}\n{around.lines[:300]}"):
        return f'the page says that the portal failed: "{around.lines[:80]}"'
    if _says_nothing(title, chars, dated=dated) or _says_nothing(beginning, chars, dated=dated):
        return f'{SAYS_NOTHING}: "{beginning[:80]}"'
    if not dated and chars <= LONGEST_SERVICE and _serves(title, text, around):
        return f'the page asks for something or says whom to ask: "{title[:80]}"'
    if items >= 3 and chars < SHORTEST_BESIDE_ITEMS and chars < 0.5 * around.item_chars:
        return f"the page is a list: {items} headlines that lead elsewhere, {chars} characters"
    if items >= 10 and not dated and around.title_is_link and chars < 0.3 * around.item_chars:
        return f"the page is a list: {items} headlines that lead elsewhere, no title of its own"
    under_link = around.under_link and items >= FEWEST_BESIDE_TEASER and not dated
    if (around.under_headline or under_link) and chars < LONGEST_TEASER:
        return "the page is a list: its text stands under headlines that lead elsewhere"
    if chars < FEWEST_CHARS and not dated:
        return f"the page has {chars} characters of text and no date"
    return None


def _serves(title: str, text: Sequence[TextBlock], around: Around) -> bool:
    """Whether a short page is a form, says how to reach somebody, or counts a poll's votes."""
    if _SERVICE_TITLE.match(title) or (_LOGIN_TITLE.match(title) and around.asks_password()):
        return True
    votes = [block for block in text if block.chars <= LONGEST_VOTES and _VOTES.search(block.text)]
    return len(votes) >= FEWEST_VOTES


def _says_nothing(words: str, chars: int, *, dated: bool) -> bool:
    """Whether a title, or the first lines of a text of so many characters, are an error page's."""
    if chars > LONGEST_ERROR:
        return False
    if dated:
        return bool(_NO_PAGE.search(words))
    return bool(_NOTHING.search(words) or _NO_PAGE.search(words) or _MOVED.search(words))
