"""What understanding banners takes once in each process, done while the browser starts: 24 languages become patterns."""

from holdtrue.website.scan.engine import prose, wording

LABELS = ("Accept all", "Reject all", "Cookie settings")
TEXT = "We use cookies to count visits, if you agree."


def rehearse(language: str) -> None:
    """Read a banner that nobody sees, so that the first one that somebody waits for needs no new pattern."""
    for text in (*LABELS, TEXT):
        for judge in (wording.role, wording.picked, wording.ticked):
            judge(text, language)
        for tells in (prose.asks_about_cookies, wording.is_about_cookies, prose.is_about_else, wording.acts):
            tells(text)
        prose.role_told(text, TEXT, language)
        prose.implied(text, TEXT, language)
        wording.decides(text, TEXT, language)
        prose.lets_in(text, TEXT)
    prose.tells_of_necessary(TEXT)
