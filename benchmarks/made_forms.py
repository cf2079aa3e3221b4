"""Texts from one form that are not copies of each other, and what portals print round every text.

All wordings are made up here; places, days and numbers are drawn.
"""

from __future__ import annotations

import random
import re

PLACES = [
    "Hà Giang",
    "Cao Bằng",
    "Lào Cai",
    "Sơn La",
    "Yên Bái",
    "Thái Nguyên",
    "Phú Thọ",
    "Bắc Giang",
    "Hải Dương",
    "Nam Định",
    "Ninh Bình",
    "Thanh Hóa",
    "Nghệ An",
    "Hà Tĩnh",
    "Quảng Trị",
    "Quảng Nam",
    "Bình Định",
    "Khánh Hòa",
    "Kon Tum",
    "Gia Lai",
    "Lâm Đồng",
    "Tây Ninh",
    "Bến Tre",
    "Đồng Tháp",
    "An Giang",
    "Kiên Giang",
    "Sóc Trăng",
    "Cà Mau",
]
RIVERS = [
    "Hồng",
    "Thao",
    "Lô",
    "Đà",
    "Cầu",
    "Thương",
    "Mã",
    "Cả",
    "Gianh",
    "Vu Gia",
    "Ba",
    "Đồng Nai",
    "Tiền",
    "Hậu",
]
CROPS = [
    "lúa",
    "ngô",
    "sắn",
    "cà phê",
    "hồ tiêu",
    "thanh long",
    "vải thiều",
    "cam sành",
    "dưa hấu",
    "chè búp",
]
TITLES = ["Ông", "Bà"]
SURNAMES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi"]
GIVEN = [
    "Văn An",
    "Thị Bình",
    "Minh Đức",
    "Thu Hà",
    "Quốc Khánh",
    "Hữu Long",
    "Ngọc Mai",
    "Đình Phong",
    "Xuân Quý",
]
TRENDS = ["tăng", "giảm", "cao hơn", "thấp hơn"]

REPORTS = (
    "Bản tin thủy văn ngày {day}\n"
    "Lúc {hour} giờ ngày {day}, mực nước sông {river} tại trạm {place} đo được {small} m, {trend} "
    "{small} m so với cùng giờ hôm trước; sông {river} tại {place} ở mức {small} m.\n"
    "Lưu lượng về hồ lớn nhất trong ngày là {number} m3/s, lưu lượng xả là {number} m3/s, mực nước "
    "hồ ở cao trình {small} m, {trend} {small} m so với mực nước dâng bình thường.\n"
    "Trong {few} giờ tới, mực nước các sông ở {place}, {place} và {place} biến đổi chậm; riêng "
    "sông {river} có khả năng lên thêm {small} m. Người dân ven sông cần theo dõi các bản tin tiếp "
    "theo, chủ động di chuyển tài sản và gia súc tới nơi an toàn.\n"
    "Bản tin tiếp theo được phát lúc {hour} giờ ngày {day}.",
    "Giá nông sản tuần từ {day} đến {day}\n"
    "Trong tuần, giá {crop} tại {place} {trend} {number} đồng mỗi kg, thương lái thu mua ở mức "
    "{number} đồng; tại {place}, giá {crop} loại một là {number} đồng, loại hai {number} đồng.\n"
    "Giá {crop} ở {place} và {place} dao động từ {number} đến {number} đồng mỗi kg, {trend} {few}% "
    "so với tuần trước. Nguồn cung {crop} được dự báo còn {trend} do thời tiết không thuận lợi.\n"
    "Theo sở công thương {place}, sản lượng {crop} đưa về chợ đầu mối đạt {number} tấn. Giá vật tư "
    "gồm phân đạm {number} đồng, phân lân {number} đồng, thuốc trừ sâu {number} đồng mỗi chai.\n"
    "Xuất khẩu {crop} trong tuần đạt {number} tấn, trị giá {number} triệu đồng.",
    "Tình hình sâu bệnh kỳ {few} tại {place}\n"
    "Chi cục bảo vệ thực vật {place} cho biết đến ngày {day}, diện tích {crop} nhiễm rầy là "
    "{number} ha, trong đó nhiễm nặng {number} ha; bệnh đạo ôn gây hại {number} ha, tập trung ở "
    "các xã phía bắc.\n"
    "Diện tích {crop} đã phun trừ đạt {number} ha, {trend} {number} ha so với kỳ trước và bằng "
    "{few}% kế hoạch. Các trạm đã cử {few} đoàn cán bộ xuống ruộng hướng dẫn nông dân.\n"
    "Dự báo kỳ tới rầy tiếp tục nở rộ từ ngày {day}, mật độ phổ biến {number} con mỗi m2. Đề nghị "
    "{place}, {place} thăm đồng thường xuyên và chỉ phun khi đến ngưỡng.",
    "Kết quả quan trắc không khí ngày {day}\n"
    "Chỉ số chất lượng không khí trung bình tại {place} là {few}, tại {place} là {few} và tại "
    "{place} là {few}. Nồng độ bụi mịn lúc {hour} giờ là {small} microgam, {trend} {few}% so với "
    "ngày trước.\n"
    "Nồng độ ozon lớn nhất là {small} microgam đo lúc {hour} giờ ở trạm {place}. Nhóm nhạy cảm nên "
    "hạn chế ra ngoài từ {hour} giờ đến {hour} giờ.\n"
    "Số liệu do {few} trạm tự động truyền về; trạm {place} ngừng hoạt động để bảo dưỡng từ {day}.",
)

