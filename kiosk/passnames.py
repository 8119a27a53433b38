"""What people call the passes, in every language of the kiosk: "de blauwe uil", "la chouette bleue", "синя сова".

Pure data, written so that a native speaker can read it line by line. Colours and pictures stand in the order of
`kiosk.passes`. A colour gives its name and then its form beside a noun, one for each kind of noun; a picture gives
the kind of its noun, its article, its name, and behind a stroke how the name is written with a colour.
"""

import re
from dataclasses import dataclass
from typing import Final

_PICTURE = re.compile(r"(?:(?P<kind>\w+):)?(?P<article>\S+ |l')?(?P<name>[^/ ]+)(?:/(?P<joined>\S+))?")


@dataclass(frozen=True)
class Noun:
    """A picture's name as it stands on a tile, and what it takes in a whole name."""

    name: str
    kind: str
    article: str
    joined: str


class Names:
    """The names of one language. `order` puts them together; `kinds` are those of its nouns."""

    def __init__(self, order: str, colours: str, pictures: str, kinds: str = "") -> None:
        self._order, self._kinds = order, kinds.split() or [""]
        self._colours = [colour.split() for colour in colours.split(", ")]
        self._pictures = [_noun(picture) for picture in pictures.split(", ")]

    def __len__(self) -> int:
        return len(self._colours) * len(self._pictures)

    def colour(self, number: int) -> str:
        """The name of a colour by itself."""
        return self._colours[number][0]

    def picture(self, number: int) -> str:
        """The name of a picture by itself."""
        return self._pictures[number].name

    def whole(self, colour: int, picture: int) -> str:
        """Colour and picture together, as people say it."""
        noun = self._pictures[picture]
        name, *forms = self._colours[colour]
        form = forms[self._kinds.index(noun.kind)] if len(forms) > 1 else forms[0] if forms else name
        return self._order.format(article=noun.article, colour=form, picture=noun.joined)


def _noun(written: str) -> Noun:
    match = _PICTURE.fullmatch(written)
    assert match, written
    name = match["name"]
    return Noun(name, match["kind"] or "", match["article"] or "", match["joined"] or name)


