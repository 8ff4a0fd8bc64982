"""A photo of one of the collection's own pictures comes back first, and marked."""

import io

import pytest
from PIL import Image, ImageDraw, ImageOps

from tests.chat import photos, words

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
def product(collection):
    """A rendered product with a pattern."""
    paths = sorted((collection / "catalogue" / "images").glob("dress-*.jpg"))
    return Image.open(max(paths, key=lambda path: path.stat().st_size)).convert("RGB")


def jpeg(picture, quality=80):
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def screenshot(picture):
    screen = Image.new("RGB", (720, 1500), "black")
    screen.paste(ImageOps.contain(picture, (600, 900)), (60, 240))
    ImageDraw.Draw(screen).text((60, 60), "12:41   my friend sent me this", fill="white")
    return screen


def copies(product):
    width, height = product.size
    return {
        "recompressed and cropped": jpeg(product.crop((width // 8, height // 10, width, height * 9 // 10)), 35),
        "turned": jpeg(product.rotate(90, expand=True)),
        "dark": jpeg(product.point(lambda value: value // 4)),
        "screenshot": jpeg(screenshot(product)),
    }


async def test_a_copy_of_a_picture_is_found_first_and_marked(ann, product):
    await ann.send_photo(jpeg(product, 95))
    original = photos(await ann.send_photo(jpeg(product, 95)))[0]["photo"]["file_unique_id"]
    for name, data in copies(product).items():
        answer = await ann.send_photo(data)
        assert "1: this very one" in photos(answer)[0]["caption"], name
        assert photos(answer)[0]["photo"]["file_unique_id"] == original, name
        assert "Picture 1 is this very one." in answer[-1]["text"], name


async def test_the_mark_comes_back_with_undo_and_stays_off_further_pages(ann, product):
    await ann.send_photo(jpeg(product))
    await ann.tap("More")
    assert "this very one" not in words(await ann.answer())
    await ann.say("a red hat")
    await ann.say("/undo")
    await ann.say("a blue bag")
    await ann.send_photo(jpeg(product))
    await ann.say("a red hat")
    assert "Picture 1 is this very one." in words(await ann.say("/undo"))


async def test_a_photo_of_something_else_is_not_marked(ann, product):
    stripes = Image.effect_noise((400, 500), 90).convert("RGB")
    other = Image.blend(ImageOps.mirror(product.resize((400, 500))), stripes, 0.8)
    for data in (jpeg(other), jpeg(ImageOps.mirror(product))):
        answer = await ann.send_photo(data)
        assert len(photos(answer)) == 6
        assert "this very one" not in words(answer)


async def test_with_words_it_is_not_about_the_picture_itself(ann, product):
    assert "this very one" not in words(await ann.send_photo(jpeg(product), caption="in red"))


async def test_the_same_thing_in_another_colour_is_not_marked(ann, product):
    red, green, blue = product.split()
    assert "this very one" not in words(await ann.send_photo(jpeg(Image.merge("RGB", (blue, red, green)))))


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (Image.new("RGB", (400, 500), (200, 40, 40)), "nothing but one colour"),
        (Image.new("RGB", (400, 500), "black"), "nothing but one colour"),
        (Image.effect_noise((30, 40), 60).convert("RGB"), "tiny"),
        (Image.new("RGB", (1, 1), "red"), "tiny"),
    ],
)
async def test_photos_in_which_there_is_little_to_see_are_searched_with_a_word_of_warning(ann, picture, sentence):
    answer = await ann.send_photo(jpeg(picture))
    assert sentence in words(answer[:1])
    assert len(photos(answer)) == 6
    assert "this very one" not in words(answer)


async def test_a_thumbnail_of_30_pixels_is_answered(ann, product):
    answer = await ann.send_photo(jpeg(ImageOps.contain(product, (30, 30))))
    assert "tiny" in words(answer) or "this very one" in words(answer)
    assert len(photos(answer)) == 6


async def test_a_very_dark_photo_of_something_else(ann):
    rough = Image.effect_noise((10, 12), 200).resize((400, 480)).convert("RGB")
    answer = await ann.send_photo(jpeg(rough.point(lambda value: value // 20)))
    assert "very dark" in words(answer[:1])
    assert len(photos(answer)) == 6
