"""What the made portals write about: stories from invented sentences, the same at every start.

Every sentence draws its own actors, places and numbers, so that two stories share little more
than what an office always writes.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

NEWEST = datetime(2026, 11, 20, 16, 40)
WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")

THEMES: dict[str, tuple[str, ...]] = {
    "rivers": (
        "hệ thống kè chống sạt lở", "quy trình xả lũ", "mạng trạm đo mưa", "kênh dẫn nước ngọt",
        "bản đồ ngập lụt", "hồ chứa thượng nguồn", "lịch đóng mở cống", "đề án cấp nước nông thôn",
    ),
    "mines": (
        "mỏ đá vôi", "giấy phép khai thác cát", "bãi thải quặng", "trữ lượng than nâu",
        "đề án điều tra đất hiếm", "quỹ phục hồi môi trường mỏ", "khoan thăm dò nước nóng",
        "dữ liệu địa chất biển",
    ),
    "forests": (
        "rừng phòng hộ đầu nguồn", "chi trả dịch vụ môi trường rừng", "vườn ươm cây bản địa",
        "chốt kiểm lâm vùng lõi", "hành lang di chuyển của voi", "phương án phòng cháy rừng",
        "giống keo nuôi cấy mô", "chứng chỉ rừng bền vững",
    ),
    "fishing": (
        "cảng cá loại hai", "hạn ngạch khai thác mực", "lồng nuôi biển bằng nhựa", "tàu giám sát",
        "giống tôm kháng bệnh", "khu tránh trú bão", "nhật ký khai thác điện tử", "rạn san hô",
    ),
    "roads": (
        "cầu dân sinh", "đường tránh thị trấn", "trạm cân lưu động", "bến thủy nội địa",
        "đường sắt khổ hẹp", "hệ thống thu phí không dừng", "xe buýt điện", "điểm đen tai nạn",
    ),
    "health": (
        "trạm y tế xã", "chiến dịch tiêm chủng", "bệnh án điện tử", "kho thuốc dự trữ",
        "đội cấp cứu ngoại viện", "phòng xét nghiệm vùng", "bếp ăn trường học",
        "chương trình sàng lọc sơ sinh",
    ),
    "schools": (
        "trường bán trú vùng cao", "sách giáo khoa chữ nổi", "kỳ thi tay nghề", "lớp học ghép",
        "học bổng sư phạm", "thư viện lưu động", "tiếng dân tộc thiểu số", "nhà công vụ giáo viên",
    ),
    "labour": (
        "sàn giao dịch việc làm", "quỹ bảo hiểm thất nghiệp", "an toàn lao động hầm lò",
        "đào tạo nghề cho phụ nữ", "nhà ở công nhân", "tiền lương tối thiểu vùng",
        "xuất khẩu lao động thời vụ", "trung tâm nuôi dưỡng người có công",
    ),
    "culture": (
        "di tích thành cổ", "lễ hội đua ghe", "nghề dệt thổ cẩm", "bảo tàng số", "làng rối nước",
        "hồ sơ di sản tư liệu", "nhà rông truyền thống", "tuyến du lịch cộng đồng",
    ),
    "science": (
        "phòng thí nghiệm bức xạ", "chuẩn đo lường quốc gia", "vệ tinh cỡ nhỏ", "mã vạch nông sản",
        "sàn công nghệ", "quỹ khởi nghiệp sáng tạo", "lưới địa chấn", "bằng sáng chế của sinh viên",
    ),
}  # fmt: skip
VERBS = (
    "rà soát", "kiểm tra", "nghiệm thu", "góp ý", "thẩm định", "công bố", "bàn giao", "mở rộng",
    "sắp xếp lại", "đánh giá", "thí điểm", "gỡ vướng cho", "giám sát", "tổng kết", "lấy ý kiến về",
    "bổ sung vốn cho", "khảo sát", "chuyển giao",
)  # fmt: skip
OFFICES = (
    "Vụ Kế hoạch", "Cục Kiểm định", "Thanh tra Bộ", "Văn phòng Bộ", "Vụ Hợp tác quốc tế",
    "Viện Chiến lược", "Trung tâm Dữ liệu", "Ban Quản lý dự án số 3", "Tổng cục", "Vụ Pháp chế",
    "Công đoàn ngành", "Hội đồng thẩm định", "Đoàn công tác liên ngành", "Tổ phản ứng nhanh",
    "Chi cục phía Nam", "Báo Ngành và Đời sống", "Sở chủ quản", "Ban Chỉ đạo đề án",
)  # fmt: skip
FIRST = (
    "Cẩm", "Yên", "Hòa", "Tân", "Phú", "Mỹ", "Bình", "Thạch", "Vĩnh", "Đông", "Lương", "Quế",
    "Hưng", "An", "Long", "Xuân", "Kim", "Thanh", "Bảo", "Lạc",
)  # fmt: skip
SECOND = (
    "Lĩnh", "Trà", "Vịnh", "Khê", "Đôi", "Giang", "Sơn", "Thượng", "Hạ", "Điền", "Lộc", "Nhai",
    "Ngạn", "Trạch", "Mão", "Phong", "Bồi", "Tự", "Lương", "Quan",
)  # fmt: skip
KINDS = ("huyện", "xã", "thị trấn", "tỉnh", "vùng", "thị xã")
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Lý")
GIVEN = ("Tạo", "Khuê", "Bồi", "Vịnh", "Miên", "Sa", "Điền", "Gấm", "Lụa", "Trạch", "Mận", "Triết")
WHEN = (
    "Ngày {d}/{m}", "Sáng {d}/{m}", "Chiều ngày {d} tháng {m}", "Trong tuần qua", "Cuối tuần trước",
    "Từ đầu quý đến nay", "Tính đến hết tháng {m}", "Ngay sau kỳ họp", "Trước đó {n} ngày",
    "Theo kế hoạch đã duyệt", "Qua {n} năm thực hiện", "Sau ba lần lùi thời hạn",
    "Tại buổi làm việc", "Bên lề hội nghị", "Ở đợt kiểm tra gần nhất",
)  # fmt: skip
PURPOSES = (
    "để kịp hoàn thành trước mùa khô", "nhằm giảm {n} phần trăm chi phí của người dân",
    "với tổng vốn {n} tỷ đồng", "trong khi {n} hộ vẫn chờ phương án đền bù",
    "dù nhân lực tại chỗ mới đáp ứng một phần nhu cầu", "và mời người dân cùng giám sát",
    "theo cách làm mà {place} đã áp dụng thành công", "sau khi nghe phản ánh của {n} cử tri",
    "trên cơ sở số liệu của {n} điểm đo", "song chưa thống nhất được mức hỗ trợ",
    "kèm bảng phân công từng bộ phận", "để các đơn vị cấp dưới có căn cứ thực hiện",
    "bất chấp thời tiết mưa rét kéo dài", "và cam kết công khai kết quả trong {n} ngày tới",
    "mà không làm gián đoạn sinh hoạt của cư dân", "qua đó tiết kiệm {n} triệu đồng mỗi tháng",
)  # fmt: skip
AIMS = (
    "Để người dân bớt phải đi lại", "Nhằm kịp mùa vụ mới", "Vì lo ngại đội vốn thêm {n} tỷ đồng",
    "Trước đề nghị của {place}", "Do nhà thầu chậm bàn giao", "Theo yêu cầu của đoàn giám sát",
)  # fmt: skip
SENTENCES = (
    "{when}, {office} {verb} {thing} tại {place}, {purpose}.",
    "{office} cho biết {thing} ở {place} đã đạt {n} phần trăm khối lượng, {purpose}.",
    "Theo {person}, {job} ở {place}, điều bà con cần nhất là {thing} phải vận hành ổn định.",
    "Riêng tại {place}, {n} hộ dân được hưởng lợi trực tiếp từ việc {verb} {thing}.",
    "{when}, {person} cùng {n} cán bộ của {office} đã đến {place} {purpose}.",
    "Báo cáo dài {n} trang nêu ba điểm yếu của {thing}: thiếu vốn, thiếu người và chậm thủ tục.",
    "{person} nhấn mạnh: ai được giao {verb} {thing} thì người đó phải chịu trách nhiệm đến cùng.",
    "So với cùng kỳ, số đơn thư liên quan đến {thing} tại {place} giảm {n} vụ.",
    "Một tổ gồm {n} người của {office} sẽ ở lại {place} trong {m} tuần {purpose}.",
    "Nếu không có gì thay đổi, việc {verb} {thing} sẽ xong vào tháng {m} năm sau, {purpose}.",
    "{job} {person} kể rằng trước kia muốn đến {place} phải đi bộ {n} cây số đường đồi.",
    "Phía {office} đề nghị {place} tự cân đối {n} tỷ đồng, phần còn lại do ngân sách bảo đảm.",
    "Ý kiến của {person} được nhiều đại biểu {place} tán thành, dù còn băn khoăn về {thing}.",
    "Trên thực tế, {thing} ở {place} từng hỏng {m} lần chỉ trong {n} tháng.",
    "Kinh nghiệm của {place} cho thấy {verb} {thing} không khó nếu bắt đầu từ việc nhỏ.",
    "Đi dọc {place} vào đầu tháng {m}, dễ thấy {thing} đã khác hẳn so với {n} tháng trước.",
    "{purpose_large}, {office} quyết định {verb} {thing} sớm hơn dự kiến {n} ngày.",
    "Tuy vậy, {n} trong số các kiến nghị của {place} vẫn chưa được {office} trả lời.",
    "Nguồn kinh phí {n} tỷ đồng sẽ được chia làm {m} đợt, ưu tiên {place} và vùng lân cận.",
    "“Chúng tôi chỉ mong {thing} được {verb} cho đàng hoàng”, {person} nói.",
    "Cách đây {n} năm, nơi này chưa có {thing}; mọi việc đều trông vào sức người.",
    "Đáng chú ý, {place} là địa phương đầu tiên đề xuất {verb} {thing} bằng vốn xã hội hóa.",
    "Số liệu do {office} cung cấp ghi nhận {n} trường hợp vi phạm, nhiều nhất ở {place}.",
    "Sau phần trình bày của {person}, hội nghị dành {n} phút hỏi đáp về {thing}.",
    "Tháng {m} tới, {office} sẽ mở đường dây nóng để tiếp nhận phản ánh về {thing}.",
    "Ở chiều ngược lại, {place} mới giải ngân {n} phần trăm do vướng mặt bằng.",
    "Bà con {place} gọi vui {thing} là “của để dành”, bởi phải {n} năm nữa mới thu được vốn.",
    "Dự thảo lần thứ {m} bỏ hẳn điều khoản về {thing}, thay bằng cam kết của {office}.",
    "Mưa lớn {n} giờ liền làm gián đoạn việc {verb} {thing} ở {place}.",
    "{person} – {job} – là người theo sát {thing} từ ngày đầu tiên.",
    "Cuối buổi, {office} và chính quyền {place} ký biên bản gồm {n} nội dung phối hợp.",
    "Cùng với đó, {n} học viên được cấp chứng nhận sau khóa học ngắn ngày tại {place}.",
    "Mô hình này nếu nhân ra {n} điểm khác thì chi phí cho {thing} còn giảm nữa.",
    "Hạn chót để {place} hoàn thiện hồ sơ {thing} là ngày {d}/{m}.",
    "Không ít ý kiến cho rằng {verb} {thing} lúc này là vội, trong đó có {person}.",
    "Đêm {d}/{m}, trực ban của {office} nhận tin báo từ {place} và xử lý ngay trong {n} phút.",
    "Từ một tổ chỉ có {m} người, {office} nay đã có mặt ở {n} địa bàn.",
)
JOBS = (
    "trưởng thôn", "kỹ sư trưởng", "chủ nhiệm hợp tác xã", "giáo viên về hưu", "cán bộ địa bàn",
    "phó giám đốc sở", "đại biểu hội đồng", "người lái đò", "chuyên gia tư vấn", "bí thư chi đoàn",
)  # fmt: skip
TITLES = (
    "{office} {verb} {thing} tại {place}",
    "{place}: {Verb} {thing} trước ngày 30/{m}",
    "{Verb} {thing} giai đoạn {y}-{y5}",
    "Hội nghị trực tuyến về {thing} khu vực {place}",
    "{n} hộ dân {place} hưởng lợi từ {thing}",
    "Vì sao {thing} ở {place} chậm tiến độ?",
    "Lãnh đạo Bộ làm việc với {place} về {thing}",
    "Khai giảng lớp tập huấn “{Thing}” cho cán bộ {place}",
    "{Thing}: chuyện kể từ {place}",
    "Ký kết chương trình phối hợp về {thing} với {place}",
    "{place} chi {n} tỷ đồng cho {thing}",
    "{office} trả lời kiến nghị của cử tri {place} về {thing}",
    "Người giữ lửa cho {thing} ở {place}",
    "Chấn chỉnh việc {verb} {thing} sau phản ánh của người dân",
    "{office} có thêm {n} cán bộ phụ trách {thing}",
)
CAPTIONS = (
    "Quang cảnh buổi làm việc tại {place}", "{Thing} ở {place} nhìn từ trên cao",
    "{person}, {job}, trao đổi với đoàn công tác", "Người dân {place} tham gia {verb} {thing}",
    "Đoàn của {office} chụp ảnh lưu niệm tại {place}",
)  # fmt: skip
CREDITS = ("", ". Ảnh: {given}", " (Ảnh: {given})", "", " - Ảnh: PV", "")
SOURCE_LINES = (
    None, "Nguồn: {office}", "Nguồn tin:Theo {office}", None, "(Theo {office})", "Theo {office}",
    "Nguồn tin: Báo Ngành và Đời sống", None,
)  # fmt: skip
BYLINES = (None, "{person}", "Tin, ảnh: {given}", None, "PV", "Bài và ảnh: {person}", "Nhóm PV")
AGENCIES = ("", "", "(BTN) - ", "", "BTN - ", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article as its office means it."""

    number: int
    slug: str
    title: str
    lead: str
    paragraphs: tuple[str, ...]
    captions: tuple[tuple[int, str], ...]  # (the paragraph that it follows, caption)
    source_line: str | None
    byline: str | None
    attachment: str | None
    moment: datetime
    sections: tuple[str, ...]  # the main one first

    @property
    def text(self) -> str:
        return "\n\n".join((self.lead, *self.paragraphs))


