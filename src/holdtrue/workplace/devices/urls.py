"""Addresses under /work/devices/."""

from django.urls import URLPattern, path

from holdtrue.workplace.devices import rule_views, views


def addresses(judged: views.Judged) -> list[URLPattern]:
    """Return the pages; `judged` leaves out of a device's facts what nobody has to answer for."""
    return [
        path("", views.devices, name="devices"),
        path("rules/", rule_views.rules, name="rules"),
        path("rules/<slug:rule_id>/", rule_views.rule, name="rule"),
        path("expect/", views.expect, name="expect"),
        path("expected/<uuid:expected>/forget/", views.forget, name="forget"),
        path("collected/", views.collected, name="collected"),
        path("<uuid:device_id>/do/<slug:what>/", views.act, name="act"),
        path("<uuid:device_id>/", views.device, {"judged": judged}, name="device"),
    ]
