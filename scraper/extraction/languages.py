"""A text's language by its script and its commonest words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from scraper.extraction.blocks import word_set

SHORTEST_TEXT = 60  # characters; less shows no language
_SAMPLE = 1200  # characters
_LEAST_SHARE = 0.05  # of a text's words that are among the commonest of its language
_LEAST_HITS = 4
_LEAD = 1.2  # times as much as the next language has; a word that n languages share is 1/n of one

# Those that common words hardly tell apart; what the page declares decides between them.
_NEIGHBOURS = (
    word_set("no nn da"), word_set("id ms"), word_set("hr bs sr sl"), word_set("cs sk"),
    word_set("ru be uk bg"), word_set("es ca gl pt"), word_set("nl af fy"),
)  # fmt: skip
# Scripts that one language, or nearly, is written in; kana stand between Chinese characters.
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("lo", re.compile("[\u0e80-\u0eff]")),
    ("km", re.compile("[\u1780-\u17ff]")),
    ("my", re.compile("[\u1000-\u109f]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("hy", re.compile("[\u0530-\u058f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
)
_NOT_LATIN = re.compile("[\u0370-\u03ff\u0530-\u1cff\u3040-\ud7af]")
_SCRIPT_SHARE = 0.2  # of the characters
_KANA_SHARE = 0.04

# The commonest words of each language, those least shared with its neighbours first of all.
_COMMONEST = {
    "en": "the of and to in is that for was with as on it are be this by from at have has not but"
    " they his which you we their will its an or who been said more were",
    "de": "der die das und ist nicht mit sich auf für ein eine dem den des auch im von zu wird es"
    " werden sind bei aus nach wie dass oder einen haben als wurde",
    "fr": "le la les des et est une dans que pour qui sur pas du au avec plus par ce sont ne il"
    " elle cette aux son ses été mais ont",
    "es": "el la los las del que en y por con una para se un es su al lo como más pero fue este han"
    " sus entre está desde ya",
    "pt": "o a os as do da dos das que em não uma para com um por se na no mais foi ao são pelo"
    " pela como mas também sua seu",
    "it": "il la che di e in un una per del della con non è sono dei le gli da al nel alla si anche"
    " più delle ha dal come questo",
    "nl": "de het een en van is dat niet op te zijn met voor er aan ook bij naar uit wordt werd"
    " heeft maar over dit deze door nog",
    "sv": "och att det som är på för inte med av till den har ett om men var jag från när vid kan"
    " också efter sig hade",
    "da": "og at det er af på for ikke med til den har et om men var jeg fra når ved kan også efter"
    " sig havde blev bliver",
    "no": "og at det er av på for ikke med til den har et om men var jeg fra når ved kan også etter"
    " seg hadde ble blir mellom noen sier mot blitt ut bare selv hva sagt skal",
    "fi": "ja on ei että se oli hän mutta myös kun joka ovat tai sen mukaan ole sekä voi jos niin"
    " vuoden kuin",
    "is": "og að í á er sem við það ekki um til með hann fyrir en var af hún eru frá þá",
    "pl": "w i na z się nie że do to jest o od za po jak przez dla są oraz który które tym będzie"
    " był ale",
    "cs": "a v na se je že do to s z o ve jsou pro ale podle jeho by byl také jako které který už"
    " při jsem nebo",
    "sk": "a v na sa je že do to s z o vo sú pre ale podľa jeho by bol tiež ako ktoré ktorý už pri"
    " som alebo",
    "sl": "je in v na se da so za pa ki z ne po bi tudi s kot bo pri ni še od iz ter",
    "hr": "je i u na se da su za od ne s koji što će kao to iz bi koje a nije ili više te",
    "ro": "și de în la a cu că pe nu este din pentru care o mai sunt un fost prin ca au dar sau"
    " după",
    "hu": "a az és hogy nem is egy meg ez de volt már csak el azt még van ki mint ha pedig szerint"
    " után",
    "tr": "ve bir bu için ile da de olarak çok daha olan gibi kadar sonra ise en ne olduğunu ancak"
    " olduğu göre var değil ilk iki yeni yüzde tarafından üzere arasında ancak bin etti oldu",
    "id": "yang dan di untuk dengan pada dari ini dalam tidak itu akan juga ke oleh adalah kepada"
    " ada atau bisa telah",
    "ms": "yang dan di untuk dengan pada daripada ini dalam tidak itu akan juga ke oleh adalah"
    " kepada ada atau boleh telah",
    "lt": "ir į kad yra su iš tai apie bet buvo kaip už po savo jis ar jau nuo dėl taip",
    "lv": "un ir ka uz no par ar tas kas bet lai arī kā pie bija tika vai pēc to gan",
    "et": "ja on ei et see ta kui oli ka mis aga või oma siis välja mida ning pole üle",
    "sq": "dhe të në e për me një që është nga së ka si më do nuk por janë",
    "eu": "eta da ez du dira bat ere izan baina dute hau zuen",
    "ca": "el la els les de que i en a per un una amb del és al no es més dels com ha aquest"
    " perquè",
    "af": "die en van het is nie wat in te vir met op dat hy sy aan was om ook word sal",
    "sw": "na ya wa kwa ni katika za la kuwa hiyo huo yake alisema hii cha kama wakati",
    "xh": "ukuba kwaye le ngoko kodwa kunye ngaphandle abantu into xa lo apho ukuze phantsi"
    " njengoko yile umntu",
    "la": "et est sed qui non ut in quod aut ad ex cum quia vel sunt ea ab nihil enim autem",
    "vi": "và của là có được cho không trong các một người đã với những này về để ở",
    "ru": "и в не на что с по как это его к из он за от о для но было был также я мы года",
    "uk": "і в не на що з до як це його та у за від для але було був також про й є",
    "bg": "и в на да се не за от с че са по е това като ще са към но му",
    "sr": "и у на да се је су за од не са који што ће као то из би",
    "be": "і ў не на што з да як гэта яго за ад для але было быў таксама",
    "ur": "کے کی میں ہے اور سے کا کو نے پر یہ کہ ہیں",
    "fa": "و در به از که این را با است برای آن می",
}
_BY_WORD: dict[str, tuple[str, ...]] = {}
for _language, _words in _COMMONEST.items():
    for _word in sorted(word_set(_words)):
        _BY_WORD[_word] = (*_BY_WORD.get(_word, ()), _language)
_LANGUAGES_OF_WORD = _BY_WORD


def language_of(text: str) -> str | None:
    """The language of a text as BCP 47, or None where it is short or shows none clearly."""
    sample = text[:_SAMPLE]
    if len(sample) < SHORTEST_TEXT:
        return None
    script = None if sample.isascii() else _by_script(sample)
    if script not in (None, "ar"):
        return script
    words = sample.lower().split()
    found = [
        (languages, times)
        for word, times in Counter(words).items()
        if (languages := _LANGUAGES_OF_WORD.get(word)) is not None
    ]
    scores: defaultdict[str, float] = defaultdict(float)
    for languages, times in found:
        share = times / len(languages)
        for language in languages:
            scores[language] += share
    best = max(scores, key=scores.__getitem__, default=None)
    if best is None:
        return script
    hits = sum([times for languages, times in found if best in languages])
    if hits < max(_LEAST_HITS, _LEAST_SHARE * len(words)):
        return script
    most = scores.pop(best)
    return best if most >= _LEAD * max(scores.values(), default=0) else script


def shows(text: str, language: str) -> bool:
    """Has a text any of the commonest words of a language? True of languages not known here."""
    words = _COMMONEST.get(language)
    if words is None:
        return True
    return not word_set(words).isdisjoint(text[:_SAMPLE].lower().split())


def is_known(language: str) -> bool:
    """Is it one of the languages whose commonest words stand here?"""
    return language in _COMMONEST


def are_neighbours(one: str, other: str) -> bool:
    """Are they two languages that common words hardly tell apart?"""
    return any(one in group and other in group for group in _NEIGHBOURS)


def _by_script(sample: str) -> str | None:
    if not _NOT_LATIN.search(sample):
        return None
    for language, letters in _SCRIPTS:
        share = len(letters.findall(sample)) / len(sample)
        if share > (_KANA_SHARE if language == "ja" else _SCRIPT_SHARE):
            return language
    return None
