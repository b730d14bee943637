"""Addresses under /work/software/."""

from django.urls import path

from holdtrue.workplace.software import views

app_name = "software"
urlpatterns = [
    path("", views.software, name="software"),
    path("approve/", views.approve, name="approve"),
]
