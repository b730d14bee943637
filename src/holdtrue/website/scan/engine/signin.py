"""Signing in before a scan: a few steps that somebody wrote down, done by each visitor."""

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from holdtrue.errors import Invalid, Unavailable
from holdtrue.website.scan.engine.tab import Tab

HINT = "Steps are `open ADDRESS`, `fill SELECTOR = WORDS`, `press SELECTOR` and `wait SELECTOR`, one a line."
STEP_SECONDS = 10.0
MOST_STEPS = 50
SECRET = re.compile(r"\$([A-Z][A-Z0-9_]*)")
FILL = """((selector, words) => { const el = document.querySelector(selector); if (!el) return false;
  const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(el), "value") || {};
  el.focus(); if (set) set.call(el, words); else el.value = words;
  for (const sort of ["input", "change"]) el.dispatchEvent(new Event(sort, { bubbles: true }));
  return true; })"""
PRESS = "((selector) => { const el = document.querySelector(selector); if (!el) return false; el.click(); return true; })"
THERE = "((selector) => !!document.querySelector(selector))"


class Deed(StrEnum):
    """What a step does."""

    OPEN = "open"
    FILL = "fill"
    PRESS = "press"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sign-in."""

    line: int
    deed: Deed
    where: str
    """An address, or a CSS selector."""
    words: str = ""


def steps_in(text: str, environment: Mapping[str, str]) -> tuple[Step, ...]:
    """Return the steps in a file; `$NAME` stands for a variable, so that no password need be written down.

    Raises `Invalid` that names the line.
    """
    steps = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        deed, _, rest = line.partition(" ")
        if deed not in set(Deed) or not rest.strip():
            raise Invalid(f"Line {number} of the sign-in is no step: “{line[:80]}”.", hint=HINT)
        where, equals, words = rest.strip().rpartition(" = ") if deed == Deed.FILL else (rest.strip(), "=", "")
        if not equals:
            raise Invalid(f"Line {number} of the sign-in does not say what to fill in.", hint=HINT)
        steps.append(Step(number, Deed(deed), where.strip(), _revealed(words, environment, number)))
    if not 0 < len(steps) <= MOST_STEPS:
        raise Invalid(f"A sign-in has 1 to {MOST_STEPS} steps, not {len(steps)}.", hint=HINT)
    return tuple(steps)


def _revealed(words: str, environment: Mapping[str, str], line: int) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in environment:
            raise Invalid(f"Line {line} of the sign-in wants ${match[1]}, which is not set.", hint=f"export {match[1]}=…")
        return environment[match[1]]

    return SECRET.sub(value, words)


async def sign_in(tab: Tab, steps: tuple[Step, ...]) -> None:
    """Do every step in this visitor's tab, or raise `Unavailable` that names the one that failed."""
    for step in steps:
        if step.deed is Deed.OPEN:
            visit = await tab.open(step.where)
            is_done = not visit.error
        elif step.deed is Deed.FILL:
            is_done = await _until(tab, f"{FILL}({json.dumps(step.where)}, {json.dumps(step.words)})")
        elif step.deed is Deed.PRESS:
            is_done = await _until(tab, f"{PRESS}({json.dumps(step.where)})")
            await asyncio.sleep(0.1)
        else:
            is_done = await _until(tab, f"{THERE}({json.dumps(step.where)})")
        if not is_done:
            raise Unavailable(
                f"The sign-in stopped at line {step.line}: {step.deed} {step.where[:200]}.",
                hint="Do the steps by hand in a fresh browser window, and see what is different.",
            )
        await tab.quiet(most=3.0)


async def _until(tab: Tab, expression: str) -> bool:
    """Return whether an expression came to be true within a step's time; pages may still be on their way."""
    until = time.monotonic() + STEP_SECONDS
    while time.monotonic() < until and not tab.crashed:
        if await tab.value(expression):
            return True
        await asyncio.sleep(0.1)
    return False
