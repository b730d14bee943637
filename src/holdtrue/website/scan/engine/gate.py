"""Names and passwords that a site's server asks for before it shows anything (HTTP authentication, RFC 9110)."""

from dataclasses import dataclass, field

from holdtrue.errors import Invalid
from holdtrue.website.scan.engine.protocol import Message


@dataclass(slots=True)
class Gate:
    """Answers the server of one origin, and nobody else, once for each request."""

    origin: str
    name: str
    password: str
    _asked: set[str] = field(default_factory=set)

    @property
    def watching(self) -> Message:
        """What makes the browser ask us."""
        return {"handleAuthRequests": True, "patterns": [{"urlPattern": f"{self.origin}/*"}]}

    def answer(self, params: Message) -> Message:
        """Return what is said when a server asks who is there."""
        request, asks = str(params["requestId"]), params["authChallenge"]
        is_meant = asks.get("source") == "Server" and str(asks.get("origin", "")) == self.origin
        if not is_meant:
            return {"requestId": request, "authChallengeResponse": {"response": "Default"}}
        if request in self._asked:
            # The server did not take it: asking for ever would help nobody.
            return {"requestId": request, "authChallengeResponse": {"response": "CancelAuth"}}
        self._asked.add(request)
        said = {"response": "ProvideCredentials", "username": self.name, "password": self.password}
        return {"requestId": request, "authChallengeResponse": said}


def gate(origin: str, given: str) -> Gate | None:
    """Return the gate for `NAME:PASSWORD`; None for nothing."""
    if not given:
        return None
    name, colon, password = given.partition(":")
    if not colon or not name:
        raise Invalid("A name and a password are written NAME:PASSWORD.", hint="Set HOLDTRUE_SCAN_AUTH=name:password.")
    return Gate(origin, name, password)
