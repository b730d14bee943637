"""How the visitor is asked: the banner and its answers, the browser's own signal, the page that explains it all."""

import re
from collections.abc import Iterable, Iterator

from holdtrue.website.scan.engine.observations import Answer, Banner, Button, Kind, Observation, Party, Sighting, State
from holdtrue.website.scan.faults import Fault, Finding, found
from holdtrue.website.scan.judging.declared import Declared
from holdtrue.website.scan.judging.looks import looks_necessary
from holdtrue.website.scan.judging.words import subject_of

SMALLER = 0.8
"""Part of the accept button's height or letters below which the refuse button is the smaller one."""
MUCH_SMALLER = 0.4
"""Part of its area, since words differ in length."""
READABLE = 4.5
"""Contrast that text needs (WCAG 2.2, 1.4.3)."""
FORGIVEN_PRESSES = 2
"""Presses that taking consent back may cost beyond giving it: one opens the settings, one unticks a box."""
NAMELESS = re.compile(r"^[\W\d_]*$")


def about_banner(sighting: Sighting, stored: Iterable[Observation], declared: Declared) -> Iterator[Finding]:
    """Yield what is wrong with how consent is asked, refused and taken back."""
    refused, accepted, withdrawn = (sighting.answer(state) for state in (State.REFUSED, State.ACCEPTED, State.WITHDRAWN))
    page = sighting.landed
    tried = {answer.state for answer in sighting.answers}
    if refused.walled:
        said = f"after “{' > '.join(refused.steps)}” the page lies out of reach until one accepts"
        yield found(Fault.COOKIE_WALL, page, said, state=State.REFUSED, page=page)
    elif State.REFUSED in tried and not refused.reached and refused.banner != "none":
        fault = Fault.NO_REFUSE if accepted.reached else Fault.UNANSWERABLE
        yield found(fault, page, _how(refused), state=State.REFUSED, page=page)
        if accepted.reached and sighting.banner is not None:
            yield from _wall(sighting.banner, page)
    elif State.ACCEPTED in tried and not accepted.reached and accepted.banner != "none":
        yield found(Fault.UNANSWERABLE, page, _how(accepted), state=State.ACCEPTED, page=page)
    if refused.reached and accepted.reached and refused.layer > accepted.layer:
        said = f"accepting takes “{' > '.join(accepted.steps)}”, refusing “{' > '.join(refused.steps)}”"
        yield found(Fault.REFUSE_HIDDEN, page, said, state=State.REFUSED, page=page)
    if sighting.banner is not None:
        yield from _unequal(sighting.banner, page)
    yield from _pre_ticked(sighting, page)
    if refused.reached and not refused.walled and refused.remembered is False and accepted.remembered is not False:
        said = "the banner came back after it was refused"
        yield found(Fault.REFUSAL_FORGOTTEN, page, said, state=State.REFUSED, page=page)
    if accepted.reached and State.WITHDRAWN in tried:
        yield from _withdrawal(accepted, withdrawn, page, consented=_consented(sighting, stored, declared))


def _wall(banner: Banner, page: str) -> Iterator[Finding]:
    signs = {
        "the page lies out of reach behind the banner": banner.blocks,
        "the page cannot be scrolled": banner.locks_scrolling,
        "there is nothing to read besides the banner": banner.hides_content,
    }
    seen = [sign for sign, is_so in signs.items() if is_so]
    if seen:
        yield found(Fault.COOKIE_WALL, page, "; ".join(seen), state=State.NO_CHOICE, page=page)


def _unequal(banner: Banner, page: str) -> Iterator[Finding]:
    accept, refuse = _most_visible(banner, "accept"), _most_visible(banner, "refuse")
    if accept is None or refuse is None:
        return
    differences = list(_differences(accept, refuse))
    if differences:
        said = f"beside “{accept.label}”, “{refuse.label}” {', '.join(differences)}"
        yield found(Fault.UNEQUAL_BUTTONS, page, said, state=State.NO_CHOICE, page=page)


def _most_visible(banner: Banner, role: str) -> Button | None:
    these = [button for button in banner.buttons if button.role == role]
    return max(these, key=lambda one: (one.in_view, one.has_body, one.width * one.height), default=None)


def _differences(accept: Button, refuse: Button) -> Iterator[str]:
    if accept.has_body and not refuse.has_body:
        yield "is a bare link and no button"
    if accept.in_view and not refuse.in_view:
        yield "is out of sight"
    if refuse.font_size < accept.font_size * SMALLER:
        yield f"is written smaller ({refuse.font_size:g} against {accept.font_size:g} pixels)"
    is_lower = refuse.height < accept.height * SMALLER
    if is_lower or refuse.width * refuse.height < accept.width * accept.height * MUCH_SMALLER:
        yield f"is smaller ({refuse.width} by {refuse.height} against {accept.width} by {accept.height} pixels)"
    if 0 < refuse.contrast < READABLE <= accept.contrast:
        yield f"is hard to read (contrast {refuse.contrast:.1f} against {accept.contrast:.1f})"


