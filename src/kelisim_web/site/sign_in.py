"""Addresses of sign-in: of allauth's views those that a node needs, under allauth's names.

Nobody signs up and nobody is reached by mail: the administrator makes users, and gives a new password to whoever has
lost theirs.
"""

from __future__ import annotations

from allauth.account import views
from django.urls import include, path

urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-out/", views.logout, name="account_logout"),
    path("closed/", views.account_inactive, name="account_inactive"),
    path("confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("password/", views.password_change, name="account_change_password"),
    path("password/first/", views.password_set, name="account_set_password"),
    path("second-factors/", include("allauth.mfa.urls")),
]
