"""Which scheduled commands copy data away; the commands themselves stay on the device."""

import re

_TOOLS = re.compile(
    r"(?<![\w.-])(restic|borgmatic|borg|duplicity|deja-dup|timeshift|backintime|kopia|rclone|duplicati(?:-cli)?|rdiff-backup|rsnapshot"
    r"|vorta|pika-backup|urbackupclientctl|bacula-fd|tmutil)(?![\w.])"
)
_COPIERS = re.compile(r"(?<![\w.-])(rsync|tar|cp|scp|sftp|dd)(?![\w.-])")
_ELSEWHERE = re.compile(
    r"(?:^|[\s=:'\"])(?:/media/|/mnt/|/run/media/|/Volumes/|ssh://|sftp://|[\w.-]+@[\w.-]+:|[\w-]+(?:\.[\w-]+)+:/?)"
)


def copies_data(command: str) -> str:
    """Return the tool by which a scheduled command backs up or copies data to another place; empty when it does not.

    rsync, tar and the like count only with a destination on another disk or machine.
    """
    tool = _TOOLS.search(command)
    if tool is not None:
        return tool[1]
    copier = _COPIERS.search(command)
    return copier[1] if copier is not None and _ELSEWHERE.search(command) else ""
