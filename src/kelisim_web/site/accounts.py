"""How people sign in here: they are made by the administrator, and each must have a seat at this node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator

from kelisim.errors import Forbidden
from kelisim_web import node
from kelisim_web.access import sit
from kelisim_web.pages import translated

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """The rules of allauth, as far as they are not its own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        del request
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Who has these credentials, where they have a seat here; an example's officers are refused at other nodes."""
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            return None
        try:
            sit(node.at_hand(), user.get_username())
        except Forbidden:
            return None
        return user


class Factors(DefaultMFAAdapter):  # type: ignore[misc]  # as above
    """The rules of allauth for second factors, as far as they are not its own."""

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  (allauth's name)
        """What a new passkey is called, until its owner gives it a name."""
        had = Authenticator.objects.filter(user=user, type=type).count()
        return translated("account.passkey-called", number=had + 1)
