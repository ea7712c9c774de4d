"""Addresses of sign-in: of allauth's views those that a node needs, under the names that allauth gives them.

Nobody signs up, and nobody asks for a new password by mail: the administrator hands out an address at which one is
chosen.
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
    path("password/choose/<uidb36>/<key>/", views.password_reset_from_key, name="account_reset_password_from_key"),
    path("password/chosen/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("second-factors/", include("allauth.mfa.urls")),
]
