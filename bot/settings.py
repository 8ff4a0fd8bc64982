"""The whole configuration, from the environment and `.env`; `.env.example` shows every setting with its default."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from retrieval.prompts import choose_templates


class Settings(BaseSettings):
    """Read once, at the start, by `bot.__main__` and the scripts; nothing else looks at the environment."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    telegram_bot_token: SecretStr = Field(
        default=SecretStr(""), description="The token that @BotFather gave you; needed by `make run`."
    )
    telegram_api_url: str = Field(
        default="https://api.telegram.org",
        description="Where the Bot API is: Telegram's own, a Bot API server of yours, or the local one of the demo.",
    )
    admin_ids: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(), description="Telegram user ids of the administrators, separated by commas."
    )
    data_dir: Path = Field(default=Path("var"), description="Snapshots and the embedded Redis live here.")
    images: Path | None = Field(default=None, description="Folder of pictures that /reindex reads.")
    catalog: Path | None = Field(
        default=None, description="CSV, TSV, JSONL or Parquet file that /reindex reads instead."
    )
    redis_url: SecretStr | None = Field(
        default=None, description="Redis 7+, as redis://host:6379/0; without it an embedded server is started."
    )
    redis_prefix: str = Field(
        default="pictalk", pattern=r"^[A-Za-z0-9_.:-]+$", description="Every key in Redis begins with it."
    )
    clip_model: str = Field(
        default="tiny-clip", description="tiny-clip, any open_clip model, or a folder with an open_clip model."
    )
    clip_pretrained: str | None = Field(
        default=None, description="open_clip's pretrained tag, or a path to weights; tiny-clip needs none."
    )
    clip_templates: str = Field(
        default="auto",
        description="Sentences around short searches, as {}|a photo of {}; auto (none for tiny-clip) or none.",
    )
    combiner: str = Field(
        default="auto", description="auto (the model's own, or sum), sum, product, or a path to a Combiner checkpoint."
    )
    device: str = Field(default="cpu", description="cpu, cuda, or cuda:N, for the model and the index.")
    index: Literal["faiss", "exact"] = Field(default="faiss", description="faiss, or exact (NumPy).")
    exact_matches: bool = Field(
        default=True, description="Keep local features too, and mark the very picture that somebody sends a photo of."
    )
    album_size: int = Field(default=6, ge=2, le=10, description="Pictures in an album.")
    search_timeout_s: float = Field(default=30.0, gt=0, description="How long one search may take, in seconds.")
    search_queue: int = Field(default=64, ge=1, description="How many searches may wait.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="How much is logged.")

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        if isinstance(value, str):
            return [part for part in value.replace(";", ",").split(",") if part.strip()]
        return value

    @field_validator("clip_templates")
    @classmethod
    def _with_slots(cls, value: str) -> str:
        choose_templates(value, "")
        return value

    @field_validator("data_dir", "images", "catalog")
    @classmethod
    def _expand_home(cls, value: Path | None) -> Path | None:
        return value.expanduser() if value is not None else None

    @field_validator("telegram_api_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")