class _Voice:
    """Draws the words of one sentence after the other."""

    def __init__(self, seed: str, theme: str) -> None:
        self.random = random.Random(seed)
        self.things = THEMES[theme]

    def place(self) -> str:
        draw = self.random.choice
        return f"{draw(KINDS)} {draw(FIRST)} {draw(SECOND)}"

    def person(self) -> str:
        draw = self.random.choice
        return f"{draw(('ông', 'bà'))} {draw(SURNAMES)} {draw(FIRST)} {draw(GIVEN)}"

    def say(self, form: str) -> str:
        """A form with its words filled in, its first letter large."""
        draw, number = self.random.choice, self.random.randint
        thing, verb = draw(self.things), draw(VERBS)
        words: dict[str, str | int] = {
            "office": draw(OFFICES), "thing": thing, "Thing": _large(thing), "verb": verb,
            "Verb": _large(verb), "place": self.place(), "person": self.person(),
            "job": draw(JOBS), "given": draw(GIVEN), "n": number(12, 97), "m": number(2, 12),
            "d": number(1, 28), "y": 2021 + number(0, 5), "y5": 2026 + number(0, 5),
        }  # fmt: skip
        words["when"] = draw(WHEN).format(**words)
        words["purpose"] = draw(PURPOSES).format(**words)
        words["purpose_large"] = draw(AIMS).format(**words)
        return _large(form.format(**words))

    def paragraph(self) -> str:
        forms = self.random.sample(SENTENCES, self.random.randint(2, 4))
        return " ".join(self.say(form) for form in forms)

    def line(self, forms: Sequence[str | None]) -> str | None:
        form = self.random.choice(forms)
        return self.say(form) if form else None


