"""The same commands in German, Spanish, Russian, Chinese and Arabic; descriptions in them are none."""

import pytest

from bot.phrases import LAST, Greet, More, New, Past, Pick, Similar, Surprise, Take, Thank, Undo, command


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (
            Undo(),
            ["zurück", "Zurueck!", "zuruck", "bitte einen Schritt zurück", "atrás", "atras", "Deshacer, por favor"],
        ),
        (Undo(), ["назад", "Отмени, пожалуйста", "撤销", "上一步。", "تراجع", "إلى الوراء"]),
        (More(), ["mehr", "Zeig mir mehr!", "noch mehr bitte", "más", "¡Más!", "muéstrame más", "ещё", "Еще"]),
        (More(), ["покажи ещё", "更多", "还有吗？", "请继续", "المزيد", "أكثر", "المزيد من فضلك"]),
        (New(), ["neue Suche", "von vorne", "nueva búsqueda", "empezar de nuevo", "заново", "начнём сначала"]),
        (New(), ["重新开始", "بحث جديد", "من جديد"]),
        (Take(), ["das ist es", "Das nehme ich!", "es esta", "me la llevo", "это оно", "то, что нужно", "беру"]),
        (Take(), ["就是它！", "就要这个", "هذا هو", "هذه هي!"]),
        (Similar(), ["ähnliche", "más como esta", "похожие", "что-то похожее", "类似的", "مشابهة", "مثل هذه"]),
        (
            Surprise(),
            ["Überrasch mich!", "was hast du?", "sorpréndeme", "¿Qué hay?", "удиви меня", "随便看看", "فاجئني"],
        ),
        (Past(), ["Verlauf", "meine Suchen", "historial", "mis búsquedas", "история поиска", "搜索历史", "السجل"]),
        (Greet(), ["Hallo", "Guten Tag!", "¡Hola!", "buenos dias", "Привет", "你好", "مرحباً", "السلام عليكم"]),
        (Thank(), ["Danke!", "vielen Dank", "¡Gracias!", "спасибо большое", "谢谢", "شكراً"]),
        (Pick(2, ""), ["die zweite", "das zweite Bild", "Nummer 2", "die 2", "la segunda", "el 2", "imagen 2"]),
        (Pick(2, ""), ["вторая", "вторую", "номер 2", "картинка 2", "第二个", "第2张", "我要第二个", "2号", "الثانية"]),
        (
            Pick(2, ""),
            ["الصورة الثانية", "رقم 2", "رقم ٢", "ich nehme die zweite", "prefiero la segunda", "беру вторую"],
        ),
        (Pick(LAST, ""), ["das letzte", "la última", "последняя", "最后一个", "الأخيرة"]),
        (Pick(3, "in blau"), ["die dritte, aber in blau", "Bild 3 in Blau", "das dritte in blau", "3, aber in Blau"]),
        (Pick(3, "en azul"), ["la tercera pero en azul", "la tercera en azul", "número 3 en azul"]),
        (Pick(1, "mit langen ärmeln"), ["die erste mit langen Ärmeln", "die erste, aber mit langen Ärmeln"]),
        (Pick(3, "синее"), ["третье, но синее", "номер 3, только синее"]),
        (Pick(3, "с длинным рукавом"), ["третья с длинным рукавом"]),
        (Pick(3, "蓝色的"), ["第三个，但是蓝色的", "第三个但蓝色的", "第3个，蓝色的"]),
        (Pick(3, "بالأزرق"), ["الثالثة لكن بالأزرق", "رقم 3 ولكن بالأزرق"]),
    ],
)
def test_commands(expected, said):
    assert {text: command(text) for text in said} == dict.fromkeys(said, expected)


@pytest.mark.parametrize(
    "text",
    [
        "ein rotes Sommerkleid",
        "etwas mehr Blau",
        "das neue Kleid",
        "zurückhaltend",
        "die zweite Geige",
        "zwei rote Schuhe",
        "mit 3 Knöpfen",
        "3 Knöpfe",
        "más larga",
        "un vestido nuevo",
        "la primera comunión",
        "красное летнее платье",
        "ещё короче",
        "второе дыхание",
        "новое платье",
        "红色连衣裙",
        "更多花",
        "二手包",
        "一个红色的包",
        "فستان أحمر",
        "أكثر أناقة",
        "فستان جديد",
    ],
)
def test_descriptions_are_not_commands(text):
    assert command(text) is None
