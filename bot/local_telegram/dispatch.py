"""From a request to ``/bot<token>/<method>`` to its answer: token, parameters, faults, method, log."""

import asyncio
from typing import Any

from aiohttp import web

from bot.local_telegram.account import Account
from bot.local_telegram.calls import Call
from bot.local_telegram.errors import ApiError, Json
from bot.local_telegram.faults import Fault
from bot.local_telegram.methods.context import Context, Method
from bot.local_telegram.methods.table import METHODS
from bot.local_telegram.wire import Parameters, answer, read_parameters
from bot.local_telegram.world import World


class Dispatcher:
    """Carries out the calls of bots."""

    def __init__(self, world: World) -> None:
        """Serve the bots of ``world``."""
        self._world = world

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        name = request.match_info["method"]
        method = METHODS.get(name.lower())
        shown = method.name if method is not None else name
        try:
            account = self._world.account(request.match_info["token"])
        except ApiError as refusal:
            call = self._world.calls.begin(shown, {}, self._world.clock.seconds())
            return self._refuse(call, refusal)
        self._connect_webhook(account)
        try:
            parameters = await read_parameters(request)
        except ApiError as refusal:
            call = self._world.calls.begin(shown, {}, self._world.clock.seconds(), account.user.id)
            return self._refuse(call, refusal)
        call = self._world.calls.begin(shown, parameters.wire(), self._world.clock.seconds(), account.user.id)
        fault = self._world.faults.take(name.lower(), parameters.text("chat_id"))
        try:
            result = await self._carry_out(account, method, parameters, call, fault)
        except ApiError as refusal:
            if request.transport is None or request.transport.is_closing():
                # The client is gone, as after a crash: what it would have been told is nobody's mistake.
                self._world.calls.finish(call, 0, None)
                return answer(refusal.answer(), refusal.status)
            return self._refuse(call, refusal)
        self._world.calls.finish(call, 200, result)
        if fault is not None and fault.kind == "drop" and request.transport is not None:
            request.transport.abort()
        return answer({"ok": True, "result": result})

    def _refuse(self, call: Call, refusal: ApiError) -> web.Response:
        self._world.calls.finish(call, refusal.status, refusal.description)
        return answer(refusal.answer(), refusal.status)

    async def _carry_out(
        self, account: Account, method: Method | None, parameters: Parameters, call: Call, fault: Fault | None
    ) -> Any:
        if fault is not None:
            if fault.kind == "delay":
                await asyncio.sleep(fault.seconds)
            refusal = fault.refusal()
            if refusal is not None:
                raise refusal
        if method is None:
            raise ApiError(404, "Not Found: method not found")
        for unknown in sorted((parameters.values.keys() | parameters.files.keys()) - method.parameters):
            if unknown in parameters.values or not _is_attached(unknown, parameters):
                call.lint.append(f"unknown-parameter: {method.name} has no parameter {unknown}; it was ignored")
        return await method.handler(Context(self._world, account, parameters, call))

    def _connect_webhook(self, account: Account) -> None:
        if account.webhook.on_reply is not None:
            return

        async def carry_out(reply: Json) -> None:
            name = str(reply.pop("method"))
            method = METHODS.get(name.lower())
            parameters = Parameters.from_json(reply)
            call = self._world.calls.begin(name, parameters.wire(), self._world.clock.seconds(), account.user.id)
            try:
                result = await self._carry_out(account, method, parameters, call, None)
            except ApiError as refusal:
                self._world.calls.finish(call, refusal.status, refusal.description)
            else:
                self._world.calls.finish(call, 200, result)

        account.webhook.on_reply = carry_out


def _is_attached(name: str, parameters: Parameters) -> bool:
    """Tell whether a part of the request is named by an ``attach://`` in another parameter."""
    return any(f"attach://{name}" in value for value in parameters.values.values())