@cache  # a test starts a portal many times
def write_stories(
    family: str,
    *,
    theme: str,
    count: int,
    sections: tuple[str, ...],
    newest_number: int,
    shared_every: int = 0,
) -> tuple[Story, ...]:
    """`count` stories, newest first; the first section gets most of them.

    With `shared_every`, each so-manieth story stands in all the sections.
    """
    course = random.Random(family)
    weights = [2 if place == 0 else 1 for place in range(len(sections))]
    stories: list[Story] = []
    titles: set[str] = set()
    number, moment = newest_number, NEWEST
    for index in range(count):
        main = course.choices(sections, weights)[0]
        others = tuple(section for section in sections if section != main)
        shared = bool(shared_every) and index % shared_every == shared_every // 2
        story = _story(
            _Voice(f"{family}:{index}", theme),
            taken=titles,
            number=number,
            moment=moment,
            sections=(main, *others) if shared else (main,),
        )
        titles.add(story.slug)
        stories.append(story)
        number -= course.randint(1, 9)
        moment -= timedelta(days=course.randint(1, 9), minutes=course.randint(-300, 300))
    return tuple(stories)


def _story(
    voice: _Voice, *, taken: set[str], number: int, moment: datetime, sections: tuple[str, ...]
) -> Story:
    title = voice.say(voice.random.choice(TITLES))
    while slug_of(title) in taken:
        title = voice.say(voice.random.choice(TITLES))
    lead = voice.random.choice(AGENCIES) + voice.say(SENTENCES[0])
    paragraphs = tuple(voice.paragraph() for _ in range(voice.random.randint(3, 8)))
    places = sorted(voice.random.sample(range(len(paragraphs)), voice.random.randint(0, 2)))
    captions = tuple(
        (place, voice.say(voice.random.choice(CAPTIONS) + voice.random.choice(CREDITS)))
        for place in places
    )
    return Story(
        number=number,
        slug=slug_of(title),
        title=title,
        lead=lead,
        paragraphs=paragraphs,
        captions=captions,
        source_line=voice.line(SOURCE_LINES),
        byline=voice.line(BYLINES),
        attachment=voice.line((None, None, None, "Quyết định về {thing}", "Phụ lục số {n}")),
        moment=moment,
        sections=sections,
    )


def slug_of(text: str) -> str:
    """The text in plain small letters, its words joined by hyphens."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def weekday(moment: datetime) -> str:
    return WEEKDAYS[moment.weekday()]


def _large(text: str) -> str:
    return text[:1].upper() + text[1:]
