"""Whether words are written in English, for models that have learnt no other language. Pure.

Other scripts show by themselves. German and Spanish, which Pictalk speaks too, are told by words of theirs that English
does not have: everyday words, and those for clothes and colours. A detector of languages needs longer texts than these,
and one English search that is refused is worse than ten German ones that find little; so half of the words have to be
German or Spanish, and what may be a name ("de la Renta") does not count alone. What was measured: `docs/languages.md`.
"""

import re
import unicodedata


def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GERMAN = _vocabulary(
    """ein eine einen einem einer eines kein keine keinen keiner mit ohne und oder aber für auf aus bei nach nur nicht
    auch sehr etwas mehr weniger ich du wir möchte mochte suche hätte gern gerne bitte zeig zeige gib wie dieses
    diese dieser diesen diesem jenes dasselbe dieselbe derselbe gleiche gleichen gleiches ähnlich ähnliche
    ähnliches anders andere anderes anderen lieber statt sondern sind soll sollte kleid kleider kleidern hemd
    hemden blusen röcke hosen jacke jacken mäntel schuh schuhe schuhen stiefel stiefeln turnschuhe sandalen
    tasche taschen handtasche mütze mützen hüte pulli pullis schal strickjacke anzug gürtel kapuze ärmel ärmeln
    kragen knöpfe knöpfen streifen muster punkte punkten blumen blümchen spitze leder wolle baumwolle seide samt
    gestreift gestreifte gestreiftes gestreifter kariert kariertes karierte gepunktet gepunktetes geblümt
    geblümtes gemustert gemustertes einfarbig einfarbiges rote roter rotes roten rotem blau blaue blauer blaues
    blauen grün grüne grüner grünes grünen gelb gelbe gelber gelbes gelben schwarz schwarze schwarzer schwarzes
    schwarzen weiß weiße weißer weißes weißen weiss weisse weisses grau graue grauer graues grauen braun braune
    brauner braunes braunen lila violett rosafarben hellblau dunkelblau hellgrün dunkelgrün dunkelrot türkis
    bunte buntes bunter lang lange langer langes langen langem kurz kurze kurzer kurzes kurzen kurzem länger
    kürzer heller dunkler enger weiter größer kleiner dicker dünner eleganter schlichter wärmer dunkel elegante
    elegantes schön schöne schönes neue neues alte altes knielang knielanges bodenlang ärmellos ärmelloses
    sommer hochzeit damen herren kinder frau frauen mann männer mädchen jungen hund hunde katze katzen bild
    bilder vogel vögel"""
)
_SPANISH = _vocabulary(
    """sin para pero más menos muy algo como este esta estos estas ese esa mismo misma mismos mismas igual parecido
    parecida similares otro otra otros otras quiero busco quisiera muestra muéstrame enséñame por también solo
    sólo mejor vestido vestidos camisa camisas camiseta camisetas blusa blusas falda faldas pantalón pantalones
    vaqueros chaqueta chaquetas abrigo abrigos zapato zapatos zapatillas botas botines sandalias bolso bolsos
    sombreros gorra gorras gorro bufanda sudadera sudaderas capucha cinturón traje manga mangas cuello botones
    rayas lunares cuadros flores encaje cuero lana algodón seda terciopelo estampado estampada liso lisa rayado
    rojo roja rojos rojas azules verde verdes amarillo amarilla negro negra negros negras blanco blanca blancos
    blancas gris grises marrón marrones morado morada rosado rosada naranja dorado dorada plateado claro clara
    oscuro oscura larga largos largas corto corta cortos cortas elegante elegantes bonito bonita nuevo nueva
    viejo vieja grandes pequeño pequeña ancho ancha estrecho estrecha verano invierno boda mujer mujeres hombre
    hombres niño niña niños niñas perro perros gato gatos imagen imágenes pájaro pájaros"""
)
_ENDINGS = ("kleid", "kleider", "jacke", "jacken", "schuhe", "tasche", "hemd", "hosen", "mütze", "mantel")
"""Of German compounds: "Sommerkleid"."""
_IN_NAMES = _vocabulary(
    "der die das den dem des im von zu zum zur am an in de del la las el los un una y en con a o al"
)
"""German and Spanish, but English or part of names as well: they count beside others only."""
_WORD = re.compile(r"[^\W_]+")


def is_english(text: str) -> bool:
    """Whether a model that knows English only can make something of the words; numbers alone are English."""
    letters = [character for character in text if character.isalpha()]
    foreign_letters = sum(not _latin(character) for character in letters)
    if 2 * foreign_letters > len(letters):
        return False
    words = _WORD.findall(unicodedata.normalize("NFC", text).lower())
    return not any(_mostly(words, own, endings) for own, endings in ((_GERMAN, _ENDINGS), (_SPANISH, ())))


def _mostly(words: list[str], own: frozenset[str], endings: tuple[str, ...]) -> bool:
    certain = sum(word in own or (len(word) > 6 and word.endswith(endings)) for word in words)
    possible = sum(word in _IN_NAMES for word in words)
    return bool(certain) and 2 * (certain + possible) >= len(words)


def _latin(character: str) -> bool:
    return character.isascii() or unicodedata.name(character, "").startswith("LATIN")
