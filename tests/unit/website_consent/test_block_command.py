"""`holdtrue proxy`: what it takes, and what it refuses before it starts."""

import argparse
import asyncio
import json

import pytest

from holdtrue.errors import Invalid
from holdtrue.website.consent.block import command
from holdtrue.website.consent.block.proxy import believing
from holdtrue.website.consent.block.violations import Violation
from unit.website_consent.block_calls import NOTICE


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(["--upstream", "http://127.0.0.1:1", "--notice", "absent.json", *arguments])


def test_its_options_are_those_of_the_middleware(tmp_path):
    file = tmp_path / "violations"
    options = command._options(
        parsed(
            "--necessary-cookie",
            "a",
            "--own-host",
            "b.example",
            "--keep-unknown-cookies",
            "--report-only",
            "--no-reports",
            "--violations",
            str(file),
        )
    )

    assert options["necessary_cookies"] == ["a"]
    assert options["own_hosts"] == ["b.example"]
    assert options["unknown_cookies"] == "keep"
    assert options["enforce"] is False
    assert options["deliver"] is False
    assert command._options(parsed())["deliver"] is True
    options["on_violation"](Violation("new.example", "img-src", "/"))
    options["on_violation"](Violation("newer.example", "img-src", "/"))
    assert [json.loads(line)["host"] for line in file.read_text().splitlines()] == ["new.example", "newer.example"]


@pytest.mark.parametrize(
    "arguments", [("--timeout", "0"), ("--port", "70000"), ("--max-body", "-1"), ("--upstream", "nowhere"), ()]
)
def test_what_cannot_work_is_refused_before_it_starts(arguments):
    with pytest.raises(Invalid):
        command.run(parsed(*arguments))


@pytest.mark.parametrize(("told", "scheme"), [(b"https", "https"), (b"http", "http"), (b"gopher", "http"), (b"", "http")])
def test_the_server_in_front_tells_whether_the_visitor_uses_tls(told, scheme):
    seen = {}

    async def app(scope, _receive, _send):
        seen.update(scope)

    asyncio.run(believing(app)({"type": "http", "scheme": "http", "headers": [(b"x-forwarded-proto", told)]}, None, None))

    assert seen["scheme"] == scheme


def test_a_notice_is_read_before_anything_listens(tmp_path):
    (tmp_path / "notice.json").write_text(NOTICE.replace("analytics", "fun"))

    with pytest.raises(Invalid, match="fun"):
        command.run(parsed("--notice", str(tmp_path / "notice.json")))
