"""What stands before every page: the right host, no foreign form, a small body, and the same strict headers on all.

Cross-origin requests are told by `Sec-Fetch-Site`, or by `Origin` where a browser does not send it (the method of
Datasette and of Go's http.CrossOriginProtection). A request that changes something and carries neither is refused.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LARGEST_BODY = 64 * 1024
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    # `no-referrer` would turn the Origin of our own forms into "null".
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Doors:
    """Wraps the application; refuses before a view runs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        refused = refusal(scope["method"], Headers(scope=scope), scope["scheme"])
        await (refused or self._app)(scope, receive, send_with_headers)


def refusal(method: str, headers: Headers, scheme: str) -> PlainTextResponse | None:
    """Why a request goes no further; None when it may."""
    host = headers.get("host", "")
    if host_name(host) not in LOOPBACK:
        # A name that was made to point at this machine (DNS rebinding) is not ours.
        return PlainTextResponse("Open the desk by 127.0.0.1 or localhost.\n", 421)
    if method in SAFE:
        return None
    if not same_origin(headers, f"{scheme}://{host}"):
        return PlainTextResponse("This came from another page. Go back to the desk and try again.\n", 403)
    length = headers.get("content-length", "")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        return PlainTextResponse("This is too much for one form.\n", 413)
    return None


def same_origin(headers: Headers, own: str) -> bool:
    """Whether one of our own pages sent this."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") == own


def host_name(host: str) -> str | None:
    """The name in a Host header without its port; None when it is not one."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
