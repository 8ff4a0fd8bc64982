from pathlib import Path

import pytest

from retrieval.catalogue import Entry, Failure, read_catalogue, reopen
from retrieval.errors import CatalogueInvalid
from retrieval.rows import Row, RowFailure
from retrieval.tab_separated import tsv_rows
from tests.pictures import save_picture

COLUMNS = (
    "photo_id", "photo_url", "photo_image_url", "photo_submitted_at", "photo_description", "photographer_username",
    "photographer_first_name", "photographer_last_name", "exif_camera_make", "photo_location_name",
    "photo_location_country", "stats_views", "ai_description", "ai_primary_landmark_name",
)  # fmt: skip


def line(photo_id: str, **cells: str) -> str:
    known = {
        "photo_id": photo_id,
        "photo_url": f"https://unsplash.com/photos/{photo_id}",
        "photo_image_url": f"https://images.unsplash.com/{photo_id}",
    }
    return "\t".join((known | cells).get(column, "") for column in COLUMNS)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(["\t".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
    return path


def only(path: Path) -> Entry:
    (found,) = list(read_catalogue(path))
    assert isinstance(found, Entry)
    return found


def test_a_photo_has_title_link_credit_and_place(tmp_path: Path) -> None:
    picture = save_picture(tmp_path / "XMyPniM9LF0.jpg")
    table = write(
        tmp_path / "photos.tsv000",
        line(
            "XMyPniM9LF0",
            photo_description="Woman in a  field",
            ai_description="woman standing",
            photographer_username="jane",
            photographer_first_name="Jane",
            photographer_last_name="Doe",
            exif_camera_make="NIKON",
            stats_views="12",
            photo_location_name="Oslo",
            photo_location_country="Norway",
            ai_primary_landmark_name="Opera",
        ),
    )
    entry = only(table)
    assert (entry.id, entry.path) == ("XMyPniM9LF0", picture)
    assert entry.metadata == {
        "title": "Woman in a field",
        "link": "https://unsplash.com/photos/XMyPniM9LF0",
        "credit": "Jane Doe (@jane) on Unsplash",
        "description": "woman standing",
        "location": "Oslo",
        "country": "Norway",
        "landmark": "Opera",
    }


@pytest.mark.parametrize("folder", ["", "photos", "images"])
@pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".JPG"])
def test_pictures_lie_beside_the_table_by_their_id(tmp_path: Path, folder: str, suffix: str) -> None:
    picture = save_picture(tmp_path / folder / f"-2PJT_x{suffix}")
    assert only(write(tmp_path / "photos.tsv000", line("-2PJT_x"))).path == picture


def test_without_a_description_the_machine_names_it_and_without_both_nobody(tmp_path: Path) -> None:
    for name in ("a", "b"):
        save_picture(tmp_path / f"{name}.jpg")
    table = write(tmp_path / "photos.tsv000", line("a", ai_description="green tree"), line("b"))
    first, second = read_catalogue(table)
    assert isinstance(first, Entry)
    assert isinstance(second, Entry)
    assert first.metadata == {"title": "green tree", "link": "https://unsplash.com/photos/a"}
    assert second.metadata == {"link": "https://unsplash.com/photos/b"}


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ('a 5" pipe', 'a 5" pipe'),
        ('"Hello" she said', '"Hello" she said'),
        ('"Hello" and "bye"', '"Hello" and "bye"'),
        ('"quoted as in CSV"', "quoted as in CSV"),
        ('"she said ""hi"""', 'she said "hi"'),
        ('"with a\ttab"', "with a tab"),
        ('"over\n\ntwo lines"', "over two lines"),
        ('lone " mark', 'lone " mark'),
        ('"', '"'),
        ("back\\slash \\t", "back\\slash \\t"),
        ("x" * 10_000, "x" * 10_000),
    ],
)
def test_quotation_marks_of_both_dialects(tmp_path: Path, written: str, title: str) -> None:
    for name in ("a", "b", "c"):
        save_picture(tmp_path / f"{name}.jpg")
    lines = [line("a", photo_description='5" first'), line("b", photo_description=written), line("c")]
    found = list(read_catalogue(write(tmp_path / "photos.tsv000", *lines)))
    assert [entry.id for entry in found if isinstance(entry, Entry)] == ["a", "b", "c"]
    assert isinstance(found[1], Entry)
    assert found[1].metadata["title"] == title


def test_a_broken_line_costs_only_itself(tmp_path: Path) -> None:
    table = tmp_path / "t.tsv"
    rows = ["one\ttwo", 'a\t"never closed', "too\tmany\tvalues", "short", *(f"{number}\tb" for number in range(50))]
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = list(tsv_rows(table))
    assert found[0] == Row(1, {"one": "a", "two": '"never closed'})
    assert found[1] == RowFailure(2, "3 values for 2 columns")
    assert found[2] == Row(3, {"one": "short"})
    assert len(found) == tsv_rows(table).count() == 53


def test_an_open_quotation_does_not_swallow_the_table(tmp_path: Path) -> None:
    table = tmp_path / "t.tsv"
    rows = ["one\ttwo", 'a\t"open\ttoo many', *(f"{number}\tb" for number in range(100))]
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = list(tsv_rows(table))
    assert found[0] == RowFailure(1, "3 values for 2 columns")
    assert len(found) == 101


def test_all_parts_are_read_in_order(tmp_path: Path) -> None:
    for number in range(3):
        save_picture(tmp_path / "photos" / f"p{number}.jpg")
        write(tmp_path / f"photos.csv00{number}", line(f"p{number}"))
    write(tmp_path / "photos.csv004", line("after a gap"))
    source = read_catalogue(tmp_path / "photos.csv000")
    assert source.count() == 3
    assert [entry.id for entry in source if isinstance(entry, Entry)] == ["p0", "p1", "p2"]
    assert list(reopen(source.description)) == list(source)


def test_missing_pictures_are_failures_that_name_them(tmp_path: Path) -> None:
    save_picture(tmp_path / "here.jpg")
    source = read_catalogue(write(tmp_path / "photos.tsv000", line("gone"), line("here"), line("")))
    failures = [found for found in source if isinstance(found, Failure)]
    assert [failure.reason for failure in failures] == ["file not found", "no path in the column photo_id"]
    assert failures[0].path == "gone"
    assert source.count() == 3


def test_other_tab_separated_files_are_catalogues_too(tmp_path: Path) -> None:
    save_picture(tmp_path / "red.jpg")
    (tmp_path / "c.tsv").write_bytes(b'\xef\xbb\xbfpath\tname\tprice\r\nred.jpg\tA "red" one\t5\r\n\r\n')
    assert only(tmp_path / "c.tsv").metadata == {"name": 'A "red" one', "title": 'A "red" one', "price": 5.0}


@pytest.mark.parametrize("content", ["", "\n", "keyword\tphoto\nsea\tx\n"])
def test_a_table_without_photos_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "keywords.tsv000").write_text(content)
    with pytest.raises(CatalogueInvalid, match="names no pictures"):
        read_catalogue(tmp_path / "keywords.tsv000")
    with pytest.raises(CatalogueInvalid, match="file not found"):
        read_catalogue(tmp_path / "photos.tsv000")
