"""Django's backend for SQLite, with a turn for each transaction that writes; Django looks for `DatabaseWrapper` in here.

What is overridden has a name with an underscore, since Django names no other place at which a transaction begins and ends.
"""

from collections.abc import Callable
from typing import Any, Final

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from holdtrue.server.sqlite.turns import Turns

_READS: Final = ("SELECT", "PRAGMA", "EXPLAI", "BEGIN", "COMMIT", "ROLLBA", "SAVEPO", "RELEAS")
_turns: dict[str, Turns] = {}
"""By file; threads of one process share it."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of one thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Connect when first asked."""
        super().__init__(*args, **kwargs)
        self._has_turn = False
        self.execute_wrappers.append(self._in_turn)

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> None:
        # Where a commit fails, Django rolls back next: the turn is given then.
        super()._commit()  # type: ignore[misc]
        self._give_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _in_turn(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Run one statement; one that writes outside a transaction has a turn of its own."""
        if self._has_turn or self.in_atomic_block or sql.lstrip()[:6].upper().startswith(_READS):
            return execute(sql, params, many, context)
        self._take_turn()
        try:
            return execute(sql, params, many, context)
        finally:
            self._give_turn()

    def _take_turn(self) -> None:
        if self._has_turn or self.is_in_memory_db():
            return
        options = self.settings_dict["OPTIONS"]
        if not self._line().take(within=options.get("timeout", 5.0)):
            raise OperationalError("database is locked")
        self._has_turn = True

    def _give_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._line().give()

    def _line(self) -> Turns:
        return _turns.setdefault(str(self.settings_dict["NAME"]), Turns())
