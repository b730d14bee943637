"""What the consent middleware costs: a 20 kB page with 20 tags, beside the same application without it.

CPU time of this thread, the best of several rounds, in one run; and, because a busy machine slows all of it alike, as a ratio
to the least that anything could do with a page: find its tags with `re.findall(rb"<[^>]*>", page)`.
"""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable

from holdtrue.website.consent.block.asgi import ConsentMiddleware

ROUNDS, REQUESTS = 40, 50
NOTICE = json.dumps(
    {
        "format": "holdtrue.notice/1",
        "site": "www.example.org",
        "material": "a" * 64,
        "services": [
            {
                "id": f"service-{number}",
                "category": "analytics",
                "hosts": [f"cdn.tracker{number}.example", f"*.tracker{number}.example"],
                "items": [{"pattern": f"_t{number}*", "kind": "cookie"}],
            }
            for number in range(20)
        ],
    }
)
ROW = (
    '<article class="card" id="entry-{n}"><h3 class="title">Heading number {n}</h3><p class="lead">A paragraph of some usual '
    'text that goes on for a while, with <a href="/read/{n}" class="more">a link</a> and <em>stress</em>, as pages have it.</p>'
    '<ul><li>first</li><li>second</li></ul></article>\n'
)  # fmt: skip
TAGS = (
    '<script src="https://cdn.tracker{n}.example/analytics.js?v={v}" async></script>',
    '<img src="https://pixel.tracker{n}.example/hit.gif?page={v}" width="1" height="1" alt="">',
    '<link rel="stylesheet" href="https://cdn.tracker{n}.example/widget.css?{v}">',
    '<iframe src="https://www.tracker{n}.example/embed?{v}" title="Video"></iframe>',
)


def page(version: int) -> bytes:
    """Return 20 kB of HTML with 20 tags; no two versions share a tag."""
    parts = ["<!doctype html>\n<html lang=en><head><meta charset=utf-8><title>A page</title></head><body>\n"]
    number = 0
    while sum(map(len, parts)) < 20_000 - 120:
        parts.append(ROW.format(n=number))
        if number < 20:
            parts.append(TAGS[number % 4].format(n=number, v=version))
        number += 1
    text = "".join(parts) + "</body></html>"
    while text.count("tracker") < 20:
        text = text.replace("</body>", TAGS[number % 4].format(n=number % 20, v=version) + "</body>")
        number += 1
    return text.encode()


def app(bodies: list[bytes], kind: bytes) -> Callable[..., Awaitable[None]]:
    turn = 0

    async def serve(_scope: object, _receive: object, send: Callable[[dict[str, object]], Awaitable[None]]) -> None:
        nonlocal turn
        body = bodies[turn % len(bodies)]
        turn += 1
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return serve


REQUEST_HEADERS = [
    (b"host", b"www.example.org"), (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"),
    (b"accept", b"text/html,application/xhtml+xml,*/*;q=0.8"), (b"accept-language", b"nl,en;q=0.5"),
    (b"accept-encoding", b"gzip, br"),
    (b"cookie", b"sessionid=abcdefghijklmnop; theme=dark"), (b"sec-fetch-dest", b"document"), (b"sec-fetch-mode", b"navigate"),
    (b"sec-fetch-site", b"none"), (b"upgrade-insecure-requests", b"1"),
]  # fmt: skip


async def _send(_message: dict[str, object]) -> None:
    return None


async def made_inert(application: Callable[..., Awaitable[None]], scope: dict[str, object]) -> int:
    """Return how many tags of the page go out inert, so that what is measured is known to have been done."""
    sent: list[bytes] = []

    async def keep(message: dict[str, object]) -> None:
        sent.append(bytes(message.get("body", b"")))  # type: ignore[call-overload]

    await application(scope, _receive, keep)
    return b"".join(sent).count(b' data-consent="service-')


async def _receive() -> dict[str, object]:
    return {"type": "http.request"}


async def cost(application: Callable[..., Awaitable[None]], destination: bytes = b"document") -> float:
    """Return the microseconds of CPU of one request, in the best of the rounds."""
    headers = [(name, destination if name == b"sec-fetch-dest" else value) for name, value in REQUEST_HEADERS]
    scope = {"type": "http", "method": "GET", "path": "/", "scheme": "https", "headers": headers, "extensions": {}}
    print(f"  ({await made_inert(application, dict(scope))} tags go out inert)")
    rounds = []
    for _ in range(ROUNDS):
        begin = time.thread_time()
        for _ in range(REQUESTS):
            await application(dict(scope), _receive, _send)
        rounds.append((time.thread_time() - begin) / REQUESTS * 1e6)
    return min(rounds)


def least(body: bytes) -> float:
    """Return the microseconds of finding the tags of a page."""
    rounds = []
    for _ in range(ROUNDS):
        begin = time.thread_time()
        for _ in range(REQUESTS):
            re.findall(rb"<[^>]*>", body)
        rounds.append((time.thread_time() - begin) / REQUESTS * 1e6)
    return min(rounds)


async def main() -> None:
    """Print the figures."""
    fresh = [page(version) for version in range(ROUNDS * REQUESTS)]
    size, tags = len(fresh[0]), fresh[0].count(b"tracker")
    print(f"page of {size:,} bytes, {fresh[0].count(b'<'):,} tags of which {tags} concern trackers; 20 services refused")
    floor = least(fresh[0])
    print(f"finding its tags with one regular expression: {floor:.0f} us")
    bare = await cost(app(fresh, b"text/html; charset=utf-8"))
    for name, bodies in (("every tag new", fresh), ("tags repeat, as on a site", fresh[:1])):
        wrapped = await cost(
            ConsentMiddleware(app(bodies, b"text/html; charset=utf-8"), notice=NOTICE, banner_url="/banner.js")
        )
        added = wrapped - bare
        print(
            f"{name}: {wrapped:7.1f} us a page, bare {bare:5.1f} us: adds {added / 1000:.3f} ms, {size / added:.0f} MB/s a core"
        )
    picture = [b"\x89PNG" + bytes(20_000)]
    plain = await cost(app(picture, b"image/png"), b"image")
    wrapped = await cost(ConsentMiddleware(app(picture, b"image/png"), notice=NOTICE, banner=None), b"image")
    print(f"a picture: {wrapped:.1f} us, bare {plain:.1f} us: adds {(wrapped - plain) / 1000:.4f} ms and no byte")


if __name__ == "__main__":
    asyncio.run(main())
