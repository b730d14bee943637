"""Addresses under /work/storage/."""

from django.urls import path

from holdtrue.workplace.storage import views

app_name = "storage"
urlpatterns = [
    path("", views.storage, name="storage"),
    path("approve/", views.approve, name="approve"),
    path("<uuid:place>/end/", views.end, name="end"),
    path("losses/<uuid:loss_id>/", views.loss, name="loss"),
]
