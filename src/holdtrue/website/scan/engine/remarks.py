"""What the engine says of pages and states, in whole sentences: a result carries them as text, and they are known again."""

import re
from enum import StrEnum

from holdtrue.said import Said, listed, said


class Remark(StrEnum):
    """A sentence of the engine; `remark % values` fills it."""

    DIALOGS = "The page opened %(count)s dialogues; each was closed."
    FILE_SENT = "The page sent a file, which was not taken: %(file)s"
    DEAD_HOST = "The page asks %(host)s for something, and there is no host of that name."
    BROKEN_TLS = "The page asks %(host)s for something, and its TLS or certificate is one that browsers refuse."
    NO_RESOLVER = "The resolver %(resolver)s did not answer, so nobody knows which hosts of the site are another party's."
    HANGS = "The page keeps the browser so busy that it does not answer any more."
    NO_TAB = "The browser opened no further tab for it."
    CRASHED = "The page made its tab crash."
    NEVER_LOADED = "The page never finished loading; it was stopped and looked at as it was."
    WENT_ON_SENDING = "The page went on sending and was stopped after %(size)s MB."
    ONLY_FILE = "There is a file and no page; it was not taken."
    ERROR_PAGE = "The site answers %(status)s there; its error page was looked at."
    DOCUMENT = "There is a PDF document, which stores nothing by itself."
    LOGIN_WALL = "The site asks for a sign-in first; nothing that lies behind it was looked at."
    NO_NAME = "There is no host of that name. Check the address, or the DNS of this machine."
    NOTHING_ANSWERS = "Nothing answers there. Start the site, or check the port."
    BAD_CERTIFICATE = "Its certificate is not valid for a browser. Mend it, or add --insecure for a test certificate."
    BAD_TLS = "TLS is broken there. Mend it, or try the address with http://."
    CIRCLE = "It redirects in a circle: every visitor sees this error."
    NO_PAGE = "It sends a file and no web page. Give the address of a page."
    NOT_OPENED = "The page could not be opened: %(error)s."
    NO_ANSWER = "The page could not be opened: no answer."
    BROWSER_GONE = "The browser ended in the middle of the scan."
    STOPPED = "The scan was stopped by whoever started it."
    OUT_OF_TIME = "The scan was stopped after its %(seconds)s seconds."
    ENDED_BEFORE = "The scan ended before this state."
    NO_BANNER = "No banner asks for a choice."
    UNCLEAR = "Something asks about cookies, and no button of it says what it does."
    NO_ACCEPTING = "The banner offers no way of accepting that could be recognised."
    NO_REFUSING = "The banner offers no way of refusing that could be recognised."
    BUTTON_GONE = "The button was gone before it could be pressed."
    BANNER_STAYED = "“%(label)s” was pressed, and the banner stayed."
    NOTHING_CHANGED = "“%(label)s” was pressed, and nothing that is stored changed."
    STILL_AGREES = "“%(label)s” was pressed, and what was written down still agrees to something."
    NO_EFFECT = "Its control for changing the choice had no effect."
    WAY_UNCLEAR = "Its control for changing the choice opens something that was not understood."
    NO_CONTROL = "The page has no control for changing the choice."
    NOTHING_ACCEPTED = "Nothing was accepted that could be withdrawn."
    NOT_AGAIN = "The page could not be opened again."
    FORGOTTEN = "The banner went away, nothing was written down, and on the next page it asked again."


FALTERED = frozenset(
    {
        Remark.BUTTON_GONE,
        Remark.BANNER_STAYED,
        Remark.NOTHING_CHANGED,
        Remark.STILL_AGREES,
        Remark.NO_EFFECT,
        Remark.WAY_UNCLEAR,
    }
)
"""Ends of an answer that had a way: a person may well get further there."""


class Ending(StrEnum):
    """A sentence with which a scan ends that could not be made, or what to do then."""

    NOT_AN_ADDRESS = "“%(given)s” is not the address of a website."
    GIVE_ADDRESS = "Give one such as https://www.example.org/."
    SILENT = "%(url)s does not answer."
    SEE_IT_RUNS = "See that the website runs, and try again; nothing was judged."
    STOPPED = "The scan was stopped before it had seen anything."
    START_AGAIN = "Start it again."
    CANNOT_OPEN = "%(url)s cannot be opened: %(error)s."
    SENDS_FILE = "%(url)s sends a file and no web page."
    CHECK_ADDRESS = "Check the address in a browser of your own."
    REFUSES = "%(url)s answers %(status)s, so there is no site to look at."
    NEEDS_NAME = "Set HOLDTRUE_SCAN_AUTH=name:password for the scan."
    GIVE_OPEN_PAGE = "Give an address that shows a page to a visitor who is not signed in."
    DOCUMENT = "%(url)s is a PDF document and no web page."
    NO_PAGE = "%(url)s answers with %(sort)s and no web page."
    GIVE_PAGE = "Give the address of a page of the website."
    MOVED = "%(url)s now leads to %(landed)s; when the scan began it led to %(before)s."
    BEGIN_ANEW = "Begin anew: take the kept scan away."
    NO_PROGRAM = "There is no program at %(path)s."
    NO_BROWSER = "No Chromium is installed here, and a scan needs a real browser."
    NO_START = "%(path)s could not be started: %(error)s."
    ENDED_AT_ONCE = "%(path)s started and ended again: %(error)s."
    INSTALL = (
        "Install one (`apt-get install chromium-headless-shell` on Debian, `python -m playwright install"
        " chromium-headless-shell` elsewhere), or name yours with --browser or HOLDTRUE_BROWSER."
    )
    SCANNER_ENDED = "The scanner ended with %(status)s."
    WORKER_DIED = "The worker died %(times)s times over it."


_VALUE = re.compile(r"%\((\w+)\)s")


def _fitting(remark: Remark | Ending) -> re.Pattern[str]:
    """Return what a text fits that is this sentence, whatever its values."""
    words, names = _VALUE.split(remark)[::2], _VALUE.findall(remark)
    values = [f"(?P<{name}>.+)" for name in names]
    return re.compile("".join(re.escape(word) + value for word, value in zip(words, [*values, ""], strict=True)), re.DOTALL)


# Those without a value first: they are no filling of another.
_FITTING = tuple((one, _fitting(one)) for one in sorted((*Remark, *Ending), key=lambda one: len(_VALUE.findall(one))))
_ENDS = re.compile(r"(?<=[.?!]) ")


def recognised(text: str) -> Said:
    """Return a remark in a result as a sentence that knows its pattern; what is none of ours stays as it is."""
    return _known(text) or said(text)


def why_ended(text: str) -> str:
    """Return why a scan could not be made, and what to do, as sentences that know their patterns; what is not ours stays."""
    for between in _ENDS.finditer(text):
        parts = _known(text[: between.start()]), _known(text[between.end() :])
        if parts[0] is not None and parts[1] is not None:
            return listed([parts[0], parts[1]], " ")
    return recognised(text)


def _known(text: str) -> Said | None:
    for remark, pattern in _FITTING:
        if (found := pattern.fullmatch(text)) is not None:
            return said(remark.value, **found.groupdict())
    return None
