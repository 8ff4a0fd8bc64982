"""Reading calls of the control interface: JSON or forms, numbers, uploads; errors as JSON."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot.local_telegram.arrivals import ControlError, Place, place
from bot.local_telegram.errors import ApiError, Json
from bot.local_telegram.wire import Parameters, Upload, read_parameters
from bot.local_telegram.world import World

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_CLOSED = asyncio.BaseTransport()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def control_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors of ``/sim`` as ``{"error": …}``."""
    try:
        return await handler(request)
    except ControlError as error:
        return web.json_response({"error": str(error)}, status=error.status)
    except ApiError as error:
        if request.path.startswith("/sim/"):
            return web.json_response({"error": error.description}, status=error.status)
        return web.json_response(error.answer(), status=error.status)


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests that a foreign web page makes in the person's browser, also under a name that it redirected."""
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin.partition("://")[2] != request.host
    reached_locally = (request.transport or _CLOSED).get_extra_info("sockname", ("",))[0] in LOOPBACK
    if foreign or (reached_locally and urlsplit(f"//{request.host}").hostname not in LOOPBACK):
        return web.json_response({"error": "Requests from other sites are refused."}, status=403)
    return await handler(request)


async def read(request: web.Request) -> Parameters:
    """Return the parameters of a control call. Raises ControlError where they cannot be read."""
    try:
        return await read_parameters(request)
    except ApiError as error:
        raise ControlError(error.description, error.status) from error


def number(parameters: Parameters, name: str) -> int:
    """Return a number. Raises ControlError where it is missing or no number."""
    value = optional_number(parameters, name)
    if value is None:
        raise ControlError(f"The field {name} is missing.")
    return value


def optional_number(parameters: Parameters, name: str) -> int | None:
    """Return a number, or None where it is missing, empty or null. Raises ControlError where it is no number."""
    raw = parameters.values.get(name)
    if raw in {None, "", "null"}:
        return None
    try:
        return int(raw or "")
    except ValueError as error:
        raise ControlError(f"The field {name} has to be a number.") from error


def decimal(parameters: Parameters, name: str, default: float) -> float:
    """Return a number with decimals. Raises ControlError where they are no number."""
    try:
        return float(parameters.values.get(name) or default)
    except ValueError as error:
        raise ControlError(f"The field {name} has to be a number.") from error


def actor(world: World, parameters: Parameters) -> Place:
    """Return who acts where; without ``chat`` it is the private chat. Raises ControlError as ``place`` does."""
    user = number(parameters, "user")
    chat = optional_number(parameters, "chat")
    return place(world, user, user if chat is None else chat, optional_number(parameters, "bot"))


def upload(parameters: Parameters) -> Upload:
    """Return the one file of the call. Raises ControlError where there is none."""
    if not parameters.files:
        raise ControlError("The field file is missing.")
    return next(iter(parameters.files.values()))


def numbers(parameters: Parameters, name: str) -> set[int]:
    """Return the numbers of a list given as JSON. Raises ControlError where it is none."""
    try:
        value = json.loads(parameters.values.get(name) or "[]")
    except ValueError as error:
        raise ControlError(f"The field {name} has to be a list of numbers.") from error
    if not isinstance(value, list) or not all(isinstance(entry, int) for entry in value):
        raise ControlError(f"The field {name} has to be a list of numbers.")
    return set(value)


def fields(parameters: Parameters, name: str) -> Json | None:
    """Return an object given as JSON, or None where it is missing. Raises ControlError where it is none."""
    raw = parameters.values.get(name)
    if not raw or raw == "null":
        return None
    try:
        value = json.loads(raw)
    except ValueError as error:
        raise ControlError(f"The field {name} has to be a JSON object.") from error
    if not isinstance(value, dict):
        raise ControlError(f"The field {name} has to be a JSON object.")
    return value
