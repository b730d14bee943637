"""How the visitor is asked: the banner and its answers, the browser's own signal, the page that explains it all."""

import re
from collections.abc import Iterable, Iterator

from holdtrue.said import Said, listed, said
from holdtrue.website.scan.engine.observations import (
    Answer,
    Banner,
    Button,
    Kind,
    Observation,
    Party,
    PolicyPage,
    Sighting,
    State,
)
from holdtrue.website.scan.engine.remarks import FALTERED, Remark, recognised
from holdtrue.website.scan.faults import Fault, Finding, found
from holdtrue.website.scan.judging.declared import Declared
from holdtrue.website.scan.judging.looks import keeps_choice, looks_necessary
from holdtrue.website.scan.judging.words import subject_of

SMALLER = 0.8
"""Part of the accept button's height or letters below which the refuse button is the smaller one."""
MUCH_SMALLER = 0.4
"""Part of its area, since words differ in length."""
READABLE = 4.5
"""Contrast that text needs (WCAG 2.2, 1.4.3)."""
FORGIVEN_PRESSES = 2
"""Presses that taking consent back may cost beyond giving it: one opens the settings, one unticks a box."""
TELLING = frozenset({Kind.BEACON, Kind.IDENTIFIER, Kind.FINGERPRINT, Kind.PERSONAL_DATA, Kind.KEY_LOGGING})
"""What gives a visitor away to whom it reaches."""
NAMELESS = re.compile(r"^[\W\d_]*$")


def about_banner(sighting: Sighting, stored: Iterable[Observation], declared: Declared) -> Iterator[Finding]:
    """Yield what is wrong with how consent is asked, refused and taken back."""
    refused, accepted = sighting.answer(State.REFUSED), sighting.answer(State.ACCEPTED)
    page = sighting.landed
    tried = {answer.state for answer in sighting.answers}
    if refused.walled:
        steps = " > ".join(refused.steps)
        words = said("after “%(steps)s” the page lies out of reach until one accepts", steps=steps)
        yield found(Fault.COOKIE_WALL, page, words, state=State.REFUSED, page=page)
    elif refused.remembered is False and not refused.reached and accepted.reached:
        # There is a way of refusing; it holds until the next page.
        yield found(Fault.REFUSAL_FORGOTTEN, page, _how(refused), state=State.REFUSED, page=page)
    elif State.REFUSED in tried and not refused.reached and refused.banner != "none":
        fault = _unanswered(refused, accepted, Fault.NO_REFUSE)
        yield found(fault, page, _how(refused), state=State.REFUSED, page=page)
        if fault is Fault.NO_REFUSE and sighting.banner is not None:
            yield from _wall(sighting.banner, page)
    elif State.ACCEPTED in tried and not accepted.reached and accepted.banner != "none":
        fault = _unanswered(accepted, refused, Fault.UNANSWERABLE)
        yield found(fault, page, _how(accepted), state=State.ACCEPTED, page=page)
    if refused.reached and accepted.reached and refused.layer > accepted.layer:
        yes, no = (" > ".join(answer.steps) for answer in (accepted, refused))
        words = said("accepting takes “%(yes)s”, refusing “%(no)s”", yes=yes, no=no)
        yield found(Fault.REFUSE_HIDDEN, page, words, state=State.REFUSED, page=page)
    if sighting.banner is not None:
        yield from _unequal(sighting.banner, page)
    yield from _pre_ticked(sighting, page)
    if refused.reached and not refused.walled and refused.remembered is False and accepted.remembered is not False:
        words = said("the banner came back after it was refused")
        yield found(Fault.REFUSAL_FORGOTTEN, page, words, state=State.REFUSED, page=page)
    if accepted.reached and State.WITHDRAWN in tried:
        yield from _withdrawal(sighting, consented=_consented(sighting, stored, declared))


def _unanswered(answer: Answer, other: Answer, missing: Fault) -> Fault:
    """Return what it means that one answer could not be given while the other may have been."""
    if not other.reached:
        return Fault.UNANSWERABLE
    return Fault.UNVERIFIED if _has_faltered(answer) else missing


