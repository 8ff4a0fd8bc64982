"""The photos table of the Unsplash dataset (Lite and full): what of it a collection of pictures needs.

Columns as https://github.com/unsplash/datasets documents them (DOCS.md). The pictures themselves are downloaded by
whoever wants them, usually to `<photo_id>.jpg`.
"""

from collections.abc import Mapping

from retrieval.file_names import valid_text
from retrieval.item_table import Value
from retrieval.rows import Cell

ID_COLUMN = "photo_id"
_MARKS = frozenset({ID_COLUMN, "photo_url", "photo_image_url"})
_PLACES = {
    "location": "photo_location_name",
    "country": "photo_location_country",
    "landmark": "ai_primary_landmark_name",
}


def is_photos_table(columns: tuple[str, ...]) -> bool:
    """Whether a file with these columns is that table."""
    return set(columns) >= _MARKS


def photo_metadata(cells: Mapping[str, Cell]) -> dict[str, Value]:
    """Title, link, credit and place of one photo; camera settings and download counts are left out.

    The photographer's own description is the title, the machine's where there is none. The licence asks for the
    photographer's name beside the photo.
    """
    said = {name: valid_text(" ".join(str(cell).split())) for name, cell in cells.items() if cell is not None}
    own, generated = said.get("photo_description", ""), said.get("ai_description", "")
    name = " ".join(filter(None, (said.get("photographer_first_name"), said.get("photographer_last_name"))))
    username = said.get("photographer_username", "")
    credit = " ".join(filter(None, (name, f"(@{username})" if name and username else username)))
    metadata = {
        "title": own or generated,
        "link": said.get("photo_url", ""),
        "credit": f"{credit} on Unsplash" if credit else "",
        "description": generated if own else "",
    }
    metadata |= {key: said.get(column, "") for key, column in _PLACES.items()}
    return {key: text for key, text in metadata.items() if text}
