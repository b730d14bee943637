"""A browser's manners without a browser: cookies kept, forms sent with their token."""

import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.cookiejar import CookieJar
from urllib.parse import urlencode

from holdtrue.errors import Unavailable

PATIENCE = 30
"""Seconds to wait for a server to be ready."""


class Client:
    """Talks to one server on behalf of one person or machine."""

    def __init__(self, server: str) -> None:
        """Remember the server; nothing is sent yet."""
        self.server = server
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._jar)
        )

    def wait_until_ready(self) -> str:
        """Return once `/readyz` says yes; `Unavailable` with its own words when it does not in time."""
        until = time.monotonic() + PATIENCE
        problem = "no answer"
        while time.monotonic() < until:
            try:
                self.get("/readyz")
            except Unavailable as error:
                problem = error.message
                time.sleep(0.1)
            else:
                return self.server
        raise Unavailable(f"The server was not ready after {PATIENCE} s: {problem}")

    def get(self, path: str) -> str:
        """Return the page's text."""
        return self._send(urllib.request.Request(self.server + path))

    def sign_in(self, email: str, password: str) -> str:
        """Sign in by the form that a person fills in, and return the home page."""
        form = self.get("/account/login/")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        fields = {"login": email, "password": password, "csrfmiddlewaretoken": found[1] if found else ""}
        headers = {"Referer": f"{self.server}/account/login/", "Origin": self.server}
        request = urllib.request.Request(f"{self.server}/account/login/", urlencode(fields).encode(), headers)
        self._send(request)
        return self.get("/")

    def deliver(self, path: str, body: bytes, *, token: str, headers: Mapping[str, str] | None = None) -> dict[str, object]:
        """Deliver a report with a token, or with the headers of a signature, and return the answer."""
        given = {"Content-Type": "application/json", **(headers or {})}
        if token:
            given["Authorization"] = f"Bearer {token}"
        answer: dict[str, object] = json.loads(self._send(urllib.request.Request(self.server + path, body, given)))
        return answer

    def _send(self, request: urllib.request.Request) -> str:
        try:
            with self._opener.open(request, timeout=60) as answer:
                content: bytes = answer.read()
        except urllib.error.HTTPError as error:
            raise Unavailable(
                f"{request.full_url} answered {error.code}: {error.read()[:300].decode(errors='replace')}"
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"{request.full_url} cannot be reached: {error}") from error
        return content.decode(errors="replace")