def _pre_ticked(sighting: Sighting, page: str) -> Iterator[Finding]:
    boxes = sighting.banner.boxes if sighting.banner else ()
    # What cannot be unticked is no choice that was made for the visitor; what it stores is judged by what it stores.
    fixed = {box.label for box in boxes if box.fixed}
    answers = (sighting.answer(State.REFUSED), sighting.answer(State.ACCEPTED))
    labels = [box.label for box in boxes if box.on] + [label for answer in answers for label in answer.pre_ticked]
    ticked = [label for label in labels if label not in fixed and not looks_necessary(label)]
    if ticked:
        said = ", ".join(f"“{label}”" for label in dict.fromkeys(ticked))
        yield found(Fault.PRE_TICKED, page, said, state=State.NO_CHOICE, page=page)


def _withdrawal(accepted: Answer, withdrawn: Answer, page: str, *, consented: bool) -> Iterator[Finding]:
    if not withdrawn.reached:
        if consented:
            yield found(Fault.NO_WITHDRAWAL, page, _how(withdrawn), state=State.WITHDRAWN, page=page)
        return
    given = max(accepted.actions, len(accepted.steps))
    taken = max(withdrawn.actions, len(withdrawn.steps))
    if taken > given + FORGIVEN_PRESSES:
        said = f"giving took {given} press{'es' if given != 1 else ''}, withdrawing {taken}: “{' > '.join(withdrawn.steps)}”"
        yield found(Fault.WITHDRAWAL_HARDER, page, said, state=State.WITHDRAWN, page=page)


def _consented(sighting: Sighting, stored: Iterable[Observation], declared: Declared) -> bool:
    """Whether agreeing brought anything that one could want to take back."""
    if any(one.state is State.ACCEPTED and declared.needs_consent(one) for one in stored):
        return True
    before = {one.domain for one in sighting.observations if one.kind.is_sent and one.state is State.NO_CHOICE}
    return any(
        one.state is State.ACCEPTED and one.kind.is_sent and one.party is Party.THIRD and one.domain not in before
        for one in sighting.observations
    )


def _how(answer: Answer) -> str:
    pressed = f" Pressed: {' > '.join(answer.steps)}." if answer.steps else ""
    return f"{answer.why_not}{pressed}"


def about_signal(sighting: Sighting, declared: Declared) -> Iterator[Finding]:
    """Yield that a visitor whose browser says no is stored things for, or is told to others, all the same."""
    signal = sighting.signal
    if signal is None or not signal.reached:
        return
    stored = [
        one for one in signal.observations if one.kind.is_stored and not one.refused_reason and declared.needs_consent(one)
    ]
    told = [one for one in signal.observations if one.kind in {Kind.BEACON, Kind.IDENTIFIER} and one.party is Party.THIRD]
    if not stored and not told:
        return
    what = [subject_of(one) for one in stored] + [one.domain for one in told]
    asked = "the banner asks all the same; " if signal.has_banner else ""
    listed = ", ".join(dict.fromkeys(what[:5]))
    said = f"{asked}with Global Privacy Control on and nothing pressed: {listed}"
    yield found(Fault.SIGNAL_IGNORED, sighting.landed, said, state=State.NO_CHOICE, page=sighting.landed)


def about_policy_page(sighting: Sighting, *, has_policy: bool) -> Iterator[Finding]:
    """Yield a policy page that cannot be read or says not since when; a missing link where no policy is known at all."""
    page = sighting.policy_page
    if page is None:
        if not has_policy and sighting.banner is not None:
            said = "the first page asks for consent, and has no link to a cookie or privacy policy"
            yield found(Fault.POLICY_UNREACHABLE, sighting.landed, said, page=sighting.landed)
        return
    if not page.is_reachable:
        answer = f"answers {page.status}" if page.status else "does not answer"
        why = answer if page.letters or page.status >= 400 or not page.status else "is empty"  # noqa: PLR2004 - HTTP's errors
        yield found(Fault.POLICY_UNREACHABLE, page.url, f"the link “{page.link}” leads to a page that {why}", page=page.url)
    elif not page.dated:
        yield found(Fault.POLICY_UNDATED, page.url, f"the page behind “{page.link}” gives no date of its own", page=page.url)
