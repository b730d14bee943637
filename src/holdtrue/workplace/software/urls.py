"""Addresses under /work/software/."""

from django.urls import path

from holdtrue.workplace.software import views

app_name = "software"
urlpatterns = [
    path("", views.software, name="software"),
    path("approve/", views.approve, name="approve"),
    path("catalogue.csv", views.export, name="export"),
    path("wishes/<uuid:wish>/", views.wish, name="wish"),
    path("wishes/<uuid:wish>/approve", views.quick, name="quick"),
    path("catalogue/<uuid:approval>/", views.approval, name="approval"),
]
