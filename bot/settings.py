"""The whole configuration, from the environment and `.env`; `.env.example` shows every setting with its default."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
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
    access: Literal["open", "list"] = Field(
        default="open",
        description="open: everybody may use the bot; list: only whom an administrator let in with /users.",
    )
    data_dir: Path = Field(default=Path("var"), description="Snapshots and the embedded Redis live here.")
    images: Path | None = Field(default=None, description="Folder of pictures that /reindex reads.")
    catalog: Path | None = Field(
        default=None, description="CSV, TSV, JSONL, Parquet, or .txt with addresses, that /reindex reads instead."
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
    text_runtime: Literal["auto", "float32", "float16"] = Field(
        default="auto", description="How words are encoded on the CPU: auto takes the quicker one, measured at start."
    )
    image_runtime: Literal["auto", "float32", "bfloat16", "int8"] = Field(
        default="auto", description="How batches of pictures are encoded on the CPU; auto as above."
    )
    index: Literal["auto", "faiss", "exact", "torch", "ivf", "scan"] = Field(
        default="auto",
        description="auto (by the collection's size and shape), faiss, exact, torch, ivf or scan.",
    )
    index_min_recall: float = Field(
        default=0.99, ge=0, le=1, description="No snapshot whose index finds less of the 50 nearest is published."
    )
    exact_matches: bool = Field(
        default=True, description="Keep local features too, and mark the very picture that somebody sends a photo of."
    )
    sentence_model: str = Field(
        default="all-MiniLM-L6-v2",
        description="Sentence Transformers model that reads titles, descriptions and tags, or its folder; or none.",
    )
    rerank_model: str | None = Field(
        default=None, description="Cross-encoder that puts the first 50 found by their words in order, or its folder."
    )
    map: bool = Field(
        default=True, description="Draw a map of the collection when it is indexed, for /map and its page."
    )
    album_size: int = Field(default=6, ge=2, le=10, description="Pictures in an album.")
    cache_chat: int | None = Field(
        default=None,
        description="Id of a chat, such as a private channel, that pictures for inline mode may be uploaded into.",
    )
    messages_per_minute: int = Field(
        default=20, ge=1, description="Messages of one person that are answered within a minute; taps do not count."
    )
    search_timeout_s: float = Field(default=30.0, gt=0, description="How long one search may take, in seconds.")
    search_queue: int = Field(default=512, ge=1, description="How many searches may wait.")
    send_limits: bool = Field(
        default=True, description="Keep to Telegram's sending limits; false only for a Bot API server without any."
    )
    messages_per_second: int = Field(
        default=30, ge=1, description="Messages that this process sends in a second at most; 30 is for all processes."
    )
    webhook_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/]",
        description="Public https address that Telegram posts updates to; without it the bot polls.",
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="What Telegram proves itself with: 1 to 256 of A-Z, a-z, 0-9, _ and -.",
    )
    webhook_host: str = Field(default="127.0.0.1", description="Where the webhook listens, behind a proxy with TLS.")
    webhook_port: int = Field(default=8081, ge=0, le=65535, description="The port that it listens on.")
    pages_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/?#]+\.[^/?#]+(/[^?#]*)?$",
        description="Public address of the web and map pages; without it /web and /map send pictures only.",
    )
    pages_host: str = Field(default="127.0.0.1", description="Where the pages listen, behind a proxy with TLS.")
    pages_port: int = Field(default=8082, ge=0, le=65535, description="The port that they listen on.")
    operations_host: str = Field(default="127.0.0.1", description="Where /healthz, /readyz and /metrics are answered.")
    operations_port: int | None = Field(
        default=None, ge=0, le=65535, description="The port of these; without it nothing listens."
    )
    log_format: Literal["text", "json"] = Field(default="text", description="Lines for people, or JSON for machines.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="How much is logged.")

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        if isinstance(value, str):
            return [part for part in value.replace(";", ",").split(",") if part.strip()]
        return value

    @model_validator(mode="after")
    def _with_secret(self) -> "Settings":
        secret = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise ValueError("WEBHOOK_SECRET may hold 1 to 256 letters, digits, _ and - only")
        if self.webhook_url and not secret:
            raise ValueError("WEBHOOK_URL needs a WEBHOOK_SECRET: `openssl rand -hex 32` makes a good one")
        return self

    @field_validator("clip_templates")
    @classmethod
    def _with_slots(cls, value: str) -> str:
        choose_templates(value, "")
        return value

    @field_validator("data_dir", "images", "catalog")
    @classmethod
    def _expand_home(cls, value: Path | None) -> Path | None:
        return value.expanduser() if value is not None else None

    @field_validator("telegram_api_url", "pages_url")
    @classmethod
    def _without_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value
