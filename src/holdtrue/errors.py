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


class Unavailable(HoldtrueError):
    """Something that is needed cannot be reached or is not installed."""

    status = 503


class StorageFull(HoldtrueError):
    """The disk has no room; what was acknowledged before is safe."""

    status = 507


class BrokenEvidence(HoldtrueError):
    """The evidence log contradicts itself or its last checkpoint; never caught, never repaired in silence."""
