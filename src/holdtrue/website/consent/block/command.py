"""`holdtrue proxy`: puts the block in front of a site that is not written in Python."""

import argparse
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from holdtrue.errors import Invalid

if TYPE_CHECKING:
    from holdtrue.website.consent.block.options import Given
    from holdtrue.website.consent.block.violations import Violation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes; docs/reference/consent-middleware.md describes each."""
    parser.add_argument(
        "--upstream", required=True, metavar="URL", help="the origin of the site, such as http://127.0.0.1:8080"
    )
    parser.add_argument("--notice", required=True, type=Path, metavar="FILE", help="the notice document of the site")
    parser.add_argument("--banner", type=Path, metavar="FILE", help="another script for the banner than Holdtrue's own")
    parser.add_argument(
        "--banner-url", default="", metavar="URL", help="where the banner's script is served, instead of --banner"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8090, help="port to listen on (default: 8090)")
    parser.add_argument(
        "--upstream-host", default="", metavar="NAME", help="the Host that the site is given (default: the visitor's)"
    )
    parser.add_argument("--behind-proxy", action="store_true", help="believe X-Forwarded-* of the server in front")
    parser.add_argument(
        "--necessary-cookie", action="append", default=[], metavar="NAME", help="a cookie that the site cannot do without"
    )
    parser.add_argument("--own-host", action="append", default=[], metavar="HOST", help="another host of the site's own")
    parser.add_argument("--keep-unknown-cookies", action="store_true", help="let cookies pass that the notice does not name")
    parser.add_argument("--report-only", action="store_true", help="stop nothing yet, report what would be stopped")
    parser.add_argument(
        "--violations", type=Path, metavar="FILE", help="append undeclared trackers to this file, one JSON object a line"
    )
    parser.add_argument("--no-reports", action="store_true", help="do not tell the notice's server of undeclared trackers")
    parser.add_argument(
        "--timeout", type=float, default=60.0, metavar="S", help="seconds until the site must answer (default: 60)"
    )
    parser.add_argument("--max-body", type=int, default=100, metavar="MB", help="the largest request to pass on (default: 100)")


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop; return 0. What cannot start is raised."""
    import uvicorn

    from holdtrue.website.consent.block.asgi import ConsentMiddleware
    from holdtrue.website.consent.block.proxy import Limits, Proxy, believing

    if arguments.timeout <= 0 or arguments.max_body <= 0 or not 0 <= arguments.port < 1 << 16:
        raise Invalid("A limit of the proxy is not possible.", hint="--timeout and --max-body are above 0, --port below 65536.")
    limits = Limits(answer=arguments.timeout, body=arguments.max_body * 1024 * 1024)
    proxy = Proxy(arguments.upstream, limits=limits, keeps_forwarded=arguments.behind_proxy, host=arguments.upstream_host)
    app = ConsentMiddleware(proxy, arguments.notice, **_options(arguments))
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    print(f"{app.block.notice.site}: http://{arguments.host}:{arguments.port}/ in front of {arguments.upstream}", flush=True)
    uvicorn.run(
        believing(app) if arguments.behind_proxy else app,
        host=arguments.host,
        port=arguments.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        limit_concurrency=limits.connections * 4,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
        ws="websockets-sansio",
        ws_max_size=limits.message,
        lifespan="on",
    )
    return 0


def _options(arguments: argparse.Namespace) -> "Given":
    options: Given = {
        "banner_url": arguments.banner_url,
        "necessary_cookies": arguments.necessary_cookie,
        "own_hosts": arguments.own_host,
        "unknown_cookies": "keep" if arguments.keep_unknown_cookies else "strip",
        "enforce": not arguments.report_only,
        "deliver": not arguments.no_reports,
    }
    if arguments.banner is not None:
        options["banner"] = arguments.banner
    if arguments.violations is not None:
        options["on_violation"] = _into(arguments.violations)
    return options


def _into(file: Path) -> "Callable[[Violation], None]":
    def keep(violation: "Violation") -> None:
        line = json.dumps({"host": violation.host, "directive": violation.directive, "page": violation.page})
        with file.open("a", encoding="utf-8") as output:
            output.write(line + "\n")

    return keep
