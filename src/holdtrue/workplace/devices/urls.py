"""Addresses under /work/devices/."""

from django.urls import path

from holdtrue.workplace.devices import rule_views, views

app_name = "devices"
urlpatterns = [
    path("", views.devices, name="devices"),
    path("rules/", rule_views.rules, name="rules"),
    path("rules/<slug:rule_id>/", rule_views.rule, name="rule"),
    path("expect/", views.expect, name="expect"),
    path("expected/<uuid:expected>/forget/", views.forget, name="forget"),
    path("collected/", views.collected, name="collected"),
    path("<uuid:device_id>/do/<slug:what>/", views.act, name="act"),
    path("<uuid:device_id>/", views.device, name="device"),
]
