"""The commands of `bot.phrases` in German, Spanish, Russian, Chinese and Arabic. Pure.

They are understood whatever language the model knows and whichever the bot speaks: who writes "zurück" means it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

UNDO, MORE, NEW, TAKE, SIMILAR, GREET, THANK = "undo", "more", "new", "take", "similar", "greet", "thank"
SURPRISE, PAST = "surprise", "past"
LAST = -1

_PHRASES = {
    UNDO: """
        zurück, zurueck, geh zurück, einen schritt zurück, ein schritt zurück, rückgängig, mach das
        rückgängig, nochmal zurück, das vorige, das vorherige, die vorigen, die vorherigen,
        atrás, vuelve, volver, vuelve atrás, volver atrás, un paso atrás, deshacer, deshaz, deshazlo,
        regresa, regresar, anterior, la anterior, el anterior, las anteriores, los anteriores,
        назад, на шаг назад, шаг назад, отмена, отмени, отменить, верни, верни назад, вернись, вернись
        назад, вернуться, предыдущая, предыдущее, предыдущие,
        撤销, 撤銷, 撤回, 返回, 后退, 退回, 退一步, 回去, 上一步, 回到上一步, 上一个,
        تراجع, ارجع, رجوع, عودة, للخلف, خطوة للخلف, خطوة إلى الوراء, إلى الوراء, ارجع خطوة, السابق, السابقة""",
    MORE: """
        mehr, mehr davon, mehr bilder, noch mehr, zeig mehr, zeig mir mehr, weiter, weitere, weitere bilder,
        noch welche, nächste, die nächsten, nächste seite, andere, zeig andere,
        más, más fotos, más imágenes, ver más, muestra más, muéstrame más, enséñame más, dame más, quiero
        más, quiero ver más, otras, otros, siguiente, siguientes, las siguientes, los siguientes,
        ещё, еще картинки, еще варианты, больше, покажи еще, покажите еще, покажи больше, хочу еще, давай
        еще, дальше, далее, следующая, следующие, другие,
        更多, 更多图片, 看更多, 还有吗, 还有别的吗, 再来, 再来一些, 再看看, 多一些, 多来点, 继续, 下一页, 下一批,
        换一批,
        المزيد, مزيد, المزيد من الصور, اعرض المزيد, أرني المزيد, أريد المزيد, هات المزيد, أكثر, التالي,
        التالية, غيرها, صور أخرى, كمان""",
    NEW: """
        neu, neue suche, neu anfangen, neu starten, neustart, von vorn, von vorne, von vorn anfangen, noch
        mal von vorn, alles auf anfang,
        nueva, nuevo, nueva búsqueda, búsqueda nueva, empezar de nuevo, empieza de nuevo, empezar de cero,
        desde cero, desde el principio, reiniciar,
        заново, сначала, с начала, новый, новый поиск, начать заново, начать сначала, начни заново, начни
        сначала, начнем сначала, сброс,
        重来, 重新开始, 重新搜索, 新搜索, 新的搜索, 从头开始, 重置,
        جديد, من جديد, بحث جديد, ابدأ من جديد, من البداية, ابدأ من البداية, من الأول""",
    TAKE: """
        das ist es, das ist sie, das ist er, das ist das richtige, genau das, das da, dieses, das nehme ich,
        die nehme ich, den nehme ich, ich nehme es, ich nehme das, ich nehme die, gefunden, perfekt,
        es esta, es este, esta es, este es, es esa, es ese, esa es, ese es, esta, este, me la llevo, me lo
        llevo, la quiero, lo quiero, me quedo con esta, me quedo con este, la encontré, lo encontré,
        perfecto, perfecta,
        это оно, это она, это он, это то, это то что нужно, то что нужно, вот это, вот оно, вот она, беру,
        беру это, беру эту, беру этот, нашел, нашла, идеально,
        就是它, 就是她, 就是这个, 就是这张, 就这个, 就它了, 就要这个, 我要这个, 这个就是, 找到了, 完美,
        هذا هو, هذه هي, هو هذا, هي هذه, هذا هو المطلوب, وجدته, وجدتها, سآخذه, سآخذها, مثالي""",
    SIMILAR: """
        ähnlich, ähnliche, ähnliche bilder, zeig ähnliche, zeig mir ähnliche, so etwas, mehr wie das, mehr
        wie dieses, so wie das, wie dieses, wie das,
        parecido, parecida, parecidos, parecidas, similares, algo parecido, más parecidas, muestra
        parecidas, más como esta, más como este, como esta, como este,
        похожие, похожее, похожая, похожий, еще похожие, покажи похожие, больше таких, еще такие, такие же,
        как эта, как этот, как это, похожие на эту, что-то похожее,
        相似, 相似的, 类似, 类似的, 更多相似的, 更多类似的, 找相似的, 差不多的, 像这个, 像这样的,
        مشابه, مشابهة, شبيهة, صور مشابهة, شيء مشابه, مثل هذا, مثل هذه, المزيد مثل هذا, المزيد مثل هذه""",
    SURPRISE: """
        überrasch mich, überrasche mich, zeig mir etwas, zeig mir irgendwas, irgendwas, zeig was du hast,
        was hast du, was gibt es, zufällige bilder,
        sorpréndeme, sorprendeme, muéstrame algo, enséñame algo, algo al azar, qué tienes, qué hay,
        удиви меня, удиви, покажи что-нибудь, что-нибудь, что у тебя есть, что есть, случайные картинки,
        给我惊喜, 给我个惊喜, 随便看看, 随便, 随机, 有什么, 你有什么,
        فاجئني, أرني شيئا, أرني أي شيء, أي شيء, ماذا لديك, ماذا عندك, صور عشوائية""",
    PAST: """
        verlauf, zeig den verlauf, zeig mir den verlauf, mein verlauf, suchverlauf, meine suchen, meine
        letzten suchen, frühere suchen,
        historial, mi historial, ver historial, muestra el historial, mis búsquedas, búsquedas anteriores,
        история, история поиска, покажи историю, мои поиски, мои запросы, прошлые поиски,
        历史, 历史记录, 搜索历史, 搜索记录, 我的搜索, 看历史,
        السجل, سجل البحث, أرني السجل, عمليات البحث السابقة, عمليات بحثي, بحثي السابق""",
    GREET: """
        hallo, guten tag, guten morgen, guten abend, servus, moin, grüß dich, grüß gott,
        hola, buenas, buenos días, buen día, buenas tardes, buenas noches,
        привет, здравствуй, здравствуйте, добрый день, доброе утро, добрый вечер,
        你好, 您好, 嗨, 哈喽, 早上好, 下午好, 晚上好,
        مرحبا, أهلا, أهلا وسهلا, السلام عليكم, صباح الخير, مساء الخير""",
    THANK: """
        danke, danke sehr, danke schön, dankeschön, vielen dank, super, toll, prima,
        gracias, muchas gracias, mil gracias, genial, vale,
        спасибо, большое спасибо, спасибо большое, благодарю, отлично, супер, класс,
        谢谢, 谢谢你, 谢谢您, 多谢, 感谢, 非常感谢, 太好了, 好的, 不错,
        شكرا, شكرا لك, شكرا جزيلا, ممتاز, رائع, تمام, جميل""",
}
_POLITE = re.compile(
    r"^(?:(?:bitte|por favor|пожалуйста|请|من فضلك|لو سمحت)[,，،]? ?|(?:nein|ja|sí|si|нет|да|不|好|لا|نعم)[,，،] ?)"
    r"|[,，،]? ?(?:bitte|por favor|пожалуйста|من فضلك|لو سمحت)$"
)
_MARKS = " .,!?…¡¿。，！？؟،؛"
_LETTERS = str.maketrans({**dict.fromkeys(_MARKS + "-", " "), "ى": "ي", "ة": "ه", "ـ": None})


@dataclass(frozen=True, slots=True)
class _Picks:
    """How a language names one picture of several: its ordinals from the first on, the last one, and whole sentences.

    The sentences hold `{ordinal}`, `{number}`, `{but}` ("but blue"), and `{rest}` for that, for "in blue", or nothing.
    """

    ordinals: tuple[str, ...]
    last: str
    but: str
    change: str
    sentences: tuple[str, ...]


_GERMAN_LEAD = r"(?:(?:ich (?:mag|will|möchte|nehme)|so )?(?:wie |ähnlich wie |lieber )?)?"
_PICKS = (
    _Picks(
        tuple(
            f"{stem}(?:e|er|es|en)"
            for stem in ["erst", "zweit", "dritt", "viert", "fünft", "sechst", "siebt", "acht", "neunt", "zehnt"]
        ),
        "letzt(?:e|er|es|en)",
        r",? ?\b(?:aber|nur|jedoch)\b ?(?P<rest>\S.*)",
        r",? (?P<change>(?:in|mit|ohne|als) .+)",
        (
            rf"{_GERMAN_LEAD} ?(?:die|das|den|der|dem) {{ordinal}}(?: (?:bild|foto))?{{rest}}",
            rf"{_GERMAN_LEAD} ?(?:(?:die|das|den) )?(?:nummer |nr\.? ?|bild |foto ){{number}}{{rest}}",
            r"(?:die|das|den) {number}\.?{rest}",
            r"{number}{but}",
        ),
    ),
    _Picks(
        tuple(
            [
                "primer[oa]?",
                "segund[oa]",
                "tercer[oa]?",
                "cuart[oa]",
                "quint[oa]",
                "sext[oa]",
                "s[eé]ptim[oa]",
                "octav[oa]",
                "noven[oa]",
                "d[eé]cim[oa]",
            ]
        ),
        "[uú]ltim[oa]",
        r",? ?\b(?:pero|solo|sólo)\b ?(?P<rest>\S.*)",
        r",? (?P<change>(?:en|con|sin) .+)",
        (
            r"(?:(?:quiero|prefiero|me gusta|como) )?(?:la|el) {ordinal}(?: (?:imagen|foto))?{rest}",
            r"(?:(?:la|el) )?(?:n[uú]mero |n\.?º ?|imagen |foto ){number}{rest}",
            r"(?:la|el) {number}{rest}",
            r"{number}{but}",
        ),
    ),
    _Picks(
        (
            *("перв(?:ая|ое|ый|ую|ой)", "втор(?:ая|ое|ой|ую)", "трет(?:ья|ье|ий|ью)"),
            *(
                f"{stem}(?:ая|ое|ый|ую|ой)"
                for stem in ["четв[её]рт", "пят", "шест", "седьм", "восьм", "девят", "десят"]
            ),
        ),
        "последн(?:яя|ее|ий|юю)",
        r",? ?\b(?:но|только)\b ?(?P<rest>\S.*)",
        r",? (?P<change>(?:в|с|со|без) .+)",
        (
            r"(?:(?:хочу|беру|мне нравится|как|лучше) )?{ordinal}(?: (?:картинк[ау]|фото|вариант))?{rest}",
            r"(?:номер |№ ?|картинк[ау] |фото |вариант ){number}{rest}",
            r"{number}{but}",
        ),
    ),
    _Picks(
        tuple("一二三四五六七八九十"),
        "最后一",
        r"[,，]? ?(?:但是?|不过|只是|只要|要|换成) ?(?P<rest>\S.*)",
        r"[,，] ?(?P<change>.+)",
        (
            r"(?:我?(?:要|喜欢|选) ?)?(?:第 ?)?{ordinal}(?:个|张|幅|款|件){rest}",
            r"第 ?{ordinal}{rest}",
            r"第 ?{number} ?(?:个|张|幅|款|件)?{rest}",
            r"{number} ?号{rest}",
            r"{number}{but}",
        ),
    ),
    _Picks(
        (
            *("ال[أا]ول(?:ى)?", "الثاني(?:ة)?", "الثالث(?:ة)?", "الرابع(?:ة)?", "الخامس(?:ة)?", "السادس(?:ة)?"),
            *("السابع(?:ة)?", "الثامن(?:ة)?", "التاسع(?:ة)?", "العاشر(?:ة)?"),
        ),
        "ال[أا]خير(?:ة)?",
        r"[،,]? ?(?:ولكن|لكن|بس|فقط) ?(?P<rest>\S.*)",
        r"[،,]? (?P<change>(?:مع|بدون|من دون) .+)",
        (
            r"(?:(?:[أا]ريد|[أا]عجبتني|مثل) )?(?:الصورة )?{ordinal}{rest}",
            r"(?:الصورة )?رقم {number}{rest}",
            r"الصورة {number}{rest}",
            r"{number}{but}",
        ),
    ),
)


def _folded(phrase: str) -> str:
    """A phrase without what people leave out when they type: accents, umlauts' dots, hamzas, the dots of ё."""
    bare = "".join(c for c in unicodedata.normalize("NFD", phrase.lower()) if not unicodedata.combining(c))
    return " ".join(bare.translate(_LETTERS).split())


