"""Typing into a form without ever sending it off, to see whether somebody else reads along."""

import asyncio
import json
import re
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from holdtrue.website.scan.engine.identifiers import readable
from holdtrue.website.scan.engine.notebook import LONGEST_URL
from holdtrue.website.scan.engine.observations import Kind
from holdtrue.website.scan.engine.protocol import CommandRefused, Message
from holdtrue.website.scan.engine.recorder import Passed
from holdtrue.website.scan.engine.tab import Tab

LEAST = 4
"""Letters in a row that nobody hits upon by chance."""
LETTERS = "bcdfghjklmnpqrstvwxz"
_SINGLE = re.compile(r"(?<![a-z0-9])[a-z](?![a-z0-9])")
FIELDS = """((index) => {
  const isGood = (el) => {
    const box = el.getBoundingClientRect();
    const words = [el.placeholder ? "" : el.name, el.id, el.type, el.getAttribute("role"), el.placeholder].join(" ");
    if (box.width < 20 || box.height < 5 || el.disabled || el.readOnly) return false;
    return !/search|query|zoek|such|recherch|\\bq\\b|\\bs\\b/i.test(words);
  };
  const all = [...document.querySelectorAll("input, textarea")].filter(isGood);
  const text = all.find((el) => el.localName === "textarea" || el.type === "text");
  const found = [text, all.find((el) => el.type === "email")].filter(Boolean);
  if (index < 0) return found.map((el) => [el.type === "email" ? "email" : "text", el.name || el.id || ""]);
  if (found[index]) found[index].focus();
  return !!found[index];
})"""
LEAVE = "document.activeElement && document.activeElement.blur()"


@dataclass(frozen=True, slots=True)
class Decoy:
    """Words that stand nowhere else."""

    text: str
    mail: str


def decoy() -> Decoy:
    """Return new words to type."""
    text = "zq" + "".join(secrets.choice(LETTERS) for _ in range(7))
    return Decoy(text, f"jane{secrets.randbelow(90000) + 10000}@people.example")


async def type_into(tab: Tab) -> None:
    """Type into the page's text and e-mail fields, leave them, and write down who else was told; each form once a state."""
    recorder = tab.recorder
    fields = await tab.value(f"{FIELDS}(-1)")
    if not isinstance(fields, list) or not fields:
        return
    form = (recorder.state.value, *(str(field) for field in fields))
    if form in recorder.forms:
        return
    recorder.forms.add(form)
    # What goes out is told by the words alone, so a visitor types in one tab at a time.
    async with recorder.keyboard:
        await _type(tab, fields)


async def _type(tab: Tab, fields: Sequence[tuple[str, str]]) -> None:
    recorder = tab.recorder
    words = decoy()
    recorder.typing = []
    try:
        for index, (sort, _) in enumerate(fields):
            if await tab.value(f"{FIELDS}({json.dumps(index)})"):
                await _keys(tab, words.mail if sort == "email" else words.text)
        await tab.value(LEAVE)
        await tab.quiet(most=1.5)
        for one, how in read_along(recorder.typing, words.text):
            deed = replace(one.deed, via=how)
            recorder.notebook.add(Kind.KEY_LOGGING, "typed text", one.host, deed, url=one.url.split("?", 1)[0][:LONGEST_URL])
    finally:
        recorder.typing = None


async def _keys(tab: Tab, words: str) -> None:
    steps: list[Message] = []
    for sign in words:
        steps += [{"type": "keyDown", "key": sign, "text": sign}, {"type": "keyUp", "key": sign}]
    asked = (tab.ask("Input.dispatchKeyEvent", step) for step in steps)
    for outcome in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(outcome, BaseException) and not isinstance(outcome, CommandRefused):
            raise outcome


def read_along(messages: Iterable[Passed], text: str) -> Iterator[tuple[Passed, str]]:
    """Yield the first message to each host that gives away what was typed: a piece of it, or letter by letter."""
    told: set[str] = set()
    letters: dict[str, str] = defaultdict(str)
    for one in messages:
        if one.host in told:
            continue
        said = readable(one.said).lower()
        letters[one.host] += "".join(dict.fromkeys(_SINGLE.findall(said)))
        if text[:LEAST] in said:
            told.add(one.host)
            yield one, "text"
        elif text in letters[one.host] or (len(letters[one.host]) <= 3 * len(text) and _runs_through(text, letters[one.host])):
            told.add(one.host)
            yield one, "letter by letter"


def _runs_through(text: str, letters: str) -> bool:
    rest = iter(letters)
    return all(sign in rest for sign in text)
