"""Who may open which page: the one literal table. A page that is not in it answers nobody."""

from holdtrue.accounts.rules import EVERYONE, OVERSEERS, Role

PUBLIC = frozenset(
    {
        "account_login",
        "account_logout",
        "account_signup",
        "mfa_authenticate",
        "set_language",
        "public-policy",
        "public-fragment",
        "public-items",
        "public-pdf",
        "public-inventory",
        "text:policy",
        "text:version",
        "text:changes",
        "text:source",
        "evidence:verify",
        "evidence:keys",
        "consent:receipt",
        "api:scans",
        "api:device-reports",
    }
)
"""Pages without sign-in. A policy for personnel is shown to personnel alone; `api:` asks for a token,
`consent:receipt` for a record's id."""

_SECURITY = frozenset({Role.SECURITY, Role.ADMIN})
_PRIVACY = frozenset({Role.PRIVACY, Role.ADMIN})
_TEAMS = frozenset({Role.SECURITY, Role.PRIVACY, Role.ADMIN})

ALLOWED: dict[str, frozenset[Role]] = {
    "home": EVERYONE,
    "clause": EVERYONE,
    "account_change_password": EVERYONE,
    "account_reauthenticate": EVERYONE,
    "mfa_index": EVERYONE,
    "mfa_reauthenticate": EVERYONE,
    "mfa_activate_totp": EVERYONE,
    "mfa_deactivate_totp": EVERYONE,
    "mfa_view_recovery_codes": EVERYONE,
    "mfa_download_recovery_codes": EVERYONE,
    "mfa_generate_recovery_codes": EVERYONE,
    "tokens": _TEAMS,
    "revoke-token": _TEAMS,
    "text:publish": _TEAMS,
    "evidence:index": OVERSEERS,
    "evidence:entry": OVERSEERS,
    "evidence:receipt": OVERSEERS,
    "evidence:pack": OVERSEERS,
    "scan:sites": OVERSEERS | {Role.MANAGER},
    "scan:site": OVERSEERS | {Role.MANAGER},
    "scan:report": OVERSEERS | {Role.MANAGER},
    "scan:request": _PRIVACY,
    "scan:upload": _PRIVACY,
    "scan:add": _PRIVACY,
    "scan:settle": _PRIVACY,
    "scan:plan": _PRIVACY,
    "scan:progress": OVERSEERS | {Role.MANAGER},
    "site-reports": OVERSEERS | {Role.MANAGER},
    "site-assign": _PRIVACY,
    "sites:inventory": OVERSEERS | {Role.MANAGER},
    "sites:line": OVERSEERS | {Role.MANAGER},
    "sites:add": _PRIVACY,
    "sites:change": _PRIVACY,
    "sites:draft": _PRIVACY,
    "sites:take-over": _PRIVACY,
    "consent:overview": OVERSEERS | {Role.MANAGER},
    "consent:settings": _PRIVACY,
    "consent:look-up": _PRIVACY,
    "consent:forget": _PRIVACY,
    "exemptions:exemptions": EVERYONE,
    "exemptions:ask": EVERYONE,
    "exemptions:exemption": EVERYONE,
    "exemptions:consent": EVERYONE,
    "exemptions:calendar": EVERYONE,
    "devices:devices": EVERYONE,
    "devices:device": EVERYONE,
    "software:software": EVERYONE,
    "software:approve": _SECURITY,
}
