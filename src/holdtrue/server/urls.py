"""Every address of the office; `access.py` says who may open each."""

from allauth.account import views as sign_in
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from holdtrue.server import api, drift, exemptions, losses, me, public_policy, software, tokens, trackers, views
from holdtrue.workplace.devices import urls as devices
from holdtrue.workplace.reports import judged_part

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("clause/<slug:slug>/<str:clause>/", views.clause, name="clause"),
    path("me/", me.me, name="me"),
    path("me/devices/<uuid:device_id>/again", me.again, name="check-again"),
    path("work/help/", me.help_page, name="help"),
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
    path("p/<slug:slug>/", public_policy.policy, name="public-policy"),
    path("p/<slug:slug>/fragment/", public_policy.fragment, name="public-fragment"),
    path("p/<slug:slug>/items.json", public_policy.items, name="public-items"),
    path("p/<slug:slug>/policy.pdf", public_policy.pdf, name="public-pdf"),
    path("p/<slug:slug>/inventories/<str:sha256>.json", public_policy.inventory, name="public-inventory"),
    path("", include("holdtrue.policy.text.urls")),
    path("", include("holdtrue.evidence.urls")),
    path("sites/<str:host>/inventory/reports/", trackers.reports, name="site-reports"),
    path("sites/<str:host>/inventory/reports/assign/", trackers.assign, name="site-assign"),
    path("sites/", include("holdtrue.website.scan.urls")),
    path("sites/", include("holdtrue.website.sites.urls")),
    path("sites/", include("holdtrue.website.consent.urls")),
    path("work/exemptions/ask/", exemptions.ask, name="ask-exemption"),
    path("work/exemptions/", include("holdtrue.policy.exemptions.urls")),
    path("work/devices/<uuid:device_id>/lost/", losses.lose, name="lose_device"),
    path("work/storage/", include("holdtrue.workplace.storage.urls")),
    path("work/devices/settings/", drift.settings, name="settings-kept"),
    path("work/devices/<uuid:device_id>/settings/", drift.device_settings, name="device-settings"),
    path("work/devices/", include((devices.addresses(judged_part), "devices"))),
    path("work/software/title/", software.title, name="software-title"),
    path("work/software/ask/", software.ask, name="ask-software"),
    path("work/software/catalogue/<uuid:approval>/seats/", software.seats, name="software-seats"),
    path("work/software/", include("holdtrue.workplace.software.urls")),
    path("work/results/", include("holdtrue.workplace.results.urls")),
]
