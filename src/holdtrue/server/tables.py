"""Tables of a policy, made fit for narrow screens and for screen readers."""

import re
from html import unescape

from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe

_TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
_HEADING = re.compile(r"<th>(.*?)</th>", re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<td>")


def ready_for_phones(html: str) -> SafeString:
    """Return the sanitised HTML of a text with its column's heading on every cell, so that rows can become cards."""
    return mark_safe(_TABLE.sub(lambda match: _labelled(match[1]), html))  # noqa: S308 - nh3 has cleaned it; we add labels only


def _labelled(inside: str) -> str:
    labels = [escape(unescape(strip_tags(heading)).strip()) for heading in _HEADING.findall(inside)]

    def row(match: re.Match[str]) -> str:
        column = iter(labels)
        cells = _CELL.sub(lambda _cell: f'<td data-label="{next(column, "")}">', match[1])
        return f"<tr>{cells}</tr>"

    body = _ROW.sub(row, inside).replace("<th>", '<th scope="col">')
    return f'<table class="table stack">{body}</table>'
