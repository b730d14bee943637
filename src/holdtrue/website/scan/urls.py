"""Addresses under /sites/."""

from django.urls import path

from holdtrue.website.scan import settle, views

app_name = "scan"
urlpatterns = [
    path("", views.sites, name="sites"),
    path("add/", views.add, name="add"),
    path("<str:host>/", views.site, name="site"),
    path("<str:host>/scan/", views.request_scan, name="request"),
    path("<str:host>/settle/", settle.settle, name="settle"),
    path("<str:host>/plan/", views.plan, name="plan"),
    path("<str:host>/progress/", views.progress, name="progress"),
    path("<str:host>/upload/", views.upload, name="upload"),
    path("<str:host>/scans/<uuid:scan_id>/report/", views.report, name="report"),
    path("<str:host>/scans/<uuid:scan_id>/<str:state>/", views.picture, name="picture"),
]
