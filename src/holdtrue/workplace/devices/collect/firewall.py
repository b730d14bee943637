"""Whether anything on a Linux machine refuses what comes in: firewalld, ufw, or the kernel's own rules."""

import re
from collections.abc import Mapping

from .machine import Machine, Notebook, Process

_DEEPEST = 4
"""Chains that are followed one into the other."""
_FAMILIES = {"ip": {4}, "ip6": {6}, "inet": {4, 6}}
"""The versions of IP whose packets pass through the tables of a family (nft(8))."""


def collect_firewall(machine: Machine, notebook: Notebook, processes: list[Process]) -> None:
    """Note whether anything refuses what comes in; that nothing does is only told where the kernel's rules were read."""
    if any(process.name == "firewalld" for process in processes):
        state = (machine.run("firewall-cmd", "--state") or "").strip()
        zone = (machine.run("firewall-cmd", "--get-default-zone") or "").strip()
        # firewalld.zones(5): the zone `trusted` lets everything in.
        is_on = state in {"", "running"} and zone != "trusted"
        notebook.note("firewall.on", is_on, "firewall-cmd --state, --get-default-zone")
        return
    takes_all = re.search(r"""^DEFAULT_INPUT_POLICY=["']?ACCEPT""", machine.read("/etc/default/ufw") or "", re.MULTILINE)
    if re.search(r"^ENABLED=yes", machine.read("/etc/ufw/ufw.conf") or "", re.MULTILINE) and not takes_all:
        notebook.note("firewall.on", value=True, origin="/etc/ufw/ufw.conf")
        return
    _kernel(machine, notebook)


def _kernel(machine: Machine, notebook: Notebook) -> None:
    """Note what the kernel's own rules do; where it speaks IPv6, they must refuse that too."""
    rules = machine.run("nft", "list", "ruleset")
    older = {4: machine.run("iptables", "-S", "INPUT")}
    needed = {4}
    if _speaks_ipv6(machine):
        needed.add(6)
        older[6] = machine.run("ip6tables", "-S", "INPUT")
    refused = refused_by(rules or "")
    refused |= {version for version, told in older.items() if told and _drops(machine, version, told)}
    origin = "nft list ruleset, iptables -S INPUT"
    if needed <= refused:
        notebook.note("firewall.on", value=True, origin=origin)
    elif rules is not None or all(older[version] is not None for version in needed - refused):
        notebook.note("firewall.on", value=False, origin=f"{origin}: IPv6 is let in" if refused == {4} else origin)
    elif not machine.find("/usr/sbin/nft", "/sbin/nft", "/usr/sbin/iptables", "/sbin/iptables", "/usr/sbin/ufw"):
        notebook.note("firewall.on", value=False, origin="no program for the kernel's firewall is installed")
    else:
        notebook.miss("firewall", "the kernel's rules could not be read; run with sudo")


def _speaks_ipv6(machine: Machine) -> bool:
    """Whether an interface that leads outside has an address of IPv6, be it the one that it makes itself."""
    lines = (machine.read("/proc/net/if_inet6") or "").splitlines()
    return any(line.split()[-1:] not in ([], ["lo"]) for line in lines)


_CHAIN = re.compile(r"chain ([\w-]+) \{(.*?)\n\t\}", re.DOTALL)
_LOGS = r'log(?: prefix "[^"\n]*"| (?:level|flags(?: tcp| ip)?|group|snaplen|queue-threshold) \S+)*'
# A packet that begins a connection is `new`, one from anywhere comes from 0.0.0.0/0: such a condition leaves nothing out.
_ANYTHING = (
    r"ct state (?:(?:\w+,)*new(?:,\w+)*|\{ (?:\w+, )*new(?:, \w+)* \})"
    r"|ip6? saddr (?:0\.0\.0\.0/0|::/0)|meta nfproto (?:ipv4|ipv6)"
    r"|(?:meta l4proto|ip protocol|ip6 nexthdr) (?:\{ )?(?:\w+, )*tcp\b(?:, \w+)*(?: \})?|tcp dport 0-65535"
)
_PLAIN = re.compile(
    rf"^\s*(?:(?:counter(?: packets \d+ bytes \d+)?|{_LOGS})\s+)*(drop|reject|accept|return|jump|goto)\b(?: ([\w-]+))?"
    rf"|^\s*(?:(?:{_ANYTHING}|counter(?: packets \d+ bytes \d+)?)\s+)+(accept)\b",
    re.MULTILINE,
)
"""A rule of nft(8) without a condition; or one that accepts all, or all of TCP, whatever its condition is called."""


def refused_by(rules: str) -> set[int]:
    """Return for which versions of IP what comes in and was not accepted is refused in the end, in `nft list ruleset`.

    A rule with a condition keeps out what it names alone: one address, invalid packets.
    """
    found: set[int] = set()
    for table in re.split(r"^table ", rules, flags=re.MULTILINE):
        # A dormant table's chains are not looked at by the kernel (nft(8)).
        if re.search(r"^\tflags [^\n]*\bdormant\b", table, re.MULTILINE):
            continue
        chains = dict(_CHAIN.findall(table))
        for body in (one for one in chains.values() if re.search(r"hook input\b", one)):
            end = _refused(body, chains, 0)
            if "policy drop" in body if end is None else end:
                found |= _FAMILIES.get(table.partition(" ")[0], set())
    return found


def _refused(body: str, chains: Mapping[str, str], depth: int) -> bool | None:
    """Return what becomes of a packet that no rule's condition fits; None where the chain does not decide."""
    for verdict, name, takes_all in _PLAIN.findall(body):
        if takes_all or verdict in {"drop", "reject", "accept"}:
            return not takes_all and bool(verdict != "accept")
        goes_on = verdict in {"jump", "goto"} and depth < _DEEPEST
        end = _refused(chains.get(name, ""), chains, depth + 1) if goes_on else None
        if end is not None or verdict in {"goto", "return"}:
            return end
    return None


def _drops(machine: Machine, version: int, rules: str) -> bool:
    """Return the same of what `iptables -S INPUT` prints."""
    end = _dropped(machine, "iptables" if version == 4 else "ip6tables", "INPUT", rules, 0)  # noqa: PLR2004
    return bool(re.search(r"^-P INPUT DROP", rules, re.MULTILINE)) if end is None else end


def _dropped(machine: Machine, program: str, chain: str, rules: str, depth: int) -> bool | None:
    anything = r"(?:-p tcp |(?:-m (?:state|conntrack) )--(?:ct)?state \S*\bNEW\b\S* |-s (?:0\.0\.0\.0/0|::/0) )"
    plain = rf"^-A {chain} (?:({anything}+)-j ACCEPT\b.*|-([jg]) (?:(DROP|REJECT|ACCEPT|RETURN)\b.*|([\w-]+)))$"
    for takes_all, way, verdict, name in re.findall(plain, rules, re.MULTILINE):
        if takes_all:
            return False
        if verdict and verdict != "RETURN":
            return bool(verdict != "ACCEPT")
        goes_on = name and depth < _DEEPEST
        end = _dropped(machine, program, name, machine.run(program, "-S", name) or "", depth + 1) if goes_on else None
        if end is not None or verdict or way == "g":
            return end
    return None
