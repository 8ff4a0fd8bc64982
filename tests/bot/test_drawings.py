"""The drawings of /web and /map: right in size, legible in colour, and never stopped by what a catalogue holds."""

import io

import numpy as np
import pytest
from PIL import Image

from bot.lettering import drawable
from bot.map_picture import LEGEND as MAP_LEGEND
from bot.map_picture import SIDE, coloured, draw_map, worth_showing
from bot.web_picture import HEIGHT, LEGEND, WIDTH, draw_web, edge_width, group_names
from retrieval.embedding import normalize
from retrieval.item_table import Item
from retrieval.result_web import weave


def opened(jpeg: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(jpeg))
    assert picture.format == "JPEG"
    return picture.convert("RGB")


def web_of(count):
    vectors = normalize(np.random.default_rng(1).normal(size=(count, 16)))
    return weave(vectors, np.linspace(1, 0, count).tolist(), WIDTH, HEIGHT - LEGEND)


@pytest.mark.parametrize("asked", ["a red dress", "ein Wort, das sehr " + "langlanglang" * 8, "платье", "", "✂ 😀"])
def test_a_web_shows_each_thumbnail_where_it_belongs_whatever_was_asked(asked):
    web = web_of(7)
    pictures = [Image.new("RGB", (90, 120), (250, 10 * n, 0)) for n in range(7)]
    drawn = opened(draw_web(web, pictures, ["one"] * (max(web.groups) + 1), asked))
    assert drawn.size == (WIDTH, HEIGHT)
    for number, spot in enumerate(web.spots):
        red, green, blue = drawn.getpixel((round(spot.x), round(spot.y)))
        assert red > 225
        assert abs(green - 10 * number) < 25
        assert blue < 40
    assert max(drawn.getpixel((round(web.query.x - 0.42 * web.query.side), round(web.query.y)))) < 90


def test_edges_are_thicker_the_more_alike():
    assert edge_width(0) < edge_width(0.5) < edge_width(1)


def test_groups_are_named_by_what_sets_them_apart():
    shop = [Item(f"a{n}", "/x", "0", {"category": "shirt", "sleeve": "long", "price": 3.0}) for n in range(4)]
    shop += [Item(f"b{n}", "/x", "0", {"category": "shirt", "sleeve": "short", "title": "A"}) for n in range(3)]
    shop += [Item("c", "/x", "0")]
    assert group_names(shop, [0] * 4 + [1] * 3 + [2]) == ("shirt · long", "shirt · short", "")


def test_only_what_the_font_has_is_written():
    assert drawable("a red dress, größer – «é» 50 €")
    assert drawable("красное платье")
    assert not drawable("dress 連衣裙")


def test_a_map_shows_dots_in_the_colours_of_their_categories_and_rings_hits():
    categories = ["hat"] * 3 + ["shoe"] * 2 + [""]
    names, numbers = coloured(categories)
    assert names == ("hat", "shoe")
    assert numbers.tolist() == [0, 0, 0, 1, 1, 2]
    positions = np.array([(-1, -1), (-0.9, -1), (-1, -0.9), (1, 1), (0.9, 1), (0, 0)], dtype=np.float32)
    plain = draw_map(positions, names, numbers, [])
    assert opened(plain).size == (SIDE, SIDE + MAP_LEGEND)
    red, _, blue = opened(plain).getpixel((36, 36))
    assert blue > red  # hats are blue
    assert draw_map(positions, names, numbers, [(5, Image.new("RGB", (9, 9), "red"))], hits=[0]) != plain


def test_pictures_stand_for_the_fullest_parts_of_the_map():
    positions = np.vstack([np.full((9, 2), 0.5) + 0.01 * np.arange(9)[:, None], [(-0.9, -0.9)]]).astype(np.float32)
    assert worth_showing(positions) == [4, 9]


def test_small_categories_share_a_colour():
    names, numbers = coloured([f"kind-{n}" for n in range(40)] + ["kind-0"])
    assert len(names) == 12
    assert names[0] == "kind-0"
    assert numbers.max() == 12
