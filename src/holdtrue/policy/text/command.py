"""`holdtrue lint`: what is wrong in the text of a policy. Needs no server and no database."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from holdtrue.errors import Invalid, NotFound

KEPT: Final = 0
FINDINGS: Final = 1


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a policy in Markdown, or any pasted text; - reads standard input"
    )
    parser.add_argument(
        "--format", choices=["text", "json", "sarif"], default="text", help="how to print findings (default: text)"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write there instead of to standard output")


def run(arguments: Namespace) -> int:
    """Print every finding of every file; return 0 when there is none and 1 otherwise."""
    from holdtrue.policy.text.lint import lint
    from holdtrue.policy.text.reports import Linted, as_json, as_sarif, as_text

    writers = {"text": as_text, "json": as_json, "sarif": as_sarif}
    linted = [Linted(file, lint(_read(file))) for file in arguments.files]
    written = writers[arguments.format](linted)
    if arguments.output is None:
        sys.stdout.write(written)
    else:
        _write(arguments.output, written)
    return FINDINGS if any(one.findings for one in linted) else KEPT


def _read(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}.", hint="Name a file that holds a policy.") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Invalid(f"{file} is not UTF-8 text (line {line}).", hint="Save it as UTF-8 and try again.") from error


def _write(file: Path, written: str) -> None:
    try:
        file.write_text(written, encoding="utf-8")
    except OSError as error:
        raise Invalid(f"{file} cannot be written: {error.strerror}.", hint="Choose another place with -o.") from error
