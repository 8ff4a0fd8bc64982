"""The demo catalogue: what is sampled, what is drawn, and how it is written."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from scripts.rendering.attributes import (
    CATEGORIES,
    COLOURS,
    LENGTHS,
    NECKLINES,
    PATTERNS,
    SLEEVES,
    SLOTS,
    Product,
    has_sleeves,
    sample_products,
)
from scripts.rendering.catalogue import COLUMNS, main, write_catalogue
from scripts.rendering.colours import LAB_CENTRES
from scripts.rendering.product_photo import render, render_cutout

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def products() -> list[Product]:
    return sample_products(3080, 1)


def lab_of(product: Product) -> NDArray[np.float32]:
    """Lab of every pixel well inside the product, float32 [n, 3]."""
    rgb, mask = render_cutout(product)
    lab = np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
    return lab[mask > 200]


def named(lab: NDArray[np.float32]) -> NDArray[np.int64]:
    """Index into COLOURS of the nearest named colour, for each row."""
    centres = np.array([LAB_CENTRES[name] for name in COLOURS], np.float32)
    return np.asarray(np.linalg.norm(lab[:, None] - centres, axis=2).argmin(axis=1), np.int64)


class TestSampling:
    def test_the_same_seed_gives_the_same_products(self, products: list[Product]) -> None:
        assert sample_products(3080, 1) == products
        assert sample_products(3080, 2) != products

    @pytest.mark.parametrize("count", [0, 1, 10, 11, 100])
    def test_any_count_is_met(self, count: int) -> None:
        assert len(sample_products(count, 1)) == count

    def test_a_negative_count_is_refused(self) -> None:
        with pytest.raises(ValueError, match="negative"):
            sample_products(-1, 1)

    @pytest.mark.parametrize(
        ("key", "values"),
        [
            ("category", CATEGORIES),
            ("colour", COLOURS),
            ("pattern", PATTERNS),
            ("sleeve", (*SLEEVES, None)),
            ("length", (*LENGTHS, None)),
            ("neckline", (*NECKLINES, None)),
        ],
    )
    def test_every_value_occurs_and_no_other(
        self, products: list[Product], key: str, values: tuple[str | None]
    ) -> None:
        assert {getattr(product, key) for product in products} == set(values)

    def test_a_key_is_absent_exactly_where_the_kind_has_none(self, products: list[Product]) -> None:
        for product in products:
            for key in ("sleeve", "length", "neckline"):
                allowed = SLOTS[product.category].get(key, (None,))
                assert getattr(product, key) in allowed, product
        assert has_sleeves("coat")
        assert not has_sleeves("skirt")

    def test_every_kind_has_many_items_of_every_colour(self, products: list[Product]) -> None:
        pairs = Counter((product.category, product.colour) for product in products)
        assert len(pairs) == len(CATEGORIES) * len(COLOURS)
        assert min(pairs.values()) >= 15

    def test_two_fifths_are_plain(self, products: list[Product]) -> None:
        plain = sum(product.pattern == "plain" for product in products) / len(products)
        assert 0.35 < plain < 0.45

    def test_most_products_have_a_sibling_that_differs_in_one_thing(self, products: list[Product]) -> None:
        families: dict[tuple[str, int], list[Product]] = {}
        for product in products:
            families.setdefault((product.category, product.seed >> 32), []).append(product)
        keys = ("colour", "pattern", "sleeve", "length", "neckline", "detail")

        def differences(one: Product, other: Product) -> int:
            return sum(getattr(one, key) != getattr(other, key) for key in keys)

        with_sibling = sum(
            any(differences(one, other) == 1 for other in family) for family in families.values() for one in family
        )
        assert with_sibling / len(products) > 0.5

    def test_ids_are_unique_and_links_name_them(self, products: list[Product]) -> None:
        assert len({product.id for product in products}) == len(products)
        assert products[0].id == "dress-0001"
        assert products[0].link == "https://shop.example/p/dress-0001"

    def test_titles_never_contradict_the_attributes(self, products: list[Product]) -> None:
        for product in products:
            title = product.title.lower()
            assert title.startswith(product.colour), product
            others = [c for c in COLOURS if c != product.colour and c in title.split()]
            assert not others, product
            for sleeve in ("short", "long"):
                assert product.sleeve == sleeve or f"{sleeve} sleeves" not in title, product
            assert product.sleeve == "sleeveless" or "sleeveless" not in title, product
            assert product.length == "long" or "maxi" not in title.split(), product
            assert product.length == "short" or "mini" not in title.split(), product
            assert product.neckline == "V-neck" or "v-neck" not in title, product
            assert product.pattern == "floral" or "floral" not in title, product


class TestPictures:
    def test_the_same_product_gives_the_same_picture(self, products: list[Product]) -> None:
        product = products[7]
        first, second = render(product), render(product)
        assert first.mode == "RGB"
        assert first.size == (360, 480)
        assert first.tobytes() == second.tobytes()
        assert render(replace(product, seed=product.seed + 1)).tobytes() != first.tobytes()

    @pytest.mark.parametrize("category", CATEGORIES)
    def test_every_kind_is_drawn_inside_the_frame(self, products: list[Product], category: str) -> None:
        for product in [one for one in products if one.category == category][::140]:
            rgb, mask = render_cutout(product)
            assert rgb.shape == (480, 360, 3)
            assert rgb.dtype == mask.dtype == np.uint8
            assert 0.05 < (mask > 127).mean() < 0.75, product
            border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
            assert (border > 127).mean() < 0.02, product

    def test_the_cutout_shows_what_the_photo_shows(self, products: list[Product]) -> None:
        product = products[300]
        rgb, mask = render_cutout(product)
        inside = mask == 255
        photo = np.asarray(render(product), np.float32)
        # Exposure and noise differ, the product does not.
        assert np.abs(photo[inside] - rgb[inside].astype(np.float32)).mean() < 10

    @pytest.mark.parametrize("colour", COLOURS)
    def test_a_plain_product_has_the_colour_of_its_name(self, products: list[Product], colour: str) -> None:
        plain = [one for one in products if one.colour == colour and one.pattern == "plain"]
        for category in ("dress", "T-shirt", "trousers", "bag"):
            product = next(one for one in plain if one.category == category)
            lab = lab_of(product)
            assert COLOURS[int(named(np.median(lab, axis=0)[None])[0])] == colour, product

    @pytest.mark.parametrize("pattern", PATTERNS[1:])
    def test_the_base_colour_dominates_a_pattern(self, products: list[Product], pattern: str) -> None:
        shares = []
        for product in [one for one in products if one.pattern == pattern and one.category != "shoe"][::60]:
            counts = np.bincount(named(lab_of(product)), minlength=len(COLOURS))
            assert COLOURS[int(counts.argmax())] == product.colour, product
            shares.append(counts.max() / counts.sum())
        assert np.mean(shares) > 0.55

    @pytest.mark.parametrize("pattern", PATTERNS[1:])
    def test_a_pattern_shows_even_in_a_small_picture(self, products: list[Product], pattern: str) -> None:
        product = next(one for one in products if one.category == "T-shirt" and one.colour == "blue")

        def contrast(one: Product) -> float:
            rgb, mask = render_cutout(one)
            small = cv2.resize(rgb, (96, 128), interpolation=cv2.INTER_AREA)
            inside = cv2.erode(cv2.resize(mask, (96, 128), interpolation=cv2.INTER_AREA), np.ones((5, 5))) > 250
            return float(cv2.cvtColor(small, cv2.COLOR_RGB2LAB)[inside].astype(np.float32).std(axis=0).sum())

        assert contrast(replace(product, pattern=pattern)) > 1.5 * contrast(replace(product, pattern="plain"))

    def test_sleeves_and_lengths_change_the_outline(self, products: list[Product]) -> None:
        dress = next(one for one in products if one.category == "dress")
        long_dress = replace(dress, length="long", sleeve="sleeveless")

        def height_over_width(one: Product) -> float:
            ys, xs = np.nonzero(render_cutout(one)[1] > 127)
            return float(np.ptp(ys) / np.ptp(xs))

        assert height_over_width(long_dress) > 1.3 * height_over_width(replace(long_dress, length="short"))
        assert height_over_width(long_dress) > 1.15 * height_over_width(replace(long_dress, sleeve="long"))

    def test_the_background_knows_nothing_of_the_product(self, products: list[Product]) -> None:
        product = products[0]
        corners = [
            np.asarray(render(replace(product, colour=colour)))[:12, :12].astype(int) for colour in ("red", "navy")
        ]
        assert np.abs(corners[0] - corners[1]).max() <= 2


class TestCatalogue:
    def test_pictures_and_table_agree(self, tmp_path: Path) -> None:
        table = write_catalogue(tmp_path / "demo", count=11, seed=3, processes=1, progress=False)
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert tuple(rows[0]) == COLUMNS
        assert len(rows) == 11
        for row, product in zip(rows, sample_products(11, 3), strict=True):
            with Image.open(table.parent / row["path"]) as picture:
                assert picture.size == (360, 480)
            assert row["title"] == product.title
            assert row["sleeve"] == (product.sleeve or "")
            assert row["price"] == f"{product.price:.2f}"

    def test_one_and_two_processes_write_the_same_bytes_and_twice_is_once(self, tmp_path: Path) -> None:
        alone = write_catalogue(tmp_path / "alone", count=11, seed=5, processes=1, progress=False)
        paired = write_catalogue(tmp_path / "paired", count=11, seed=5, processes=2, progress=False)
        for path in sorted((alone.parent / "images").iterdir()):
            assert path.read_bytes() == (paired.parent / "images" / path.name).read_bytes()
        before = alone.stat().st_mtime_ns
        assert write_catalogue(tmp_path / "alone", count=11, seed=5, processes=1, progress=False) == alone
        assert alone.stat().st_mtime_ns == before

    def test_another_seed_replaces_the_catalogue_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        first = write_catalogue(tmp_path / "demo", count=2, seed=1, processes=1, progress=False).read_text()
        second = write_catalogue(tmp_path / "demo", count=2, seed=2, processes=1, progress=False).read_text()
        assert first != second
        assert [path.name for path in tmp_path.iterdir()] == ["demo"]

    def test_a_directory_with_other_things_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "holiday.jpg").write_bytes(b"mine")
        with pytest.raises(FileExistsError, match="something other"):
            write_catalogue(tmp_path, count=1, processes=1, progress=False)
        assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]

    def test_a_killed_run_leaves_the_old_catalogue_whole(self, tmp_path: Path) -> None:
        target = tmp_path / "demo"
        old = write_catalogue(target, count=2, seed=1, processes=1, progress=False).read_text()
        command = [sys.executable, "-m", "scripts.rendering.catalogue", "--out", str(target)]
        run = subprocess.Popen([*command, "--count", "3000", "--processes", "1"], cwd=ROOT)
        try:
            deadline = time.monotonic() + 30
            while not list(tmp_path.glob(".demo-*/images/*.jpg")):
                assert time.monotonic() < deadline, "nothing was drawn"
                assert run.poll() is None, "the run ended early"
                time.sleep(0.02)
        finally:
            os.kill(run.pid, signal.SIGKILL)
            run.wait()
        assert (target / "catalogue.csv").read_text() == old
        assert len(list((target / "images").iterdir())) == 2
        again = write_catalogue(target, count=3, seed=1, processes=1, progress=False)
        assert len(list((again.parent / "images").iterdir())) == 3

    def test_the_command_writes_a_contact_sheet(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        sheet = tmp_path / "sheet.jpg"
        status = main(["--out", str(tmp_path / "demo"), "--count", "11", "--processes", "1", "--sheet", str(sheet)])
        assert status == 0
        assert str(tmp_path / "demo" / "catalogue.csv") in capsys.readouterr().out
        with Image.open(sheet) as picture:
            assert picture.width == 14 * 120
