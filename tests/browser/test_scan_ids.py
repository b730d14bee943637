"""An identifier is known again where it is sent, however it is wrapped, packed or hashed."""

import asyncio
from datetime import UTC, datetime

import pytest

from browser.sites import bed
from holdtrue.website.scan.engine.observations import Kind, State
from holdtrue.website.scan.engine.run import Options, scan

WAYS = {
    "query": "new Image().src = to + '?u=' + id;",
    "form": "const form = new FormData(); form.append('u', id); fetch(to, { method: 'POST', mode: 'no-cors', body: form });",
    "bytes": "fetch(to, { method: 'POST', mode: 'no-cors', body: new TextEncoder().encode(id) });",
    "header": "fetch(to, { headers: { 'X-Visitor': id } });",
    "worker": "new Worker(URL.createObjectURL(new Blob([`fetch('${to}', { method: 'POST', mode: 'no-cors', body: new Blob(['${id}']) })`])));",
    "leaving": "document.addEventListener('visibilitychange', () => navigator.sendBeacon(to, new Blob([id])));",
    "packed": "pack(JSON.stringify({ visitor: id })).blob().then((body) => fetch(to, { method: 'POST', mode: 'no-cors', body }));",
    "packed-bytes": "pack(id).arrayBuffer().then((body) => fetch(to, { method: 'POST', mode: 'no-cors', body }));",
    "reversed": "new Image().src = to + '?u=' + [...id].reverse().join('');",
    "hex": "new Image().src = to + '?u=' + [...id].map((one) => one.charCodeAt(0).toString(16)).join('');",
    "digest": "hash(id).then((raw) => { new Image().src = to + '?h=' + [...raw].map((one) => one.toString(16).padStart(2, '0')).join(''); });",
    "digest-64": "hash(id).then((raw) => { new Image().src = to + '?h=' + encodeURIComponent(btoa(String.fromCharCode(...raw))); });",
    "whole-digest": "hash(value).then((raw) => { new Image().src = to + '?h=' + [...raw].map((one) => one.toString(16).padStart(2, '0')).join(''); });",
}
NOT_IT = {
    "other": "new Image().src = to + '?u=' + crypto.randomUUID();",
    "version": "new Image().src = to + '?v=1.0.4711&page=home';",
    "fragment": "const frame = document.createElement('iframe'); frame.src = to + '#' + id; document.body.append(frame);",
}
SCRIPT = """const value = (/cid=([^;]+)/.exec(document.cookie) || [])[1] || "v1." + crypto.randomUUID().replaceAll("-", "").toUpperCase() + ".x";
document.cookie = `cid=${value}; path=/; max-age=99999`; const id = value.split(".")[1];
const hash = async (text) => new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
const pack = (text) => new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")));
""" + "\n".join(f"{{ const to = 'http://{name}.sink.localhost/s'; {way} }}" for name, way in (WAYS | NOT_IT).items())
OPEN = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Headers", "*")]

bed.page("ids.localhost")(lambda _: bed.document("<h1>Shop</h1><a href='/more'>More</a><script src='/ids.js'></script>"))
bed.page("ids.localhost", "/more")(lambda _: bed.document("<h1>More</h1>"))
bed.page("ids.localhost", "/ids.js")(lambda _: bed.Answer(SCRIPT, kind="text/javascript"))
for name in WAYS | NOT_IT:
    bed.page(f"{name}.sink.localhost", "*")(lambda _: bed.Answer("", kind="text/html", headers=list(OPEN)))


@pytest.fixture(scope="module")
def told():
    with bed.serving() as port:
        options = Options(
            url="http://ids.localhost/",
            clock=lambda: datetime.now(UTC),
            pages=2,
            host_rules=(f"MAP * 127.0.0.1:{port}",),
            states=frozenset({State.NO_CHOICE}),
        )
        seen = asyncio.run(scan(options)).observations
    return {one.domain.partition(".")[0] for one in seen if one.kind is Kind.IDENTIFIER and one.name == "cid"}


def test_whoever_is_sent_an_identifier_is_told_however_it_is_written(told):
    assert told == set(WAYS)
