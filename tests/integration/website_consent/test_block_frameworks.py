"""The examples of docs/how-to/block-before-consent.md, run as they stand there: Django, Flask, FastAPI, Starlette."""

import asyncio
import re
import sys
import types
from pathlib import Path

import pytest
from django.test import override_settings

from unit.website_consent.block_calls import INERT, NOTICE, PAGE, Got, asgi_get, wsgi_get

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "block-before-consent.md"
DOCUMENT = {"sec-fetch-dest": "document", "accept-encoding": "gzip"}


def example(name: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> types.ModuleType:
    """Run the guide's code block under that heading, beside a notice."""
    (folder / "notice.json").write_text(NOTICE)
    monkeypatch.chdir(folder)
    section = GUIDE.read_text(encoding="utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]
    code = "\n".join(re.findall(r"```python\n(.*?)```", section, re.DOTALL))
    module = types.ModuleType("example")
    monkeypatch.setitem(sys.modules, "example", module)
    exec(compile(code, f"{GUIDE.name}: {name}", "exec"), module.__dict__)
    return module


def is_held(got: Got) -> bool:
    return (
        got.status == 200
        and INERT in got.body
        and b"/.holdtrue/holdtrue.js?" in got.body
        and bool(got.all("content-security-policy"))
    )


def site_of_django(monkeypatch) -> types.ModuleType:
    from django.http import HttpResponse, JsonResponse
    from django.urls import path

    urls = types.ModuleType("example_urls")
    urls.urlpatterns = [path("", lambda _: HttpResponse(PAGE)), path("api", lambda _: JsonResponse({"a": PAGE.decode()}))]
    monkeypatch.setitem(sys.modules, "example_urls", urls)
    return urls


@pytest.mark.parametrize("way", ["WSGI", "ASGI"])
def test_django(way, monkeypatch, tmp_path):
    site_of_django(monkeypatch)
    with override_settings(
        ROOT_URLCONF="example_urls", MIDDLEWARE=["django.middleware.gzip.GZipMiddleware"], ALLOWED_HOSTS=["*"]
    ):
        app = example(f"Django, {way}", monkeypatch, tmp_path).application

        def get(path: str, headers: dict[str, str]) -> Got:
            return wsgi_get(app, headers, path=path) if way == "WSGI" else asyncio.run(asgi_get(app, headers, path=path))

        assert is_held(get("/", DOCUMENT))
        api = get("/api", {"sec-fetch-dest": "empty"})
        assert api.one("content-type") == "application/json"
        assert not api.all("content-security-policy")


def test_flask(monkeypatch, tmp_path):
    app = example("Flask", monkeypatch, tmp_path).app
    app.add_url_rule("/page", view_func=lambda: PAGE)

    got = wsgi_get(app.wsgi_app, DOCUMENT, path="/page")

    assert is_held(got)
    assert got.one("content-length") == str(len(got.body))


@pytest.mark.parametrize("name", ["FastAPI", "Starlette"])
def test_fastapi_and_starlette(name, monkeypatch, tmp_path):
    from starlette.responses import FileResponse, HTMLResponse, StreamingResponse

    app = example(name, monkeypatch, tmp_path).app
    file = tmp_path / "page.html"
    file.write_bytes(PAGE)

    async def pieces():
        for at in range(0, len(PAGE), 7):
            yield PAGE[at : at + 7]

    for path, answer in (
        ("/page", HTMLResponse(PAGE)),
        ("/file", FileResponse(file)),
        ("/stream", StreamingResponse(pieces(), media_type="text/html")),
    ):

        async def view(_request, answer=answer):
            return answer

        app.router.add_route(path, view)
    for path in ("/page", "/file", "/stream"):
        assert is_held(asyncio.run(asgi_get(app, DOCUMENT, path=path))), path
