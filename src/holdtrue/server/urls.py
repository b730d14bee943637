"""Every address of the office; `access.py` says who may open each."""

from importlib.util import find_spec

from allauth.account import views as sign_in
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from holdtrue.server import api, tokens, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("clause/<slug:slug>/<str:clause>/", views.clause, name="clause"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<uuid:token>/revoke", tokens.revoke, name="revoke-token"),
    # Exempt, so that the form needs no cookie: whoever only reads is given none. All it could be made to do is show Dutch.
    path("language/", csrf_exempt(set_language), name="set_language"),
    path("account/login/", sign_in.login, name="account_login"),
    path("account/logout/", sign_in.logout, name="account_logout"),
    path("account/signup/", sign_in.signup, name="account_signup"),
    path("account/password/", sign_in.password_change, name="account_change_password"),
    path("account/reauthenticate/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("api/", include((api.urlpatterns, "api"))),
]
for _prefix, _module in (
    ("", "holdtrue.policy.text.urls"),
    ("", "holdtrue.evidence.urls"),
    ("sites/", "holdtrue.website.scan.urls"),
    ("work/devices/", "holdtrue.workplace.devices.urls"),
    ("work/software/", "holdtrue.workplace.software.urls"),
):
    if find_spec(_module):
        urlpatterns.append(path(_prefix, include(_module)))