NAMES: Final[dict[str, Names]] = {
    "nl": Names(
        "{article}{colour} {picture}",
        colours="rood rode, oranje oranje, geel gele, groen groene, blauw blauwe, roze roze, zwart zwarte, wit witte",
        pictures="de uil, de kat, de vis, de eend, de boom, de bloem, de appel, de taart, het kopje, de auto, "
        "het schip, het huis, het kasteel, de sleutel, het boek, het cadeau, de lamp, de bel, "
        "de bril, de gitaar, de bal, de ster, het hart, de kroon",
    ),
    "en": Names(
        "the {colour} {picture}",
        colours="red, orange, yellow, green, blue, pink, black, white",
        pictures="owl, cat, fish, duck, tree, flower, apple, cake, cup, car, ship, house, castle, key, book, gift, "
        "lamp, bell, glasses, guitar, ball, star, heart, crown",
    ),
    "de": Names(
        "{article}{colour} {picture}",
        colours="rot rote, orange orange, gelb gelbe, grün grüne, blau blaue, rosa rosa, schwarz schwarze, weiß weiße",
        pictures="die Eule, die Katze, der Fisch, die Ente, der Baum, die Blume, der Apfel, die Torte, die Tasse, "
        "das Auto, das Schiff, das Haus, die Burg, der Schlüssel, das Buch, das Geschenk, die Lampe, die Glocke, "
        "die Brille, die Gitarre, der Ball, der Stern, das Herz, die Krone",
    ),
    "fr": Names(
        "{article}{picture} {colour}",
        kinds="m f fp",
        colours="rouge rouge rouge rouges, orange orange orange orange, jaune jaune jaune jaunes, "
        "vert vert verte vertes, bleu bleu bleue bleues, rose rose rose roses, noir noir noire noires, "
        "blanc blanc blanche blanches",
        pictures="f:la chouette, m:le chat, m:le poisson, m:le canard, m:l'arbre, f:la fleur, f:la pomme, m:le gâteau, "
        "f:la tasse, f:la voiture, m:le bateau, f:la maison, m:le château, f:la clé, m:le livre, m:le cadeau, "
        "f:la lampe, f:la cloche, fp:les lunettes, f:la guitare, m:le ballon, f:l'étoile, m:le cœur, f:la couronne",
    ),
    "pl": Names(
        "{colour} {picture}",
        kinds="m f n p",
        colours="czerwony czerwony czerwona czerwone czerwone, "
        "pomarańczowy pomarańczowy pomarańczowa pomarańczowe pomarańczowe, żółty żółty żółta żółte żółte, "
        "zielony zielony zielona zielone zielone, niebieski niebieski niebieska niebieskie niebieskie, "
        "różowy różowy różowa różowe różowe, czarny czarny czarna czarne czarne, biały biały biała białe białe",
        pictures="f:sowa, m:kot, f:ryba, f:kaczka, n:drzewo, m:kwiat, n:jabłko, m:tort, m:kubek, n:auto, m:statek, "
        "m:dom, m:zamek, m:klucz, f:książka, m:prezent, f:lampa, m:dzwonek, p:okulary, f:gitara, f:piłka, f:gwiazda, "
        "n:serce, f:korona",
    ),
    "tr": Names(
        "{colour} {picture}",
        colours="kırmızı, turuncu, sarı, yeşil, mavi, pembe, siyah, beyaz",
        pictures="baykuş, kedi, balık, ördek, ağaç, çiçek, elma, pasta, fincan, araba, gemi, ev, kale, anahtar, kitap, "
        "hediye, lamba, zil, gözlük, gitar, top, yıldız, kalp, taç",
    ),
    "ar": Names(
        "ال{picture} {colour}",
        kinds="m f",
        colours="أحمر الأحمر الحمراء, برتقالي البرتقالي البرتقالية, أصفر الأصفر الصفراء, أخضر الأخضر الخضراء, "
        "أزرق الأزرق الزرقاء, وردي الوردي الوردية, أسود الأسود السوداء, أبيض الأبيض البيضاء",
        pictures="f:بومة, f:قطة, f:سمكة, f:بطة, f:شجرة, f:زهرة, f:تفاحة, f:كعكة, m:فنجان, f:سيارة, f:سفينة, m:بيت, "
        "f:قلعة, m:مفتاح, m:كتاب, f:هدية, m:مصباح, m:جرس, f:نظارة, m:غيتار, f:كرة, f:نجمة, m:قلب, m:تاج",
    ),
    "uk": Names(
        "{colour} {picture}",
        kinds="m f n p",
        colours="червоний червоний червона червоне червоні, "
        "помаранчевий помаранчевий помаранчева помаранчеве помаранчеві, жовтий жовтий жовта жовте жовті, "
        "зелений зелений зелена зелене зелені, синій синій синя синє сині, рожевий рожевий рожева рожеве рожеві, "
        "чорний чорний чорна чорне чорні, білий білий біла біле білі",
        pictures="f:сова, m:кіт, f:риба, f:качка, n:дерево, f:квітка, n:яблуко, m:торт, f:чашка, f:машина, m:корабель, "
        "m:дім, m:замок, m:ключ, f:книга, m:дарунок, f:лампа, m:дзвоник, p:окуляри, f:гітара, m:м'яч, f:зірка, "
        "n:серце, f:корона",
    ),
    "es": Names(
        "{article}{picture} {colour}",
        kinds="m f fp",
        colours="rojo rojo roja rojas, naranja naranja naranja naranjas, amarillo amarillo amarilla amarillas, "
        "verde verde verde verdes, azul azul azul azules, rosa rosa rosa rosas, negro negro negra negras, "
        "blanco blanco blanca blancas",
        pictures="m:el búho, m:el gato, m:el pez, m:el pato, m:el árbol, f:la flor, f:la manzana, f:la tarta, "
        "f:la taza, m:el coche, m:el barco, f:la casa, m:el castillo, f:la llave, m:el libro, m:el regalo, "
        "f:la lámpara, f:la campana, fp:las gafas, f:la guitarra, f:la pelota, f:la estrella, m:el corazón, "
        "f:la corona",
    ),
    "fa": Names(
        "{picture} {colour}",
        colours="قرمز, نارنجی, زرد, سبز, آبی, صورتی, سیاه, سفید",
        pictures="جغد, گربه/گربهٔ, ماهی, اردک, درخت, گل, سیب, کیک, فنجان, ماشین, کشتی, خانه/خانهٔ, قلعه/قلعهٔ, کلید, "
        "کتاب, هدیه/هدیهٔ, چراغ, زنگ, عینک, گیتار, توپ, ستاره/ستارهٔ, قلب, تاج",
    ),
}
