"""Every error that Holdtrue raises on purpose: one tree, each with what happened and what to do next."""


class HoldtrueError(Exception):
    """What happened, as the message; what to do next, as the hint."""

    status = 500

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep the two sentences that a person is shown."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class Invalid(HoldtrueError):
    """What was given cannot be understood or breaks a rule of its format."""

    status = 422


class NotAllowed(HoldtrueError):
    """The caller is known, or not, and in either case may not do this."""

    status = 403


class NotFound(HoldtrueError):
    """Nothing stands under that name."""

    status = 404


class Conflict(HoldtrueError):
    """Somebody else changed it first, or it exists already."""

    status = 409


class NotSigned(HoldtrueError):
    """No signature, not a whole one, or not of the key that is named (RFC 9110, 15.5.2)."""

    status = 401


class NoSuchMethod(HoldtrueError):
    """The address answers other methods (RFC 9110, 15.5.6)."""

    status = 405


class TooSlow(HoldtrueError):
    """What was announced did not arrive in time (RFC 9110, 15.5.9)."""

    status = 408


class TooLarge(HoldtrueError):
    """More was sent than is taken there (RFC 9110, 15.5.14)."""

    status = 413


class NotUnderstood(HoldtrueError):
    """The body is of another media type or encoding (RFC 9110, 15.5.16)."""

    status = 415


class TooMany(HoldtrueError):
    """One network, or one caller, has sent more than its share (RFC 6585, 4)."""

    status = 429


class Unavailable(HoldtrueError):
    """Something that is needed cannot be reached or is not installed."""

    status = 503


class StorageFull(HoldtrueError):
    """The disk has no room; what was acknowledged before is safe."""

    status = 507


class BrokenEvidence(HoldtrueError):
    """The evidence log contradicts itself or its last checkpoint; never caught, never repaired in silence."""
