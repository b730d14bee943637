"""A bakery's website as a scan may have seen it, to be judged: every fact given by name, the rest as it should be."""

from holdtrue.policy.text.rules import Category, Declaration, Party, SetBy
from holdtrue.website.scan.engine.observations import Answer, Banner, Button, Kind, Observation, Sighting, State
from holdtrue.website.scan.engine.observations import Party as Seen

PAGE = "https://www.bakery.example/"


def declared(
    pattern="_visits", *, category=Category.ANALYTICS, party=Party.FIRST, days=180.0, provider="Bakery", line=7, hosts=()
):
    return Declaration(pattern, provider, "counts", category, party, SetBy.SCRIPT, days, line, hosts)


def seen(name="_visits", *, state=State.ACCEPTED, kind=Kind.COOKIE, domain="www.bakery.example", days=180.0, **more):
    party = Seen.FIRST if domain.endswith("bakery.example") else Seen.THIRD
    facts = {"set_by": PAGE, "via": "script", "url": f"https://{domain}/x", **more}
    return Observation(state=state, kind=kind, name=name, domain=domain, party=party, page=PAGE, retention_days=days, **facts)


def sent(domain="t.example", *, state=State.ACCEPTED, kind=Kind.REQUEST, via="script", path="/t.js", **more):
    facts = {"via": via, "url": f"https://{domain}{path}", **more}
    return seen(f"{domain}{path}", state=state, kind=kind, domain=domain, days=None, **facts)


ANSWERS = tuple(
    Answer(state=state, reached=True, banner="unknown", layer=1, remembered=True, verified=("gone",), steps=("x",))
    for state in State
)


def sighting(*observations, answers=ANSWERS, notes=(), **more):
    return Sighting(
        site=PAGE,
        landed=PAGE,
        browser="Chrome/1",
        pages=(PAGE,),
        answers=answers,
        observations=observations,
        notes=notes,
        **more,
    )


def button(role, **more):
    facts = {"width": 160, "height": 40, "font_size": 16.0, "has_body": True, "contrast": 9.0, **more}
    return Button(label=f"{role} all", role=role, tag="button", **facts)


def banner(*buttons, **more):
    return Banner(tool="unknown", buttons=buttons or (button("accept"), button("refuse")), **more)
