"""Refusals of the Bot API.

The HTTP status is always the ``error_code`` of the body, because python-telegram-bot trusts the status.
"""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A refused call: status, description and, for some, ``parameters`` (retry_after, migrate_to_chat_id)."""

    def __init__(self, status: int, description: str, parameters: Json | None = None) -> None:
        """Keep what the answer will say."""
        super().__init__(f"{status} {description}")
        self.status = status
        self.description = description
        self.parameters = parameters

    def answer(self) -> Json:
        """Return the body of the answer."""
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(text: str, parameters: Json | None = None) -> ApiError:
    """Return a 400; ``text`` is what follows ``Bad Request: ``."""
    return ApiError(400, f"Bad Request: {text}", parameters)


def forbidden(text: str) -> ApiError:
    """Return a 403; ``text`` is what follows ``Forbidden: ``."""
    return ApiError(403, f"Forbidden: {text}")


def conflict(text: str) -> ApiError:
    """Return a 409; ``text`` is what follows ``Conflict: ``."""
    return ApiError(409, f"Conflict: {text}")


def too_many_requests(retry_after_s: int) -> ApiError:
    """Return a 429 that names the seconds to wait, as the server does in text and parameters."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after_s}", {"retry_after": retry_after_s})
