"""Our cutting of HTML held against a browser's own parser, on hostile pages that nobody would write."""

import json
import random

import pytest
from playwright.sync_api import sync_playwright

from holdtrue.website.consent.block.notice import read_notice
from holdtrue.website.consent.block.rewriter import Rewriter
from holdtrue.website.consent.block.rules import Hosts, refused_marks
from holdtrue.website.consent.block.tags import Tags
from holdtrue.website.scan.engine import chromium

PIECES = ["<", ">", "</", "/>", "<!--", "-->", "--!>", "<!", "<?", "]]>", "<![CDATA[", '"', "'", "=", " ", "\n", "a", "&", "<script", "</script", "<SCRIPT>", "</script>", "<style>", "</style>", "<title>", "</title>", "<textarea>", "</textarea>", "<template>", "</template>", "<iframe src=//t.example>", "</iframe>", "<img src=//t.example>", "<img src='//film.example/x'", ' src="//t.example"', "url(//t.example)", "<p title=", "<div ", "<head>", "</head>", "<body>", "<html>", "<!doctype html>", "<xmp>", "</xmp>", "<link rel=preload href=//t.example>", "<script>fetch('//t.example')</script>", "<p>text</p>", '<script src="https://a.t.example/x">', "<noembed>", "</noembed>", "<table>", "<td>", "</p>", "<a ping=//t.example>", "<svg>", "</svg>", "<math>", "</math>", "<desc>", "</desc>"]  # fmt: skip
NOTICE = read_notice(
    json.dumps(
        {
            "format": "holdtrue.notice/1",
            "site": "www.example.org",
            "material": "a" * 64,
            "services": [{"id": "counter", "category": "analytics", "hosts": ["t.example", "*.t.example", "film.example"]}],
        }
    )
)
COMPARE = r"""(pairs) => {
  const asks = /^(?:https?:)?\/\/(?:film|(?:a\.)?t)\.example(?![\w.-])/;
  const sources = { SCRIPT: "src", LINK: "href", IMG: "src", IFRAME: "src" };
  const parse = (text) => new DOMParser().parseFromString(text, "text/html");
  const walk = (root, each) => { for (const one of root.querySelectorAll("*")) { each(one); if (one.content) walk(one.content, each) } };
  const live = (page) => {
    let count = 0;
    walk(page, (one) => {
      const value = one.namespaceURI.endsWith("xhtml") && sources[one.tagName] && one.getAttribute(sources[one.tagName]);
      if (value && asks.test(value.trim()) && one.type !== "text/plain") count++;
    });
    return count;
  };
  const restored = (page) => {
    walk(page, (one) => {
      if (/^(counter|undeclared)$/.test(one.getAttribute("data-consent"))) {
        one.removeAttribute("data-consent");
        if (one.localName === "script") one.removeAttribute("type");
      }
      for (const { name, value } of [...one.attributes]) {
        if (!name.startsWith("data-holdtrue-")) continue;
        one.removeAttribute(name);
        if (!one.hasAttribute(name.slice(14))) one.setAttribute(name.slice(14), value);
      }
    });
    return page;
  };
  const told = (page) => {
    const all = [page.documentElement.textContent];
    walk(page, (one) => all.push(one.localName + [...one.attributes].map(({ name, value }) => name + "=" + value).sort().join("|")));
    return all.join("\n");
  };
  let were = 0;
  const wrong = pairs.filter(([before, after]) => {
    were += live(parse(before));
    return live(parse(after)) || told(parse(before)) !== told(restored(parse(after)));
  });
  return { were, wrong };
}"""


def rewritten(page: str) -> str:
    granted: frozenset[str] = frozenset()
    rewriter = Rewriter(Tags(Hosts(NOTICE, granted), refused_marks(NOTICE, granted)))
    return (rewriter.feed(page.encode()) + rewriter.finish()).decode()


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_to_a_browser_no_tag_of_a_tracker_is_left_alive_and_nothing_else_changed(seed):
    chance = random.Random(seed)
    pages = ["".join(chance.choice(PIECES) for _ in range(chance.randint(1, 25))) for _ in range(1500)]

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(""), args=["--no-sandbox"])
        found = browser.new_page().evaluate(COMPARE, [[page, rewritten(page)] for page in pages])
        browser.close()

    assert found["were"] > 300
    assert found["wrong"] == []
