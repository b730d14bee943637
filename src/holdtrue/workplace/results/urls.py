"""Addresses under /work/results/."""

from django.urls import path

from holdtrue.workplace.results import views

app_name = "results"
urlpatterns = [
    path("", views.rules, name="rules"),
    path("of/<path:subject>/", views.of_device, name="of"),
    path("mean/", views.mean, name="mean"),
]
