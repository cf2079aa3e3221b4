"""A WebForms portal on loopback: its list has one address, its pages are asked for by posting."""

from __future__ import annotations

import base64
import html
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import parse_qsl

from littleportal import PARAGRAPH
from littleportal import page as article_page

from scraper.portals.portal_file import read_cron
from scraper.records import ArticleRule, FetchRule, Portal, Source

PagerKind = Literal[
    "gridview", "datapager", "aspnetpager", "images", "buttons", "select", "telerik", "options"
]
Expired = Literal["500", "page 1", "redirect", "message"]
SEARCH = "Nghị quyết, Thông tư"
PANEL = "ctl00$Noidung$upDanhSach"


@dataclass
class Request:
    """One request as the server saw it."""

    method: str
    path: str
    form: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class WebFormsPortal:
    """Articles by number, newest first; each switch makes it harder."""

    count: int = 400
    per_page: int = 10
    group: int = 10
    pager: PagerKind = "gridview"
    tells_page: bool = True  # the pager shows which page this is
    delta_only: bool = False
    expires_after: int | None = None  # posts, after which all states given out are forgotten
    expired: Expired = "500"
    cookies_required: bool = False
    split_state: bool = False
    state_bytes: int = 0  # of padding
    stuck: bool = False  # every link of the pager answers with page 1
    endless: bool = False  # a next page is always named
    empty_pages: frozenset[int] = frozenset()
    calendar: bool = True
    etag: str = ""  # of page 1
    # Once the path was asked for, the article is no longer listed: those after it move up.
    taken_down_after: dict[str, int] = field(default_factory=dict)
    posts: int = 0
    requests: list[Request] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    port: int = 0
    _states: dict[str, tuple[int, int, frozenset[tuple[str, str]]]] = field(default_factory=dict)

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def list_url(self) -> str:
        return self.home + "Pages/DanhSach.aspx?cm=tin"

    def portal(self, *, pages: int = 2, following: str | None = None) -> Portal:
        return Portal(
            name="webforms",
            home=self.home,
            language="vi",
            timezone="Asia/Ho_Chi_Minh",
            article=ArticleRule(key_parameter="id"),
            sources=(Source(kind="postback", url=self.list_url, pages=pages, next=following),),
            cron=read_cron("7 * * * *"),
            fetch=FetchRule(
                pace_seconds=0,
                retries=0,
                timeout_seconds=20,
                allow_private=(f"127.0.0.1:{self.port}",),
            ),
        )

    @property
    def last_page(self) -> int:
        return max(1, -(-self.count // self.per_page))

    def lists(self) -> list[Request]:
        """The requests for list pages."""
        return [one for one in self.requests if one.path.startswith("/Pages/DanhSach")]

    def forget(self) -> None:
        """No state that was given out holds any more."""
        self._states.clear()

    # --- answers -------------------------------------------------------------------------------

    def answer(self, request: Request) -> tuple[int, str, dict[str, str]]:
        self.requests.append(request)
        if request.path.startswith("/Pages/ChiTiet.aspx?id="):
            number = int(request.path.rpartition("=")[2])
            if 1 <= number <= self.count:
                first = f"Đoạn mở đầu của bài số {number}. {PARAGRAPH}"
                return 200, article_page(f"Bài số {number}", first), {}
        if request.path.startswith("/Pages/DanhSach.aspx"):
            return self.list_answer(request)
        if request.path.startswith("/Pages/Loi.aspx"):
            return 200, "<html><body>Phiên làm việc đã hết hạn.</body></html>", {}
        return 404, "<title>Not Found</title>", {}

    def list_answer(self, request: Request) -> tuple[int, str, dict[str, str]]:
        if self.cookies_required and "phien=" not in request.headers.get("cookie", ""):
            return 302, "", {"Location": request.path, "Set-Cookie": "phien=a1; path=/"}
        if request.method == "GET" and self.etag:
            if request.headers.get("if-none-match") == self.etag:
                return 304, "", {}
            return 200, self.whole(1), {"ETag": self.etag}
        if request.method == "GET":
            return 200, self.whole(1), {}
        self.posts += 1
        form = request.form
        partly = form.get("__ASYNCPOST") == "true"
        if not request.headers.get("referer", "").startswith(self.list_url.partition("?")[0]):
            self.fault("a form from nowhere")
        if "charset=utf-8" not in request.headers.get("content-type", ""):
            self.fault("letters without an encoding")
        if partly and request.headers.get("x-microsoftajax") != "Delta=true":
            self.fault("an asynchronous post without its header")
        if self.delta_only and not partly:
            return 500, "Lỗi", {}
        state = self.state_of(form)
        if state is None:
            return self.forgotten(partly)
        page, allowed = state
        wanted = self.pressed(form, page, allowed)
        if wanted is None:
            return 500, "Invalid postback or callback argument.", {}
        shown = 1 if self.stuck else wanted
        return 200, self.delta(shown) if partly else self.whole(shown), {}

    def forgotten(self, partly: bool) -> tuple[int, str, dict[str, str]]:
        if self.expired == "page 1":
            return 200, self.delta(1) if partly else self.whole(1), {}
        if self.expired == "redirect":
            if partly:
                return 200, part("pageRedirect", "", "%2fPages%2fLoi.aspx"), {}
            return 302, "", {"Location": "/Pages/Loi.aspx?aspxerrorpath=/x"}
        if self.expired == "message":
            return 200, "<html><body>Validation of viewstate MAC failed.</body></html>", {}
        return 500, "Invalid viewstate", {}

    def fault(self, text: str) -> None:
        self.faults.append(text)

    def state_of(self, form: dict[str, str]) -> tuple[int, frozenset[tuple[str, str]]] | None:
        whole = form.get("__VIEWSTATE", "")
        for index in range(1, int(form.get("__VIEWSTATEFIELDCOUNT", "1"))):
            whole += form.get(f"__VIEWSTATE{index}", "")
        try:
            token = json.loads(base64.b64decode(whole))["t"]
        except (ValueError, KeyError):
            return None
        found = self._states.get(token)
        if found is None or found[1] != self.epoch:
            return None
        return found[0], found[2]

    @property
    def epoch(self) -> int:
        return self.posts // self.expires_after if self.expires_after else 0

    def pressed(
        self, form: dict[str, str], page: int, allowed: frozenset[tuple[str, str]]
    ) -> int | None:
        """The page that was asked for; None where the post was not such as a browser sends."""
        expected = {"ctl00$txtTuKhoa": SEARCH, "ctl00$chkTatCa": "on", "ctl00$ddlNgonNgu": "vi"}
        for name, value in expected.items():
            if form.get(name) != value:
                self.fault(f"{name} is {form.get(name)!r}")
        for name in ("ctl00$btnTim", "ctl00$chkAnh", "ctl00$txtKhoa", "ctl00$rdo"):
            if name in form and (name != "ctl00$rdo" or form[name] != "b"):
                self.fault(f"{name} was sent")
        for name in ("__VIEWSTATEGENERATOR", "__EVENTVALIDATION", "__PREVIOUSPAGE"):
            if not form.get(name):
                self.fault(f"{name} is missing")
        events = [
            one
            for one in allowed
            if form.get("__EVENTTARGET") == one[0] and form.get("__EVENTARGUMENT", "") == one[1]
        ] or [one for one in allowed if one[0] in form or f"{one[0]}.x" in form]
        if self.pager == "select":
            chosen = form.get("ctl00$Noidung$ddlTrang", "")
            return int(chosen) if chosen.isdecimal() else None
        if not events:
            self.fault(f"nothing was pressed: {form.get('__EVENTTARGET')}")
            return None
        return self._pager(page)[1][events[0]]

    # --- markup --------------------------------------------------------------------------------

    def _pager(self, page: int) -> tuple[str, dict[tuple[str, str], int]]:
        """The pager's markup on a page, and where each of its events leads."""
        last = self.last_page + 1 if self.endless else self.last_page
        first_of_group = (page - 1) // self.group * self.group + 1
        end = min(first_of_group + self.group - 1, last)
        labels: list[tuple[str, int]] = []
        if self.pager in ("images", "buttons"):
            labels = [("prev", page - 1)] if page > 1 else []
            labels += [("next", page + 1)] if page < last else []
        else:
            if first_of_group > 1:
                labels.append(("...", first_of_group - 1))
            labels += [(str(number), number) for number in range(first_of_group, end + 1)]
            if end < last:
                labels.append(("...", end + 1))
        if len(labels) < 2 and self.pager not in ("images", "buttons"):
            return "", {}
        return pager_markup(self.pager, labels, page, tells_page=self.tells_page, last=last)

    def numbers_on(self, page: int) -> list[int]:
        if page in self.empty_pages:
            return []
        asked = {one.path for one in self.requests}
        gone = {number for path, number in self.taken_down_after.items() if path in asked}
        newest_first = [number for number in range(self.count, 0, -1) if number not in gone]
        return newest_first[(page - 1) * self.per_page : page * self.per_page]

    def panel(self, page: int) -> str:
        rows = "".join(
            f'<tr><td><a href="ChiTiet.aspx?id={number}">Bài số {number} về thủy lợi</a></td></tr>'
            for number in self.numbers_on(page)
        )
        pager = self._pager(page)[0]
        if self.pager == "gridview" and pager:
            pager = f'<tr class="phantrang"><td><table><tr>{pager}</tr></table></td></tr>'
            return f'<table id="ctl00_Noidung_gv">{rows}{pager}</table>'
        return f'<table>{rows}</table><div class="phantrang">{pager}</div>'

    def state(self, page: int) -> dict[str, str]:
        """The hidden fields of a page."""
        token = f"{len(self._states) + 1}"
        self._states[token] = (page, self.epoch, frozenset(self._pager(page)[1]))
        known = json.dumps({"t": token, "p": "đ" * self.state_bytes})
        whole = base64.b64encode(known.encode()).decode()
        fields = {"__VIEWSTATE": whole}
        if self.split_state:
            third = len(whole) // 3
            pieces = (whole[:third], whole[third : 2 * third], whole[2 * third :])
            fields = {"__VIEWSTATEFIELDCOUNT": "3"}
            fields |= {f"__VIEWSTATE{n or ''}": piece for n, piece in enumerate(pieces)}
        more = {"GENERATOR": "CA0B0334"}
        fields |= {f"__VIEWSTATE{name}": value for name, value in more.items()}
        return fields | {"__EVENTVALIDATION": f"/wEW{token}+a/b=", "__PREVIOUSPAGE": "Xy_9"}

    def whole(self, page: int) -> str:
        hidden = "".join(
            f'<input type="hidden" name="{name}" id="{name}" value="{html.escape(value)}" />'
            for name, value in self.state(page).items()
        )
        calendar = CALENDAR if self.calendar else ""
        manager = (
            "<script>//<![CDATA[\nSys.WebForms.PageRequestManager._initialize('ctl00$Quanly', "
            f"'aspnetForm', ['t{PANEL}','{PANEL.replace('$', '_')}'], [], [], 90, 'ctl00');\n//]]>"
            "</script>"
        )
        return (
            "<!DOCTYPE html><html><head><title>Tin tức</title></head><body>"
            '<form method="post" action="./DanhSach.aspx?cm=tin" id="aspnetForm">'
            '<input type="hidden" name="__EVENTTARGET" value="" />'
            '<input type="hidden" name="__EVENTARGUMENT" value="" />'
            f"{hidden}{manager}{SURROUNDINGS}{calendar}"
            f'<div id="{PANEL.replace("$", "_")}">{self.panel(page)}</div>'
            '<div class="chan"><a href="/">Trang chủ</a></div></form></body></html>'
        )

    def delta(self, page: int) -> str:
        hidden = "".join(part("hiddenField", *field) for field in self.state(page).items())
        panel = part("updatePanel", PANEL.replace("$", "_"), self.panel(page))
        end = part("asyncPostBackControlIDs", "", "") + part("pageTitle", "", "Tin tức")
        action = part("formAction", "", "./DanhSach.aspx?cm=tin")
        return part("#", "", "4") + panel + hidden + end + action


def part(kind: str, id: str, content: str) -> str:
    """One part of an answer to an asynchronous post."""
    return f"{len(content)}|{kind}|{id}|{content}|"


def pager_markup(
    kind: PagerKind, labels: list[tuple[str, int]], page: int, *, tells_page: bool, last: int
) -> tuple[str, dict[tuple[str, str], int]]:
    """The pager as one of the usual controls writes it, and its events."""
    pieces: list[str] = []
    events: dict[tuple[str, str], int] = {}
    if kind == "select":
        options = "".join(
            f'<option value="{n}"{" selected" * (n == page and tells_page)}>Trang {n}</option>'
            for n in range(1, last + 1)
        )
        call = "javascript:setTimeout(&#39;__doPostBack(\\&#39;ctl00$Noidung$ddlTrang\\&#39;,"
        call += "\\&#39;\\&#39;)&#39;, 0)"
        name = "ctl00$Noidung$ddlTrang"
        return f'<select name="{name}" onchange="{call}">{options}</select>', {(name, ""): page}
    for index, (label, number) in enumerate(labels):
        if number == page:
            pieces.append(f"<td><span>{label if tells_page else '·'}</span></td>")
            continue
        event, markup = control(kind, label, number, index)
        events[event] = number
        pieces.append(markup)
    text = "&nbsp;".join(pieces)
    return text if kind == "gridview" else text.replace("<td>", "").replace("</td>", ""), events


def control(kind: PagerKind, label: str, number: int, index: int) -> tuple[tuple[str, str], str]:
    """One link or button of a pager: the event that it raises, and its markup."""
    if kind == "gridview":
        event = ("ctl00$Noidung$gv", f"Page${number}")
        call = f"javascript:__doPostBack(&#39;{event[0]}&#39;,&#39;{event[1]}&#39;)"
        return event, f'<td><a href="{call}">{label}</a></td>'
    if kind == "aspnetpager":
        event = ("ctl00$Noidung$AspNetPager1", str(number))
        call = f"__doPostBack('{event[0]}','{number}')"
        return event, f'<a href="javascript:{call}" style="margin-right:5px;">{label}</a>'
    if kind == "options":
        event = (f"ctl00$Noidung$rpt$ctl{index:02d}$lnkTrang", "")
        options = f"&quot;{event[0]}&quot;, &quot;&quot;, true, &quot;&quot;, &quot;&quot;, false"
        call = f"WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions({options}, true))"
        return event, f'<a href="#" onclick="{call}; return false;">{label}</a>'
    if kind == "images":
        event = (f"ctl00$Noidung$img{label.title()}", "")
        return event, f'<input type="image" name="{event[0]}" src="/images/{label}.gif" />'
    if kind == "buttons":
        event = (f"ctl00$Noidung$btn{label.title()}", "")
        value = "Sau >" if label == "next" else "< Trước"
        return event, f'<input type="submit" name="{event[0]}" value="{html.escape(value)}">'
    event = (f"ctl00$Noidung$pg$ctl01$ctl{index:02d}", "")
    call = f"javascript:__doPostBack(%27{event[0]}%27,%27%27)" if kind == "telerik" else ""
    call = call or f"javascript:__doPostBack('{event[0]}','')"
    return event, f'<a href="{call}"><span>{label}</span></a>'


SURROUNDINGS = f"""
<div id="dau"><input name="ctl00$txtTuKhoa" type="text" value="{SEARCH}" />
<input name="ctl00$txtKhoa" type="text" value="x" disabled="disabled" />
<input type="submit" name="ctl00$btnTim" value="Tìm kiếm" />
<input type="checkbox" name="ctl00$chkTatCa" checked="checked" />
<input type="checkbox" name="ctl00$chkAnh" />
<input type="radio" name="ctl00$rdo" value="a" /><input type="radio" name="ctl00$rdo" value="b"
checked="checked" />
<select name="ctl00$ddlNgonNgu" onchange="javascript:__doPostBack('ctl00$ddlNgonNgu','')">
<option value="vi">Tiếng Việt</option><option value="en">English</option></select>
<a href="javascript:__doPostBack('ctl00$lnkDangNhap','')">Đăng nhập</a></div>
"""
CALENDAR = (
    '<table class="lich" title="Calendar"><tr><td><a href="javascript:__doPostBack('
    "'ctl00$Lich','V8887')\">&lt;</a></td><td><a href=\"javascript:__doPostBack('ctl00$Lich',"
    "'V8948')\">&gt;</a></td></tr><tr>"
    + "".join(
        f"<td><a href=\"javascript:__doPostBack('ctl00$Lich','{8917 + day}')\">{day}</a></td>"
        for day in range(1, 32)
    )
    + "</tr></table>"
)


@contextmanager
def serving(portal: WebFormsPortal) -> Iterator[WebFormsPortal]:
    """Serve the portal on a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in one piece: in two, the second waits for the first's receipt

        def do_GET(self) -> None:
            self.reply(Request("GET", self.path, headers=self.names()))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body, keep_blank_values=True))
            self.reply(Request("POST", self.path, form, self.names()))

        def names(self) -> dict[str, str]:
            return {name.lower(): value for name, value in self.headers.items()}

        def reply(self, request: Request) -> None:
            with lock:
                status, text, headers = portal.answer(request)
            body = text.encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            partly = request.form.get("__ASYNCPOST") and status == 200
            kind = "text/plain" if partly else "text/html"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    lock = threading.Lock()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    portal.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
