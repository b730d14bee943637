"""Addresses under /sites/<host>/inventory/."""

from django.urls import path

from holdtrue.website.sites import views

app_name = "sites"
urlpatterns = [
    path("<str:host>/inventory/", views.inventory, name="inventory"),
    path("<str:host>/inventory/add/", views.add, name="add"),
    path("<str:host>/inventory/item/", views.line, name="line"),
    path("<str:host>/inventory/item/change/", views.change, name="change"),
    path("<str:host>/inventory/fill/", views.fill, name="fill"),
    path("<str:host>/inventory/draft/", views.draft, name="draft"),
    path("<str:host>/inventory/take-over/", views.take_over, name="take-over"),
]