def _has_faltered(answer: Answer) -> bool:
    """Whether there was a way, of which the scanner could not see that it leads there: that may be its own fault."""
    return recognised(answer.why_not).pattern in FALTERED


def _wall(banner: Banner, page: str) -> Iterator[Finding]:
    signs = {
        said("the page lies out of reach behind the banner"): banner.blocks,
        said("the page cannot be scrolled"): banner.locks_scrolling,
        said("there is nothing to read besides the banner"): banner.hides_content,
    }
    seen = [sign for sign, is_so in signs.items() if is_so]
    if seen:
        yield found(Fault.COOKIE_WALL, page, listed(seen, "; "), state=State.NO_CHOICE, page=page)


def _unequal(banner: Banner, page: str) -> Iterator[Finding]:
    accept = next(iter(_by_sight(banner, "accept")), None)
    refusing = _by_sight(banner, "refuse")
    if accept is None or not refusing:
        return
    # Beside a button like that for accepting, a banner may have any other way of refusing.
    refuse = min(refusing, key=lambda one: len(list(_differences(accept, one))))
    differences = list(_differences(accept, refuse))
    if differences:
        words = said(
            "beside “%(accept)s”, “%(refuse)s” %(how)s", accept=accept.label, refuse=refuse.label, how=listed(differences)
        )
        yield found(Fault.UNEQUAL_BUTTONS, page, words, state=State.NO_CHOICE, page=page)


def _by_sight(banner: Banner, role: str) -> list[Button]:
    """Return the buttons with a role, the most visible one first."""
    these = (button for button in banner.buttons if button.role == role)
    return sorted(these, key=lambda one: (one.in_view, one.has_body, one.width * one.height), reverse=True)


def _differences(accept: Button, refuse: Button) -> Iterator[str]:
    if accept.has_body and not refuse.has_body:
        yield said("is a bare link and no button")
    if accept.in_view and not refuse.in_view:
        yield said("is out of sight")
    if refuse.font_size < accept.font_size * SMALLER:
        small, large = f"{refuse.font_size:g}", f"{accept.font_size:g}"
        yield said("is written smaller (%(small)s against %(large)s pixels)", small=small, large=large)
    is_lower = refuse.height < accept.height * SMALLER
    if is_lower or refuse.width * refuse.height < accept.width * accept.height * MUCH_SMALLER:
        small, large = _size(refuse), _size(accept)
        yield said("is smaller (%(small)s against %(large)s pixels)", small=small, large=large)
    if 0 < refuse.contrast < READABLE <= accept.contrast:
        low, high = f"{refuse.contrast:.1f}", f"{accept.contrast:.1f}"
        yield said("is hard to read (contrast %(low)s against %(high)s)", low=low, high=high)


def _size(button: Button) -> Said:
    return said("%(width)s by %(height)s", width=button.width, height=button.height)


def _pre_ticked(sighting: Sighting, page: str) -> Iterator[Finding]:
    boxes = sighting.banner.boxes if sighting.banner else ()
    # What cannot be unticked is no choice that was made for the visitor; what it stores is judged by what it stores.
    fixed = {box.label for box in boxes if box.fixed}
    answers = (sighting.answer(State.REFUSED), sighting.answer(State.ACCEPTED))
    labels = [box.label for box in boxes if box.on] + [label for answer in answers for label in answer.pre_ticked]
    ticked = [label for label in labels if label not in fixed and not (looks_necessary(label) or keeps_choice(label))]
    if ticked:
        words = ", ".join(f"“{label}”" for label in dict.fromkeys(ticked))
        yield found(Fault.PRE_TICKED, page, words, state=State.NO_CHOICE, page=page)


def _withdrawal(sighting: Sighting, *, consented: bool) -> Iterator[Finding]:
    accepted, withdrawn, page = sighting.answer(State.ACCEPTED), sighting.answer(State.WITHDRAWN), sighting.landed
    if withdrawn.reached:
        yield from _harder(accepted, withdrawn, page)
    elif consented:
        yield _no_way_back(sighting)


