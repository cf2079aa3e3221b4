"""Names of months, as pages of the world print them in dates, and digits of other scripts.

Twelve words a language, its spellings and abbreviations parted by "/": also the cases in which a
name stands in a date. Lower case, NFC, without a final dot; unmarked spellings are added below.
"""

from __future__ import annotations

import unicodedata

from scraper.vietnamese.text import fold

LANGUAGES = """
en january/jan february/feb march/mar april/apr may june/jun july/jul august/aug
   september/sep/sept october/oct november/nov december/dec
de januar/jänner/jän februar/feber märz/mär/mrz april mai juni juli august september oktober/okt
   november dezember/dez
fr janvier/janv/jan février/févr/fév/fev mars avril/avr mai juin juillet/juil août/aoû septembre
   octobre novembre décembre/déc
es enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre/set octubre
   noviembre diciembre/dic
pt janeiro fevereiro/fev março/mar abril maio/mai junho julho agosto setembro/set outubro/out
   novembro dezembro/dez
it gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre/sett
   ottobre/ott novembre dicembre
nl januari februari maart/mrt april mei juni juli augustus september oktober november december
ca gener/gen febrer/febr març abril maig juny juliol/jul agost setembre octubre novembre
   desembre/des
gl xaneiro/xan febreiro marzo abril maio xuño/xun xullo/xul agosto setembro outubro novembro
   decembro
pl stycznia/styczeń/sty lutego/luty/lut marca/marzec kwietnia/kwiecień/kwi maja czerwca/czerwiec/cze
   lipca/lipiec/lip sierpnia/sierpień/sie września/wrzesień/wrz października/październik/paź
   listopada/listopad/lis grudnia/grudzień/gru
cs ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec
   srpna/srpen září/zář října/říjen listopadu prosince/prosinec
sk januára/január februára/február marca/marec apríla/apríl mája/máj júna/jún júla/júl augusta
   septembra októbra/október novembra decembra
sl januarja februarja marca aprila maja junija julija avgusta/avgust septembra oktobra novembra
   decembra
hr siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna _ studenoga/studenog
   prosinca
bs januara februara marta aprila maja juna jula augusta septembra oktobra novembra decembra
sr јануар/јануара/јан фебруар/фебруара/феб март/марта април/априла мај/маја јун/јуна јул/јула
   август/августа/авг септембар/септембра/сеп октобар/октобра/окт новембар/новембра/нов
   децембар/децембра/дец
mk јануари февруари/фев март април мај јуни јули август септември октомври ноември декември
bg януари/ян февруари март април/апр май юни юли август септември/сеп октомври ноември декември/дек
ru января/январь/янв февраля/февраль/февр марта апреля/апрель мая июня/июнь/июн июля/июль/июл
   августа сентября/сентябрь/сент/сен октября/октябрь ноября/ноябрь/ноя декабря/декабрь
uk січня/січень/січ лютого/лютий/лют березня/березень/бер квітня/квітень/квіт/кві
   травня/травень/трав/тра червня/червень/черв/чер липня/липень/лип серпня/серпень/серп/сер
   вересня/вересень/вер жовтня/жовтень/жовт/жов листопада/листопад/лист/лис грудня/грудень/груд/гру
be студзеня лютага сакавіка красавіка траўня чэрвеня ліпеня жніўня верасня кастрычніка лістапада
   снежня
hu január/jan február/febr március/márc április/ápr május/máj június/jún július/júl
   augusztus/aug szeptember/szept október/okt november december
ro ianuarie/ian februarie martie aprilie mai iunie/iun iulie/iul august septembrie octombrie
   noiembrie/noi decembrie
el ιανουαρίου/ιανουάριος/ιαν φεβρουαρίου/φεβρουάριος/φεβ μαρτίου/μάρτιος/μαρ
   απριλίου/απρίλιος/απρ μαΐου/μάιος/μαϊ/μάι ιουνίου/ιούνιος/ιουν/ιούν ιουλίου/ιούλιος/ιουλ/ιούλ
   αυγούστου/αύγουστος/αυγ/αύγ σεπτεμβρίου/σεπτέμβριος/σεπ/σεπτ οκτωβρίου/οκτώβριος/οκτ
   νοεμβρίου/νοέμβριος/νοε/νοέ δεκεμβρίου/δεκέμβριος/δεκ
tr ocak/oca şubat/şub mart nisan/nis mayıs haziran/haz temmuz/tem ağustos/ağu eylül/eyl ekim/eki
   kasım/kas aralık/ara
az yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr
sv januari februari mars april maj juni juli augusti september oktober november december
no januar februar mars april mai juni juli august september oktober november desember/des
da januar februar marts april maj juni juli august september oktober november december
is janúar febrúar mars apríl maí júní júlí ágúst/ágú september október nóvember/nóv desember
fi tammikuuta/tammikuu helmikuuta/helmikuu maaliskuuta/maaliskuu huhtikuuta/huhtikuu
   toukokuuta/toukokuu kesäkuuta/kesäkuu heinäkuuta/heinäkuu elokuuta/elokuu syyskuuta/syyskuu
   lokakuuta/lokakuu marraskuuta/marraskuu joulukuuta/joulukuu
et jaanuar/jaan veebruar/veebr märts aprill mai juuni juuli august september oktoober/okt november
   detsember/dets
lv janvāris/janvārī februāris/februārī marts/martā aprīlis/aprīlī maijs/maijā jūnijs/jūnijā
   jūlijs/jūlijā augusts/augustā septembris/septembrī oktobris/oktobrī novembris/novembrī
   decembris/decembrī
lt sausio/sausis vasario/vasaris kovo/kovas balandžio/balandis gegužės/gegužė birželio/birželis
   liepos/liepa rugpjūčio/rugpjūtis rugsėjo/rugsėjis spalio/spalis lapkričio/lapkritis
   gruodžio/gruodis
sq janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor
id januari februari maret april mei juni juli agustus/agu/agt september oktober november
   desember
ms januari februari mac april mei jun julai ogos september oktober november disember/dis
tl enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre
af januarie februarie maart april mei junie julie augustus september oktober november desember
sw januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba
ka იანვარი/იანვარს/იან თებერვალი/თებერვალს/თებ მარტი/მარტს/მარ აპრილი/აპრილს/აპრ მაისი/მაისს/მაი
   ივნისი/ივნისს/ივნ ივლისი/ივლისს/ივლ აგვისტო/აგვისტოს/აგვ სექტემბერი/სექტემბერს/სექ
   ოქტომბერი/ოქტომბერს/ოქტ ნოემბერი/ნოემბერს/ნოე დეკემბერი/დეკემბერს/დეკ
hy հունվարի/հունվար փետրվարի/փետրվար մարտի/մարտ ապրիլի/ապրիլ մայիսի/մայիս հունիսի/հունիս
   հուլիսի/հուլիս օգոստոսի/օգոստոս սեպտեմբերի/սեպտեմբեր հոկտեմբերի/հոկտեմբեր նոյեմբերի/նոյեմբեր
   դեկտեմբերի/դեկտեմբեր
kk қаңтар/қаң ақпан/ақп наурыз/нау сәуір/сәу мамыр/мам маусым/мау шілде/шіл тамыз/там қыркүйек/қыр
   қазан/қаз қараша/қар желтоқсан/жел
ar يناير/كانون_الثاني/جانفي فبراير/شباط/فيفري مارس/آذار أبريل/إبريل/ابريل/نيسان/أفريل
   مايو/أيار/ماي يونيو/حزيران/يونيه/جوان يوليو/تموز/يوليه/جويلية أغسطس/آب/اغسطس/أوت/غشت
   سبتمبر/أيلول/شتنبر أكتوبر/اكتوبر/تشرين_الأول/تشرين_الاول نوفمبر/تشرين_الثاني/نونبر
   ديسمبر/كانون_الأول/كانون_الاول/دجنبر
fa ژانویه فوریه مارس آوریل مه ژوئن ژوئیه/جولای اوت/آگوست سپتامبر اکتبر نوامبر دسامبر
ur جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
he בינואר/ינואר/ינו׳ בפברואר/פברואר/פבר׳ במרץ/מרץ/במרס/מרס באפריל/אפריל/אפר׳ במאי/מאי ביוני/יוני
   ביולי/יולי באוגוסט/אוגוסט/אוג׳ בספטמבר/ספטמבר/ספט׳ באוקטובר/אוקטובר/אוק׳ בנובמבר/נובמבר/נוב׳
   בדצמבר/דצמבר/דצמ׳
hi जनवरी/जन फ़रवरी/फरवरी/फर मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर
   नवंबर/नवम्बर दिसंबर/दिसम्बर
mr जानेवारी फेब्रुवारी मार्च एप्रिल मे जून जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर
ne जनवरी फेब्रुअरी मार्च अप्रिल मे जुन जुलाई अगस्ट सेप्टेम्बर अक्टोबर नोभेम्बर डिसेम्बर
bn জানুয়ারি/জানুয়ারী ফেব্রুয়ারি/ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট/আগষ্ট সেপ্টেম্বর
   অক্টোবর নভেম্বর ডিসেম্বর
ta ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்
te జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జూలై ఆగస్టు సెప్టెంబర్ అక్టోబర్ నవంబర్ డిసెంబర్
th มกราคม/ม.ค กุมภาพันธ์/ก.พ มีนาคม/มี.ค เมษายน/เม.ย พฤษภาคม/พ.ค มิถุนายน/มิ.ย กรกฎาคม/ก.ค
   สิงหาคม/ส.ค กันยายน/ก.ย ตุลาคม/ต.ค พฤศจิกายน/พ.ย ธันวาคม/ธ.ค
"""
_VIETNAMESE_MONTHS = (
    "giêng một", "hai", "ba", "tư bốn", "năm", "sáu", "bảy bẩy", "tám", "chín", "mười",
    "mười_một", "chạp mười_hai",
)  # fmt: skip

