"""Datelines, each form in which Vietnamese portals print them."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from scraper.vietnamese.dates import find_dates, label_of, read_date
from scraper.vietnamese.month_names import LANGUAGES

VIETNAM = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("Hội nghị sơ kết công tác quý II 14/06/2018", date(2018, 6, 14)),
        ("(28/04/2014)", date(2014, 4, 28)),
        ("phát triển(05/03/2021)", date(2021, 3, 5)),
        ("Cập nhật : 04/05/2011", date(2011, 5, 4)),
        ("Cập nhật 09/8/2023", date(2023, 8, 9)),
        ("Ngày đăng: 08/01/2018", date(2018, 1, 8)),
        ("Ngày đăng: 08 | 04 | 2024", date(2024, 4, 8)),
        ("Đăng ngày: 01-04-2021 | Lượt xem: 1599", date(2021, 4, 1)),
        ("Đăng ngày 17 - 05 - 2024", date(2024, 5, 17)),
        ("Ngày đăng 09/09/2020 | 05:07 PM | View count: 842", datetime(2020, 9, 9, 17, 7)),
        ("Publish date 09/09/2020 | 05:07 AM", datetime(2020, 9, 9, 5, 7)),
        ("Lượt xem: 7370 | Gửi lúc: 05/12/2013 15:42:27", datetime(2013, 12, 5, 15, 42, 27)),
        ("11:03, 15/12/2019", datetime(2019, 12, 15, 11, 3)),
        ("07:28 24/02/2014", datetime(2014, 2, 24, 7, 28)),
        ("Trong nước - Ngày đăng : 15:30, 04/06/2018", datetime(2018, 6, 4, 15, 30)),
        (
            "Thứ sáu, 28/12/2012, 14:46 GMT+7",
            datetime(2012, 12, 28, 14, 46, tzinfo=VIETNAM),
        ),
        ("09-01-2024, 17:48 (GMT+7)", datetime(2024, 1, 9, 17, 48, tzinfo=VIETNAM)),
        ("09-01-2024, 17:48 [GMT+7]", datetime(2024, 1, 9, 17, 48, tzinfo=VIETNAM)),
        ("Thứ Ba, 25/12/2012 - 10:03", datetime(2012, 12, 25, 10, 3)),
        (
            "Thứ hai, ngày 04 tháng 06 năm 2012 cập nhật lúc 14:22",
            datetime(2012, 6, 4, 14, 22),
        ),
        ("Thứ tư, ngày 1 tháng 3 năm 2023 | 10:19", datetime(2023, 3, 1, 10, 19)),
        ("Hoạt động của Bộ | 21/12/2012 - 08:04", datetime(2012, 12, 21, 8, 4)),
        ("(09:25:30 AM 21/04/2018)", datetime(2018, 4, 21, 9, 25, 30)),
        ("Thứ Tư, 12/06/2013 | 06:35:00 PM", datetime(2013, 6, 12, 18, 35)),
        ("15:20 PM | 21/12/2012", datetime(2012, 12, 21, 15, 20)),
        (
            "Thứ Hai, 24/12/2012, 03:04 AM (GMT+7)",
            datetime(2012, 12, 24, 3, 4, tzinfo=VIETNAM),
        ),
        ("Cập nhật thứ hai, ngày 24/12/12 11:05 tối", datetime(2012, 12, 24, 23, 5)),
        ("30/11/12 04:00 chiều", datetime(2012, 11, 30, 16, 0)),
        ("30/11/2012 04:00 CH", datetime(2012, 11, 30, 16, 0)),
        ("30/11/2012 12:30 SA", datetime(2012, 11, 30, 0, 30)),
        ("14h30 ngày 5/6/2018", datetime(2018, 6, 5, 14, 30)),
        ("8 giờ sáng ngày 5 tháng 6 năm 2018", datetime(2018, 6, 5, 8, 0)),
        ("Thứ 7, 23/11/2019, 3h:55:19", datetime(2019, 11, 23, 3, 55, 19)),
        ("14 Tháng Sáu, 2018", date(2018, 6, 14)),
        ("14 tháng năm năm 2018", date(2018, 5, 14)),
        ("Tháng Mười Hai 4, 2018", date(2018, 12, 4)),
        ("14 Th6, 2018", date(2018, 6, 14)),
        ("Hà Nội, ngày 12 tháng 5 năm 2018", date(2018, 5, 12)),
        ("NGÀY 12 THÁNG 5 NĂM 2018", date(2018, 5, 12)),
        ("ngay 12 thang 5 nam 2018", date(2018, 5, 12)),
        ("2018-06-14", date(2018, 6, 14)),
        ("2018-06-14T07:22:11+07:00", datetime(2018, 6, 14, 7, 22, 11, tzinfo=VIETNAM)),
        ("2018-06-14T07:22:11.123Z", datetime(2018, 6, 14, 7, 22, 11, tzinfo=UTC)),
        ("Mon, 03 Jun 2024 10:11:12 GMT", datetime(2024, 6, 3, 10, 11, 12, tzinfo=UTC)),
        ("3 June 2024", date(2024, 6, 3)),
        ("June 3, 2024", date(2024, 6, 3)),
        ("Jun. 3rd, 2024 at 5:30 p.m.", datetime(2024, 6, 3, 17, 30)),
        ("3. März 2018, 14.30 Uhr", datetime(2018, 3, 3, 14, 30)),
        ("3 de junio de 2018", date(2018, 6, 3)),
        ("2018年6月14日", date(2018, 6, 14)),
        ("Mar 27, 20255 min read", date(2025, 3, 27)),
    ],
)
def test_a_dateline_is_read_as_printed(printed: str, meant: date) -> None:
    for form in ("NFC", "NFD"):
        moment = read_date(unicodedata.normalize(form, printed), latest=None)
        assert moment is not None
        assert moment.value == meant
        assert type(moment.value) is type(meant)
        assert (moment.precision == "day") is not isinstance(meant, datetime)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("17 août 2020 à 14h30", datetime(2020, 8, 17, 14, 30)),
        ("1er mars 2020", date(2020, 3, 1)),
        ("17. elokuuta 2020 klo 14.30", datetime(2020, 8, 17, 14, 30)),
        ("kl. 14.30 den 5 januari 2020", datetime(2020, 1, 5, 14, 30)),
        ("2020. augusztus 17. 10:22", datetime(2020, 8, 17, 10, 22)),
        ("2020 m. rugpjūčio 17 d.", date(2020, 8, 17)),
        ("2020. gada 17. augusts", date(2020, 8, 17)),
        ("17.8.2020 o godz. 14:30", datetime(2020, 8, 17, 14, 30)),
        ("17 Αυγούστου 2020 | 10:30 μ.μ.", datetime(2020, 8, 17, 22, 30)),
        ("05 NİSAN 2020, 10:22", datetime(2020, 4, 5, 10, 22)),
        ("17 AĞUSTOS 2020", date(2020, 8, 17)),
        ("17 августа 2020 в 10:30", datetime(2020, 8, 17, 10, 30)),
        ("17 серпня 2020, 10:30", datetime(2020, 8, 17, 10, 30)),
        ("17 באוגוסט 2020", date(2020, 8, 17)),
        ("١٧ أغسطس ٢٠٢٠", date(2020, 8, 17)),
        ("17 آب/أغسطس 2020", date(2020, 8, 17)),
        ("17 كانون الثاني 2020", date(2020, 1, 17)),
        ("१७ अगस्त २०२० 10:30", datetime(2020, 8, 17, 10, 30)),
        ("১৭ আগস্ট ২০২০, ১০:৩০", datetime(2020, 8, 17, 10, 30)),
        ("17 สิงหาคม 2563 เวลา 14:30 น.", datetime(2020, 8, 17, 14, 30)),
        ("17 ส.ค. 2563", date(2020, 8, 17)),
        ("2020年8月17日 下午2:30", datetime(2020, 8, 17, 14, 30)),
        ("2020년 8월 17일 오후 2:30", datetime(2020, 8, 17, 14, 30)),
        ("2020. 8. 17. 오전 9:05", datetime(2020, 8, 17, 9, 5)),
        ("令和2年8月17日", date(2020, 8, 17)),
        ("13 ივნისი, 2020", date(2020, 6, 13)),
        ("5 de março de 2020 às 14:30", datetime(2020, 3, 5, 14, 30)),
        ("06 Dicembre 2020", date(2020, 12, 6)),
        ("17 d'agost de 2020", date(2020, 8, 17)),
        ("on Friday December 19, 2025 @08:00PM", datetime(2025, 12, 19, 20, 0)),
        ("03-Jun-24", date(2024, 6, 3)),
        ("7.8.20, 07:14 Uhr", datetime(2020, 8, 7, 7, 14)),
        ("macbeth28.09.1912:44", date(2019, 9, 28)),
        ("HealthDECEMBER 22, 2022Updated", date(2022, 12, 22)),
    ],
)
def test_dates_of_the_worlds_languages_are_read(printed: str, meant: date) -> None:
    moment = read_date(printed, latest=None)
    assert moment is not None
    assert moment.value == meant
    assert (moment.precision == "day") is not isinstance(meant, datetime)


def test_every_language_names_twelve_months_and_no_name_means_two() -> None:
    words = unicodedata.normalize("NFC", LANGUAGES).split()
    assert not len(words) % 13
    numbers: dict[str, int] = {}
    for start in range(0, len(words), 13):
        assert len(words[start]) == 2
        for number, names in enumerate(words[start + 1 : start + 13], 1):
            for name in names.split("/"):
                assert name == "_" or numbers.setdefault(name, number) == number, name


def test_listopad_is_october_in_croatian_and_november_in_polish() -> None:
    croatian, polish = (
        read_date(text, latest=None) for text in ("12. listopada 2020.", "12 listopada 2020")
    )
    assert croatian is not None and croatian.value == date(2020, 10, 12)
    assert polish is not None and polish.value == date(2020, 11, 12)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("EST", -5), ("EDT", -4), ("CET", 1), ("MESZ", 2), ("WIB", 7), ("CST", None)],
)
def test_letters_after_a_time_are_its_zone_where_they_mean_one_only(
    zone: str, hours: int | None
) -> None:
    moment = read_date(f"August 17, 2020 10:30 PM {zone}", latest=None)
    assert moment is not None and isinstance(moment.value, datetime)
    assert moment.value.utcoffset() == (None if hours is None else timedelta(hours=hours))


@pytest.mark.parametrize(
    "printed", ["12:00 AM 30/11/2012", "21/12/2012 | 12:00 AM", "1/2/2013 12:00 SA"]
)
def test_midnight_in_twelve_hours_means_that_nobody_entered_a_time(printed: str) -> None:
    moment = read_date(printed, latest=None)
    assert moment is not None
    assert moment.precision == "day"
    assert not isinstance(moment.value, datetime)


@pytest.mark.parametrize(
    ("printed", "precision"),
    [("14/06/2018", "day"), ("14/06/2018 07:22", "minute"), ("14/06/2018 07:22:00", "second")],
)
def test_the_precision_is_what_is_printed(printed: str, precision: str) -> None:
    moment = read_date(printed, latest=None)
    assert moment is not None
    assert moment.precision == precision


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ngày 16/72/2020",
        "ngày 31/02/2018",
        "Chiều ngày 13/6",
        "(26/12)",
        "3 giờ trước",
        "bản đồ tỷ lệ 1/10.000, 1/5.000",
        "Thu10282021",
        "Thông tư số 12/2019/TT-BTNMT",
        "địa chỉ 192.168.10.2012, bản 1.2.3.4",
        "đợt 10-12/5/2018",
        "điện thoại 024.3773.1234",
        "63.064.480",
        "3 apples 2020",
        "17 August 2563",
        "۱۳۹۹/۰۵/۲۷",
        "năm 2018",
        "25:70 tháng 2018",
    ],
)
def test_what_is_no_date_gives_none(text: str) -> None:
    assert read_date(text, latest=None) is None


def test_the_day_stands_before_the_month_unless_the_caller_says_otherwise() -> None:
    by_day = read_date("08/01/2018", latest=None)
    by_month = read_date("08/01/2018", latest=None, month_first=True)
    assert by_day is not None and by_day.value == date(2018, 1, 8)
    assert by_month is not None and by_month.value == date(2018, 8, 1)


def test_a_day_later_than_tomorrow_is_a_misreading() -> None:
    today = date(2018, 6, 14)
    assert read_date("15/06/2018", latest=today) is not None
    assert read_date("16/06/2018", latest=today) is None


def test_all_moments_of_a_line_come_in_its_order_each_with_its_own_time() -> None:
    days_first = find_dates("25/12/2012 10:03 - 26/12/2012 11:05", latest=None)
    times_first = find_dates("10:03 25/12/2012 và 11:05 26/12/2012", latest=None)
    wanted = [datetime(2012, 12, 25, 10, 3), datetime(2012, 12, 26, 11, 5)]
    assert [moment.value for moment in days_first] == wanted
    assert [moment.value for moment in times_first] == wanted


def test_a_dash_before_another_date_is_no_offset() -> None:
    moments = find_dates("25/12/2012 10:03 - 2/1/2013", latest=None)
    assert [moment.value for moment in moments] == [datetime(2012, 12, 25, 10, 3), date(2013, 1, 2)]


def test_the_place_of_a_moment_is_given_in_the_composed_text() -> None:
    line = unicodedata.normalize("NFD", "Cập nhật: Thứ sáu, 28/12/2012, 14:46 GMT+7 | In trang")
    moment = read_date(line, latest=None)
    assert moment is not None
    assert moment.text == "Thứ sáu, 28/12/2012, 14:46 GMT+7"
    assert unicodedata.normalize("NFC", line)[moment.start : moment.end] == moment.text


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("Ngày đăng:", "published"),
        ("Đăng ngày", "published"),
        ("Lượt xem: 7370 | Gửi lúc:", "published"),
        ("Publish date", "published"),
        ("Cập nhật :", "updated"),
        ("Ngày cập nhật", "updated"),
        ("Last updated", "updated"),
        ("Ngày đăng: 1/2/2018 | Cập nhật:", "updated"),
        ("Chiều ngày", None),
        ("By Admin AdminPublished", "published"),
        ("unpublished since", None),
        ("Veröffentlicht am", "published"),
        ("Mis en ligne le", "published"),
        ("Mis à jour le", "updated"),
        ("Опубликовано", "published"),
        ("Güncelleme :", "updated"),
        ("发布时间：", "published"),
        ("最終更新日", "updated"),
        ("입력", "published"),
        ("نشر في", "published"),
        ("", None),
    ],
)
def test_a_label_says_what_the_date_after_it_is(words: str, label: str | None) -> None:
    assert label_of(words) == label
    assert label_of(unicodedata.normalize("NFD", words)) == label


@pytest.mark.parametrize(
    "text",
    [
        "1" * 30_000,
        "1/" * 15_000,
        "12:" * 10_000,
        "12/12/2012 " * 3_000,
        "ngày 1 " * 5_000,
        "may " * 8_000,
    ],
)
def test_long_texts_cost_time_in_proportion(text: str) -> None:
    """Four times the text costs about four times as much; sixteen times would be quadratic."""

    def cost(sample: str) -> float:
        begun = time.thread_time()
        find_dates(sample, latest=None)
        return time.thread_time() - begun

    short = min(cost(text[: len(text) // 4]) for _ in range(3))
    assert min(cost(text) for _ in range(3)) < 14 * max(short, 0.003)


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("thứ hai, ngày 7/8/17 07:14 sáng", datetime(2017, 8, 7, 7, 14)),
        ("chủ nhật, ngày 9/7/17 08:14 tối", datetime(2017, 7, 9, 20, 14)),
        ("7/8/17 07:14", datetime(2017, 8, 7, 7, 14)),
        ("ngày 17/8/17", date(2017, 8, 17)),
    ],
)
def test_a_year_of_two_figures_is_read_beside_the_word_day_or_a_time(
    line: str, moment: date
) -> None:
    found = read_date(line, latest=None)
    assert found is not None
    assert found.value == moment


@pytest.mark.parametrize("line", ["tỷ lệ 7/8/17", "đạt 3/4/12 chỉ tiêu", "phiên bản 1/2/34.5"])
def test_small_figures_between_strokes_are_no_date_by_themselves(line: str) -> None:
    assert read_date(line, latest=None) is None
