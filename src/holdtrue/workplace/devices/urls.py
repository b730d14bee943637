"""Addresses under /work/devices/."""

from django.urls import path

from holdtrue.workplace.devices import views

app_name = "devices"
urlpatterns = [
    path("", views.devices, name="devices"),
    path("<uuid:device_id>/", views.device, name="device"),
]
