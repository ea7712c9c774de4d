"""The accounts with which officers sign in: inviting somebody to choose a password, and shutting one."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse


def account(login: str, password: str | None = None) -> User:
    """The account of an officer; made where there is none. Without a password nobody can sign in with one yet."""
    user, new = User.objects.get_or_create(username=login)
    if new or password:
        user.set_password(password)
        user.save()
    return user


def invitation(login: str) -> str:
    """The address at which an officer chooses a password; it serves once, for three days."""
    user = account(login)
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return f"{settings.ORIGIN}{path}"


def shut(login: str) -> None:
    """Let nobody sign in with the password of an officer who has left; their sessions end with their seats."""
    user = account(login)
    user.set_unusable_password()
    user.save()
