"""Options that the command line shares with the environment: an option goes before its setting."""

import argparse
from pathlib import Path

from pydantic import ValidationError

from bot.settings import Settings

_SETTINGS = {
    "data_dir": "data_dir",
    "model": "clip_model",
    "pretrained": "clip_pretrained",
    "templates": "clip_templates",
    "combiner": "combiner",
    "device": "device",
}


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Add --data-dir and what chooses the model; without them the settings count."""
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="where snapshots are kept (DATA_DIR, default var)")
    parser.add_argument("--model", help="tiny-clip, or any open_clip model (CLIP_MODEL)")
    parser.add_argument("--pretrained", help="its pretrained tag or a path (CLIP_PRETRAINED)")
    parser.add_argument("--combiner", help="auto, sum, product, or a path to a Combiner (COMBINER)")
    parser.add_argument("--device", help="cpu or cuda (DEVICE)")


def read_settings(options: argparse.Namespace) -> Settings:
    """The settings from environment and `.env`, with the options in front.

    Raises:
        ValueError: a setting is invalid; one sentence names it.
    """
    given = {
        setting: getattr(options, option)
        for option, setting in _SETTINGS.items()
        if getattr(options, option, None) is not None
    }
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        raise ValueError(f"The setting {name} is invalid: {first['msg']}.") from error
