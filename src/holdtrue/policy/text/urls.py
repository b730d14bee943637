"""Addresses of published policies, and of publishing."""

from django.urls import path

from holdtrue.policy.text import views

app_name = "text"
urlpatterns = [
    path("p/<slug:slug>/", views.policy, name="policy"),
    path("p/<slug:slug>/source.md", views.source, name="source"),
    path("p/<slug:slug>/versions/<int:number>/", views.version, name="version"),
    path("p/<slug:slug>/versions/<int:number>/source.md", views.source, name="source"),
    path("p/<slug:slug>/changes/<int:older>..<int:newer>/", views.changes, name="changes"),
    path("policies/publish", views.publish, name="publish"),
]