def _compiled(picks: _Picks) -> tuple[re.Pattern[str], ...]:
    ordinal = f"(?P<ordinal>{'|'.join((*picks.ordinals, picks.last))})"
    named = {
        "{ordinal}": ordinal,
        "{number}": r"(?P<number>\d{1,2})",
        "{but}": picks.but,
        "{rest}": f"(?:{picks.but}|{picks.change})?",
    }
    sentences = []
    for sentence in picks.sentences:
        for name, pattern in named.items():
            sentence = sentence.replace(name, pattern)
        sentences.append(re.compile(sentence.strip()))
    return tuple(sentences)


_MEANINGS: Mapping[str, str] = {
    _folded(phrase): meaning for meaning, phrases in _PHRASES.items() for phrase in " ".join(phrases.split()).split(",")
}
_SENTENCES = tuple((picks, _compiled(picks)) for picks in _PICKS)


def meaning(text: str) -> str | None:
    """Which command a whole text is in one of these languages; None for none."""
    return _MEANINGS.get(_folded(_plain(text)))


def pick(text: str) -> tuple[int, str] | None:
    """The number of the picture that a text picks (or LAST), and what it wants different; None where it picks none."""
    plain = _plain(text)
    for picks, sentences in _SENTENCES:
        for sentence in sentences:
            if (form := sentence.fullmatch(plain)) is not None:
                said = form.groupdict()
                which = said.get("ordinal") or said["number"]
                return _number(which, picks), said.get("rest") or said.get("change") or ""
    return None


def _number(which: str, picks: _Picks) -> int:
    for number, ordinal in enumerate(picks.ordinals, start=1):
        if re.fullmatch(ordinal, which):
            return number
    return LAST if re.fullmatch(picks.last, which) else int(which)


def _plain(text: str) -> str:
    plain = " ".join(text.lower().split()).strip(_MARKS)
    return _POLITE.sub("", plain).strip(_MARKS)
