"""How fast names and hosts are looked up, beside a plain dictionary that knows neither patterns nor hosts."""

import time
from collections.abc import Callable, Sequence

from holdtrue.website.knowledge.library import shipped

ROUNDS = 20


def rate(look: Callable[[str], object], names: Sequence[str]) -> float:
    """Return look-ups a second, the best of three."""
    best = 0.0
    for _ in range(3):
        start = time.perf_counter()
        for _ in range(ROUNDS):
            for name in names:
                look(name)
        best = max(best, ROUNDS * len(names) / (time.perf_counter() - start))
    return best


def main() -> None:
    start = time.perf_counter()
    knowledge = shipped()
    read = time.perf_counter() - start
    known = [item.name.replace("{hex}", "0123456789ab").replace("{n}", "12").replace("*", "x1") for item in knowledge.items]
    unknown = [f"_g{number}" for number in range(len(known) // 2)] + [f"bakery_{number}" for number in range(len(known) // 2)]
    names = known + unknown
    hosts = [host for service in knowledge.services for host in service.hosts] + [
        f"a.b{number}.example" for number in range(1000)
    ]
    plain = rate(dict.fromkeys(known).get, names)
    rows = {
        "plain dictionary": plain,
        "names": rate(lambda name: knowledge.lookup(name, kind="cookie"), names),
        "names with a domain": rate(lambda name: knowledge.lookup(name, domain="www.bakery.example", kind="cookie"), names),
        "hosts": rate(knowledge.service_of, hosts),
    }
    print(f"{len(knowledge.services)} services, {len(knowledge.items)} items, read and indexed in {read * 1000:.0f} ms")
    for what, often in rows.items():
        print(f"{what:<20} {often:>12,.0f} a second  {often / plain:>6.1%} of the dictionary")


if __name__ == "__main__":
    main()
