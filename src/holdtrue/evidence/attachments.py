"""Documents that a pack takes along. Evidence does not know the parts above it: they say what they have, once, at start."""

from collections.abc import Callable, Iterable, Iterator

from holdtrue.evidence.pack import Document

Provider = Callable[[], Iterable[Document]]
_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Let packs made on the evidence pages take in what this yields, where an entry names its hash."""
    if provider not in _providers:
        _providers.append(provider)


def provided() -> Iterator[Document]:
    """Yield every document that a part above has."""
    for provider in _providers:
        yield from provider()
