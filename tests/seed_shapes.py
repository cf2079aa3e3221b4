"""The shape of the page this project was asked for, in the markups that old systems write it in.

Each shape is a whole page: a menu, a visit day in the head, a lone counter 0, a side box of links
in capitals, and an article with a date on its title line, two captioned pictures and a source line.
The markups were written from the looks of such pages, without regard to what reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

HOME = "http://tnmt.invalid/"
IMAGES = ("/Uploads/2018/6/14/hop1.jpg", "/Uploads/2018/6/14/hop2.jpg")
MENU = ("Trang chủ", "Giới thiệu", "Tin tức", "Văn bản pháp luật", "Dự án", "Liên hệ")
BOX = (
    "PHẦN MỀM THEO DÕI DỰ ÁN",
    "CÔNG VĂN ĐIỆN TỬ",
    "HỒ SƠ CÔNG VIỆC",
    "QUẢN LÝ NHÂN SỰ",
)
CLOCK = "Thứ Tư, ngày 17/07/2024"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedText:
    """What the page says: two captions, the first under the lead, the second a paragraph later."""

    title: str
    date_text: str
    lead: str
    captions: tuple[str, str]
    paragraphs: tuple[str, ...]
    source_line: str


def _links(names: tuple[str, ...], *, between: str) -> str:
    return between.join(
        f'<a href="/muc-{n}.aspx">{escape(name)}</a>' for n, name in enumerate(names)
    )


def nested_tables(text: SeedText) -> str:
    """Tables in tables; each picture a table of its own with the caption in its second row."""
    pictures = [
        '<table align="center" border="0" cellpadding="3" cellspacing="0"><tr><td>'
        f'<img border="0" src="{image}" width="450"></td></tr><tr><td align="center" '
        f'class="pCaption">{escape(caption)}</td></tr></table>'
        for image, caption in zip(IMAGES, text.captions, strict=True)
    ]
    first, *rest = (f'<p align="justify">{escape(p)}</p>' for p in text.paragraphs)
    menu = _links(MENU, between='</td><td class="menu">')
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>Tổng công ty - {escape(text.title)}</title></head>
<body topmargin="0"><table width="1000" align="center" cellspacing="0" cellpadding="0">
<tr><td colspan="2"><img src="/images/top.jpg" width="1000" height="130"></td></tr>
<tr><td colspan="2"><table><tr><td class="menu">{menu}</td><td>{CLOCK}</td></tr></table></td></tr>
<tr><td valign="top" width="770"><table width="100%">
<tr><td class="cat">Tin tức</td></tr>
<tr><td><span class="title">{escape(text.title)}</span> <span class="d">{text.date_text}</span>
</td></tr><tr><td>0</td></tr>
<tr><td><p align="justify"><b>{escape(text.lead)}</b></p>{pictures[0]}{first}{pictures[1]}
{"".join(rest)}<p align="right"><b>{escape(text.source_line)}</b></p></td></tr></table></td>
<td valign="top"><table class="right"><tr><td>{_links(BOX, between="</td></tr><tr><td>")}</td></tr>
</table></td></tr><tr><td colspan="2">Bản quyền thuộc về Tổng công ty. ĐT: 024 3555 0100</td></tr>
</table></body></html>"""


def plain_divs(text: SeedText) -> str:
    """Divs with classes; pictures and captions are centred divs."""
    pictures = [
        f'<div style="text-align:center"><img alt="" src="{image}" style="width:500px" /></div>\n'
        f'<div style="text-align:center"><span style="color:#333399">{escape(caption)}</span></div>'
        for image, caption in zip(IMAGES, text.captions, strict=True)
    ]
    first, *rest = (f"<p>{escape(p)}</p>" for p in text.paragraphs)
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" /><title>Tin tức</title></head>
<body><div id="page"><div id="top"><div class="ngay">{CLOCK}</div>
<ul id="menu"><li>{_links(MENU, between="</li><li>")}</li></ul></div>
<div id="center"><div class="chuyenmuc">Tin tức</div>
<div class="tieude">{escape(text.title)} <span class="ngaydang">{text.date_text}</span></div>
<div class="dem">0</div>
<div class="tomtat">{escape(text.lead)}</div>
<div class="noidung">{pictures[0]}
{first}
<p>&nbsp;</p>
{pictures[1]}
<p>&nbsp;</p>
{"".join(rest)}
</div><div class="nguon">{escape(text.source_line)}</div></div>
<div id="right"><div class="lk">{_links(BOX, between='</div><div class="lk">')}</div></div>
<div id="bottom">Giấy phép số 68/GP-TTĐT ngày 10/04/2012</div></div></body></html>"""


def parted_by_breaks(text: SeedText) -> str:
    """No paragraphs at all: text parted by <br><br>, captions in small centred italics."""
    pictures = [
        f'<center><img src="{image}"><br><font size="2"><i>{escape(caption)}</i></font></center>'
        for image, caption in zip(IMAGES, text.captions, strict=True)
    ]
    first, *rest = (escape(p) for p in text.paragraphs)
    return f"""<html><head><title>Tin tức</title></head><body bgcolor="white">
