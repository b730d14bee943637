"""Addresses under /sites/<host>/consent/."""

from django.urls import path

from holdtrue.website.consent import views

app_name = "consent"
urlpatterns = [
    path("<str:host>/consent/", views.overview, name="overview"),
    path("<str:host>/consent/settings/", views.settings, name="settings"),
    path("<str:host>/consent/look-up/", views.look_up, name="look-up"),
    path("<str:host>/consent/receipt/<uuid:record>/", views.receipt, name="receipt"),
    path("<str:host>/consent/forget/", views.forget, name="forget"),
]
