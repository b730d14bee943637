"""Every template is sound, and setting up a second step goes all the way to its recovery codes."""

import re
import time
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.template.loader import get_template

import holdtrue

FOLDERS = sorted(Path(holdtrue.__file__).parent.rglob("templates"))
NAMES = sorted({str(file.relative_to(folder)) for folder in FOLDERS for file in folder.rglob("*.html")})


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_sound(name):
    get_template(name)


def test_a_second_step_is_set_up_with_recovery_codes_that_can_be_seen(client, bob):
    assert client.post("/account/login/", {"login": bob.email, "password": "correct horse battery"}).status_code == 302
    page = client.get("/account/2fa/totp/activate/", follow=True)
    if "password" in page.request["PATH_INFO"] or b'name="password"' in page.content:
        page = client.post(
            page.request["PATH_INFO"] + "?next=/account/2fa/totp/activate/", {"password": "correct horse battery"}, follow=True
        )
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))

    done = client.post("/account/2fa/totp/activate/", {"code": code}, follow=True)
    assert done.status_code == 200
    codes = client.get("/account/2fa/recovery-codes/", follow=True)
    assert codes.status_code == 200
    assert len(re.findall(rb"\b[0-9a-f]{8}\b", codes.content)) >= 10, codes.content[:3000]
