"""A reverse proxy, as small as it can be: calls go to the replicas in turn, 502 for one that broke off, and a replica
that does not take calls any more gets no others."""

import itertools

import aiohttp
from aiohttp import web


class Front:
    """The public address of the webhook, where calls go from there, and the body of the last one."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self.last = b""
        self.url = ""
        self._numbers = itertools.count()

    async def start(self) -> None:
        application = web.Application()
        application.router.add_post("/telegram", self._forward)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/telegram"
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True))

    async def stop(self) -> None:
        await self._session.close()
        await self._runner.cleanup()

    async def _forward(self, request: web.Request) -> web.Response:
        body = self.last = await request.read()
        while self.ports:
            port = self.ports[next(self._numbers) % len(self.ports)]
            try:
                async with self._session.post(
                    f"http://127.0.0.1:{port}/telegram", data=body, headers=request.headers
                ) as answer:
                    return web.Response(status=answer.status)
            except aiohttp.ClientConnectorError:
                self.ports = [other for other in self.ports if other != port]
            except aiohttp.ClientError:
                break
        return web.Response(status=502)