<font size="1">{CLOCK}</font><br>{_links(MENU, between=" | ")}<hr>
<table width="100%"><tr><td width="75%" valign="top">
<font color="red"><b>Tin tức</b></font><br><br>
<font size="4" color="navy"><b>{escape(text.title)}</b></font>
<font size="1">{text.date_text}</font><br>0<br><br>
<div align="justify"><b>{escape(text.lead)}</b><br>{pictures[0]}<br>{first}<br><br>&nbsp;<br>
{pictures[1]}<br>{"<br><br>".join(rest)}<br><br><br>
<div align="right"><i>{escape(text.source_line)}</i></div></div></td>
<td valign="top">{_links(BOX, between="<br>")}</td></tr></table>
<hr><center><font size="1">Copyright 2012</font></center></body></html>"""


def pasted_from_word(text: SeedText) -> str:
    """MsoNormal paragraphs, spans that end in mid-sentence, lines broken anywhere."""

    def spans(words: str) -> str:
        style = "font-size:14.0pt;line-height:120%;font-family:&quot;Times New Roman&quot;"
        parts = [words[n : n + 61] for n in range(0, len(words), 61)]
        made = "".join(f'<span style="{style}" lang="VI">{escape(part)}</span>' for part in parts)
        return made.replace(" của ", "\ncủa ").replace(" và ", "\nvà ")

    def paragraph(words: str, *, style: str = "text-align:justify") -> str:
        return f'<p class="MsoNormal" style="{style}">{spans(words)}<o:p></o:p></p>'

    empty = '<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
    pictures = [
        f'<p class="MsoNormal" align="center" style="text-align:center"><img src="{image}" '
        'v:shapes="_x0000_i1025" width="576" height="384"><o:p></o:p></p>\n'
        f'<p class="MsoNormal" align="center" style="text-align:center"><i>{spans(caption)}</i></p>'
        for image, caption in zip(IMAGES, text.captions, strict=True)
    ]
    first, *rest = (paragraph(p) for p in text.paragraphs)
    source = paragraph(text.source_line, style="text-align:right")
    return f"""<html xmlns:o="urn:schemas-microsoft-com:office:office">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{escape(text.title)}</title>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style>p.MsoNormal {{margin:0in; font-size:12.0pt;}}</style></head>