def _no_way_back(sighting: Sighting) -> Finding:
    withdrawn, policy, page = sighting.answer(State.WITHDRAWN), sighting.policy_page, sighting.landed
    if policy is not None and policy.writing:
        words = said("the policy page %(page)s says to write: “%(words)s”", page=policy.url, words=policy.writing)
        return found(Fault.WITHDRAWAL_HARDER, page, words, state=State.WITHDRAWN, page=page)
    refused = sighting.answer(State.REFUSED)
    # What comes back to a banner that has no refusal takes nothing back, however well it was pressed.
    leads_to_none = withdrawn.why_not == Remark.NO_EFFECT and not (refused.reached or _has_faltered(refused))
    fault = Fault.UNVERIFIED if _has_faltered(withdrawn) and not leads_to_none else Fault.NO_WITHDRAWAL
    return found(fault, page, _how(withdrawn), state=State.WITHDRAWN, page=page)


def _harder(accepted: Answer, withdrawn: Answer, page: str) -> Iterator[Finding]:
    given = max(accepted.actions, len(accepted.steps))
    taken = max(withdrawn.actions, len(withdrawn.steps))
    steps = " > ".join(withdrawn.steps)
    if withdrawn.behind:
        words = said("the way back stands only on the page behind “%(link)s”: “%(steps)s”", link=withdrawn.behind, steps=steps)
        yield found(Fault.WITHDRAWAL_HARDER, page, words, state=State.WITHDRAWN, page=page)
    elif taken > given + FORGIVEN_PRESSES:
        words = said(
            "presses to give it: %(given)s, to take it back: %(taken)s: “%(steps)s”", given=given, taken=taken, steps=steps
        )
        yield found(Fault.WITHDRAWAL_HARDER, page, words, state=State.WITHDRAWN, page=page)


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
    why = recognised(answer.why_not)
    return said("%(why)s Pressed: %(steps)s.", why=why, steps=" > ".join(answer.steps)) if answer.steps else why


def about_signal(sighting: Sighting, declared: Declared) -> Iterator[Finding]:
    """Yield that a visitor whose browser says no is stored things for, or is told to others, all the same."""
    signal = sighting.signal
    if signal is None or not signal.reached:
        return
    stored = [
        one for one in signal.observations if one.kind.is_stored and not one.refused_reason and declared.needs_consent(one)
    ]
    told = [one for one in signal.observations if one.kind in TELLING and one.party is Party.THIRD]
    if not stored and not told:
        return
    what = [subject_of(one) for one in stored] + [one.domain for one in told]
    items = ", ".join(dict.fromkeys(what[:5]))
    words = said("with Global Privacy Control on and nothing pressed: %(items)s", items=items)
    if signal.has_banner:
        words = said("the banner asks all the same; %(what)s", what=words)
    yield found(Fault.SIGNAL_IGNORED, sighting.landed, words, state=State.NO_CHOICE, page=sighting.landed)


def about_policy_page(sighting: Sighting, *, has_policy: bool) -> Iterator[Finding]:
    """Yield a policy page that cannot be read or says not since when; a missing link where no policy is known at all."""
    page = sighting.policy_page
    if page is None:
        if not has_policy and sighting.banner is not None:
            words = said("the first page asks for consent, and has no link to a cookie or privacy policy")
            yield found(Fault.POLICY_UNREACHABLE, sighting.landed, words, page=sighting.landed)
        return
    if not page.is_reachable:
        yield found(Fault.POLICY_UNREACHABLE, page.url, _unreachable(page), page=page.url)
    elif not page.dated:
        words = said("the page behind “%(link)s” gives no date of its own", link=page.link)
        yield found(Fault.POLICY_UNDATED, page.url, words, page=page.url)


def _unreachable(page: PolicyPage) -> Said:
    if not page.status:
        return said("the link “%(link)s” leads to a page that does not answer", link=page.link)
    if page.letters or page.status >= 400:  # noqa: PLR2004 - HTTP's errors
        return said("the link “%(link)s” leads to a page that answers %(status)s", link=page.link, status=page.status)
    return said("the link “%(link)s” leads to a page that is empty", link=page.link)