NOTICES = (
    "Thông báo lịch tiếp công dân\n"
    "{sir} {person} tiếp công dân lúc {hour} giờ ngày {day} tại trụ sở số {few} đường {person}, "
    "{place}.",
    "Thông báo ngừng cấp nước\n"
    "Do sửa đường ống, khu vực {place} ngừng cấp nước từ {hour} giờ ngày {day} đến {hour} giờ ngày "
    "{day}. Điện thoại {phone}.",
    "Thông báo bán đấu giá\n"
    "Đấu giá {number} m2 đất tại {place}, giá khởi điểm {number} triệu đồng, lúc {hour} giờ ngày "
    "{day}. Liên hệ {sir} {person}, điện thoại {phone}.",
    "Giấy mời họp\n"
    "Mời {sir} {person} dự họp tại {place} lúc {hour} giờ ngày {day}, bàn về {crop} và {crop}.",
)

HEADS = (
    "Cổng thông tin điện tử {place}\nTrang chủ | Tin tức | Văn bản | Thủ tục hành chính | Liên hệ",
    "Chào mừng bạn đến với trang tin của ngành {crop}\n"
    "Cỡ chữ: nhỏ vừa lớn. Tương phản. Đọc bài viết. In trang này. Gửi cho bạn bè",
)
FEET = (
    "Chia sẻ bài viết lên mạng xã hội. Ý kiến bạn đọc xin gửi về ban biên tập theo mẫu dưới đây, "
    "viết bằng tiếng Việt có dấu.",
    "Cơ quan chủ quản: ủy ban nhân dân {place}. Chịu trách nhiệm nội dung: {sir} {person}. Giấy "
    "phép số {number} cấp ngày {day}.",
    "Địa chỉ: số {few} đường {person}, {place}. Điện thoại {phone}. Ghi rõ nguồn khi đăng lại "
    "thông tin từ trang này.",
    "Các bài được xem nhiều: {crop} được mùa ở {place}; {sir} {person} thăm {place}; {place} khởi "
    "công {few} cây cầu; {crop} {place} xuất khẩu {number} tấn; {place} công bố quy hoạch đến năm "
    "2030; hội chợ {crop} tại {place} khai mạc ngày {day}.",
)
_SLOT = re.compile(r"{(\w+)}")


def filled(form: str, drawn: random.Random) -> tuple[str, tuple[str, ...]]:
    """A form's title and paragraphs with something else in every place."""
    title, *paragraphs = _SLOT.sub(lambda slot: _value(slot.group(1), drawn), form).split("\n")
    return title, tuple(paragraphs)


def frame(drawn: random.Random, *, feet: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What one portal prints above and below every text: paragraphs, always the same."""
    head, above = filled(drawn.choice(HEADS), drawn)
    below = [filled(foot, drawn)[0] for foot in FEET[:feet]]
    return (head, *above), tuple(below)


def _value(slot: str, drawn: random.Random) -> str:
    match slot:
        case "place":
            return drawn.choice(PLACES)
        case "river":
            return drawn.choice(RIVERS)
        case "crop":
            return drawn.choice(CROPS)
        case "sir":
            return drawn.choice(TITLES)
        case "person":
            return f"{drawn.choice(SURNAMES)} {drawn.choice(GIVEN)}"
        case "trend":
            return drawn.choice(TRENDS)
        case "day":
            return (
                f"{drawn.randrange(1, 29)}/{drawn.randrange(1, 13)}/{drawn.randrange(2004, 2026)}"
            )
        case "hour" | "few":
            return str(drawn.randrange(5, 24) if slot == "hour" else drawn.randrange(2, 100))
        case "small":
            return f"{drawn.randrange(5, 3000) / 100:.2f}".replace(".", ",")
        case "phone":
            return f"0{drawn.randrange(200, 300)}.{drawn.randrange(1_000_000, 9_999_999)}"
        case _:
            return f"{drawn.randrange(100, 99_999):,}".replace(",", ".")