# Zeros of the scripts whose digits stand in dates of the common calendar.
_ZEROS = "٠۰०০੦૦௦౦೦൦๐໐၀០０"
OTHER_DIGITS: dict[int, str] = {
    ord(zero) + value: str(value) for zero in _ZEROS for value in range(10)
}


def _tables() -> tuple[dict[str, int], frozenset[str]]:
    """(name -> number, the Thai names, whose years count from the Buddha)."""
    names: dict[str, int] = {}
    thai: set[str] = set()
    words = unicodedata.normalize("NFC", LANGUAGES).split()
    for start in range(0, len(words), 13):
        language = words[start]
        for number, spellings in enumerate(words[start + 1 : start + 13], 1):
            for name in spellings.replace("_", " ").strip().split("/"):
                names.setdefault(name, number)
                names.setdefault(fold(name).replace("ı", "i"), number)
                if language == "th":
                    thai.add(name)
    names.pop("", None)
    return names, frozenset(thai)


MONTHS, THAI_MONTHS = _tables()
MONTH_WORDS = frozenset(name.partition(" ")[0] for name in MONTHS)  # names have two words at most
MONTHS_IN_WORDS: dict[str, int] = {
    name.replace("_", " "): number
    for number, names in enumerate(_VIETNAMESE_MONTHS, 1)
    for name in names.split()
}
