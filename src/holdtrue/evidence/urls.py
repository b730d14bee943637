"""Addresses of the evidence pages; server/access.py says who may open each."""

from django.urls import path

from holdtrue.evidence import views

app_name = "evidence"
urlpatterns = [
    path("evidence/", views.index, name="index"),
    path("evidence/pack", views.pack, name="pack"),
    path("evidence/<uuid:entry>/", views.entry, name="entry"),
    path("evidence/<uuid:entry>/receipt", views.receipt, name="receipt"),
    path("verify", views.verify, name="verify"),
    path("log/keys.json", views.keys, name="keys"),
]