<body><div class="head">{CLOCK}<div class="nav">{_links(MENU, between=" ")}</div></div>
<div class="main"><h4>Tin tức</h4><h2>{escape(text.title)} {text.date_text}</h2><span>0</span>
<div class="content"><p class="MsoNormal" style="text-align:justify"><b>{spans(text.lead)}</b>
<o:p></o:p></p>{pictures[0]}{first}{empty}{empty}{pictures[1]}{empty}{"".join(rest)}{empty}{source}
</div></div><div class="side"><p>{_links(BOX, between="</p><p>")}</p></div></body></html>"""


def form_around_everything(text: SeedText) -> str:
    """An ASP.NET page: one form, a view state, spans with generated ids."""
    pictures = [
        f'<p align="center"><img src="{image}" alt="hop.jpg" /></p>'
        f'<p align="center"><em>{escape(caption)}</em></p>'
        for image, caption in zip(IMAGES, text.captions, strict=True)
    ]
    first, *rest = (f"<p>{escape(p)}</p>" for p in text.paragraphs)
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>
\tCổng thông tin điện tử
</title></head><body><form method="post" action="default.aspx?page=tmv_chitiettin" id="form1">
<div class="aspNetHidden"><input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE"
value="/wEPDwULLTE2MTY2ODcyMjkPZBYCAgMPZBYEAgEPDxYCHgRUZXh0BQ5UaW4gdOG7qWM=" /></div>
<span id="uc_head_lblDate">{CLOCK}</span>
<input name="uc_head$txtSearch" type="text" value="Nhập từ khóa" /><input type="submit"
name="uc_head$btn" value="Tìm kiếm" /><div id="uc_menu">{_links(MENU, between=" ")}</div>
<div id="pnlCenter"><span id="ctl10_lblZone" class="ZoneName">Tin tức</span><br />
<span id="ctl10_lblTitle" class="TinTitle">{escape(text.title)}</span>
<span id="ctl10_lblDate" class="TinDate">{text.date_text}</span><br />
<span id="ctl10_lblView">0</span><br />
<span id="ctl10_lblInit" class="TinInit">{escape(text.lead)}</span>
<div id="ctl10_divContent">{pictures[0]}{first}{pictures[1]}{"".join(rest)}</div>
<span id="ctl10_lblSource" class="TinSource">{escape(text.source_line)}</span></div>
<div id="pnlRight"><a id="lnk0" href="#"></a>{_links(BOX, between="<br />")}
<select name="ddlLink"><option value="0">-- Liên kết --</option><option>Báo ngành</option></select>
</div></form></body></html>"""


def figure_elements(text: SeedText) -> str:
    """A newer theme: article, header, time, figure and figcaption."""
    pictures = [
        f'<figure><img src="{image}" loading="lazy"><figcaption>{escape(caption)}</figcaption>'
        "</figure>"
        for image, caption in zip(IMAGES, text.captions, strict=True)
    ]
    first, *rest = (f"<p>{escape(p)}</p>" for p in text.paragraphs)
    return f"""<!doctype html><html lang="vi"><head><meta charset="utf-8">
<title>{escape(text.title)} - Cổng thông tin</title></head><body><header><p>{CLOCK}</p><nav><ul><li>
{_links(MENU, between="</li><li>")}</li></ul></nav></header>
<main><article><header><span class="cat">Tin tức</span>
<h1>{escape(text.title)} <time>{text.date_text}</time></h1><span class="views">0</span></header>
<p class="sapo">{escape(text.lead)}</p>{pictures[0]}{first}{pictures[1]}{"".join(rest)}
<p class="nguon">{escape(text.source_line)}</p></article>
<aside><ul><li>{_links(BOX, between="</li><li>")}</li></ul></aside></main>
<footer><p>Địa chỉ: 10 phố Vọng Giang. Email: banbientap@tnmt.invalid</p></footer></body></html>"""


def all_in_one_cell(text: SeedText) -> str:
    """One cell holds everything; captions are centred italic blue lines; nothing has a class."""
    pictures = [
        f'<p style="text-align:center"><img src="{image}"></p>'
        '<p style="text-align:center"><span style="color:#0000ff">'
        f"<em>{escape(caption)}</em></span></p>"
        for image, caption in zip(IMAGES, text.captions, strict=True)
    ]
    first, *rest = (f'<p style="text-align:justify">{escape(p)}</p>' for p in text.paragraphs)
    return f"""<html><head><title>Chi tiết tin</title></head><body><table width="990"><tr><td>
{CLOCK}</td></tr><tr><td>{_links(MENU, between="&nbsp;|&nbsp;")}</td></tr><tr>
<td><b>Tin tức</b><br><b>{escape(text.title)}</b> {text.date_text}<br>0<br>
<p style="text-align:justify"><strong>{escape(text.lead)}</strong></p>{pictures[0]}{first}
<p>&nbsp;</p>{pictures[1]}<p>&nbsp;</p>{"".join(rest)}
<p style="text-align:right"><strong>{escape(text.source_line)}</strong></p></td></tr>
<tr><td>{_links(BOX, between="<br>")}</td></tr></table></body></html>"""


