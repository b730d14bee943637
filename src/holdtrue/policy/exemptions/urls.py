"""Addresses under /work/exemptions/."""

from django.urls import path

from holdtrue.policy.exemptions import views

app_name = "exemptions"
urlpatterns = [
    path("", views.exemptions, name="exemptions"),
    path("calendar/", views.subscribe, name="subscribe"),
    path("calendar/<str:secret>.ics", views.subscription, name="subscription"),
    path("tests.ics", views.calendar, name="calendar"),
    path("<uuid:exemption>/consent.pdf", views.consent, name="consent"),
    path("<uuid:exemption>/", views.exemption, name="exemption"),
]
