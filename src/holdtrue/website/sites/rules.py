"""What a website is called."""

from urllib.parse import urlsplit

from holdtrue.errors import Invalid

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST_HOST = 190


def host_of(url: str) -> str:
    """Return the host of a site's address, with its port where that is not the usual one; raise `Invalid` for no address."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in DEFAULT_PORTS or not host or len(host) > LONGEST_HOST or set(host) & set("/\\?#@<>\"' %"):
        raise Invalid(f"“{url[:200]}” is not the address of a website.", hint="Give one such as https://www.example.org/.")
    if port is None or port == DEFAULT_PORTS[parts.scheme]:
        return host
    return f"{host}:{port}"


def subject_of(url: str) -> str:
    """Return what verdicts and evidence about the site of this address are about."""
    return f"site/{host_of(url)}"