def lines_between_empty_paragraphs(text: SeedText) -> str:
    """A rich-text editor's: captions are plain paragraphs under the picture, framed by empty ones;
    the lead is a paragraph like the others."""
    pictures = [
        f'<p>&nbsp;</p><p><img src="{image}" alt="" /></p><p>{escape(caption)}</p><p>&nbsp;</p>'
        for image, caption in zip(IMAGES, text.captions, strict=True)
    ]
    first, *rest = (f"<p>{escape(p)}</p>" for p in text.paragraphs)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"/><title>Tin tức - Sự kiện</title>
</head><body><div class="wrapper"><div class="top-bar"><span>{CLOCK}</span></div>
<div class="menu-ngang">{_links(MENU, between=" ")}</div><div class="cot-giua">
<div class="title-cat">Tin tức</div><div class="box-detail"><h1>{escape(text.title)}
<small>{text.date_text}</small></h1><div class="hit">0</div>
<div class="detail"><p>{escape(text.lead)}</p>{pictures[0]}{first}{pictures[1]}{"".join(rest)}
<p>&nbsp;</p><p>{escape(text.source_line)}</p></div></div></div>
<div class="cot-phai">{_links(BOX, between=" ")}</div><div class="chan-trang">© 2012 - 2024</div>
</div></body></html>"""


def grey_caption_rows(text: SeedText) -> str:
    """A press CMS's: pictures in tables of one column, the caption a small grey paragraph."""
    pictures = [
        '<table class="image center" width="480"><tbody>'
        f'<tr><td><img src="{image}" width="480"></td></tr><tr><td><p style="text-align:center">'
        f'<span style="color:#595959;font-size:11px">{escape(caption)}</span></p></td></tr></tbody>'
        "</table>"
        for image, caption in zip(IMAGES, text.captions, strict=True)
    ]
    first, *rest = (f'<p class="pBody">{escape(p)}</p>' for p in text.paragraphs)
    return f"""<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8">
<title>{escape(text.title)} | Tin tức</title></head><body>
<div id="hd"><span class="clock">{CLOCK}</span><div>{_links(MENU, between=" · ")}</div></div>
<div id="bd"><p class="pCat">Tin tức</p><h1 class="pTitle">{escape(text.title)}</h1>
<p class="pDate">{text.date_text}</p><p class="pView">0</p>
<p class="pHead">{escape(text.lead)}</p>
{pictures[0]}{first}{pictures[1]}{"".join(rest)}<p class="pSource">{escape(text.source_line)}</p>
</div><div id="rt"><table><tr><td>{_links(BOX, between="</td></tr><tr><td>")}</td></tr></table>
</div>
<div id="ft">Ghi rõ nguồn khi phát hành lại thông tin từ website này</div></body></html>"""


def aligned_divs(text: SeedText) -> str:
    """The editor's default of 2008: div for each paragraph, captions in Tahoma."""
    pictures = [
        f'<div align="center"><img src="{image}" border="0"></div><div align="center">'
        f'<span style="font-family:Tahoma;font-size:8pt">{escape(caption)}</span></div>'
        for image, caption in zip(IMAGES, text.captions, strict=True)
    ]
    first, *rest = (
        f'<div align="justify">{escape(p)}</div><div>&nbsp;</div>' for p in text.paragraphs
    )
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>Website</title></head><body><div id="header">{CLOCK}</div>
<div id="menu">{_links(MENU, between=" | ")}</div><table id="body"><tr><td id="left">
{_links(BOX, between="<br>")}</td><td id="mid"><div class="path">Tin tức</div>
<div class="newstitle">{escape(text.title)}({text.date_text})</div><div align="right">0</div>
<div class="newsbrief"><strong>{escape(text.lead)}</strong></div>
<div class="newsdetail">{pictures[0]}
{first}{pictures[1]}<div>&nbsp;</div>{"".join(rest)}
<div align="right"><em>{escape(text.source_line)}</em></div></div></td></tr></table>
</body></html>"""


SHAPES: Mapping[str, Callable[[SeedText], str]] = {
    shape.__name__: shape
    for shape in (
        nested_tables,
        plain_divs,
        parted_by_breaks,
        pasted_from_word,
        form_around_everything,
        figure_elements,
        all_in_one_cell,
        lines_between_empty_paragraphs,
        grey_caption_rows,
        aligned_divs,
    )
}
