"""Language and tags."""

from __future__ import annotations

import pytest

from scraper.extraction.fields import read_language, read_tags
from scraper.extraction.languages import language_of
from scraper.extraction.witnesses import Witness, Witnesses

VIETNAMESE = "Bộ trưởng đã chủ trì cuộc họp về quản lý đất đai và nước dưới đất. " * 5
ENGLISH = "The minister chaired a meeting on land and groundwater in the province. " * 5
TURKISH = "Bakan, bu yıl için yeni bir su planı olarak daha çok kuyu açılacağını söyledi. " * 5
NORWEGIAN = "Ministeren sier at det ikke er nok vann i elven, og at flere skal få vite mer. " * 5
UNKNOWN = "Cyfarfu gweinidog dŵr gyda ffermwyr lleol ddoe ger glannau afon fawr Hafren. " * 5


def spoken(*languages: str) -> Witnesses:
    return Witnesses(languages=tuple(Witness("<html lang>", name) for name in languages))


@pytest.mark.parametrize(
    ("text", "markup", "portal", "language"),
    [
        (VIETNAMESE, "en-US", None, "vi"),
        (VIETNAMESE, "vi", "vi", "vi"),
        (ENGLISH, "en-US", "vi", "en"),
        (ENGLISH, "vi", "vi", "en"),
        (ENGLISH, "", "vi", "en"),
        (ENGLISH, "vi-VN", None, "en"),
        (TURKISH, "en-US", None, "tr"),
        (UNKNOWN, "en-US", None, None),
        (UNKNOWN, "vi", "vi", None),
        (UNKNOWN, "cy", None, "cy"),
        (NORWEGIAN, "nb-NO", None, "no"),
        (NORWEGIAN, "nn", None, "nn"),
        ("Tin", "utf-8", None, None),
        ("Tin", "vi_VN", None, "vi"),
        ("Tin", "", "vi", "vi"),
        ("", "", None, None),
        (ENGLISH, "*!", None, "en"),
    ],
)
def test_the_text_wins_over_markup_and_markup_over_the_portal(
    text: str, markup: str, portal: str | None, language: str | None
) -> None:
    assert read_language(text, spoken(markup), portal_language=portal) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("大臣は昨日、県内の土地と水の管理について会議を開き、来年の計画を説明した。" * 3, "ja"),
        ("部长昨日主持召开全省土地和地下水管理会议，并介绍了明年的工作计划。" * 3, "zh"),
        ("장관은 어제 도내 토지와 지하수 관리에 관한 회의를 열고 내년 계획을 설명했다. " * 3, "ko"),
        ("Ο υπουργός προήδρευσε χθες σε συνεδρίαση για τη γη και το νερό της περιοχής. " * 2, "el"),
        ("Министр провёл вчера совещание о воде, и это было не в первый раз за год. " * 3, "ru"),
        (
            "El ministro dijo que los ríos no son para una sola ciudad y lo hizo por su país. " * 3,
            "es",
        ),
        (
            "La ministre a dit que les eaux de la région ne sont pas pour une seule ville. " * 3,
            "fr",
        ),
        ("Der Minister sagte, dass das Wasser nicht für die eine Stadt allein ist. " * 3, "de"),
        ("Il ministro ha detto che le acque della regione non sono di una città. " * 3, "it"),
        ("De minister zei dat het water van de rivier niet voor een stad is. " * 3, "nl"),
        (
            "Menteri mengatakan bahwa air dari sungai ini tidak untuk satu kota dan akan dijaga. "
            * 3,
            "id",
        ),
        ("Short.", None),
        ("1234 5678 " * 30, None),
    ],
)
def test_a_text_shows_its_language(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_tags_are_those_of_the_best_witness_each_once() -> None:
    said = Witnesses(
        tags=(
            Witness("meta article:tag", "Nước"),
            Witness("meta article:tag", "đất, nước"),
            Witness("meta keywords", "tin tức"),
        )
    )
    assert read_tags(said) == ("Nước", "đất")


def test_no_tags_are_no_tags() -> None:
    assert read_tags(Witnesses()) == ()
    assert read_tags(Witnesses(tags=(Witness("meta keywords", " , ;"),))) == ()
