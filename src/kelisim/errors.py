"""Every refusal, as a tree.

A refusal means: nothing was changed. It carries a stable `code` and named `params`; what a person reads is worded
from them in `messages/`, in the reader's language. `str()` is for developers, in English.

    Refusal
    ├── BadValue      one of our own values is not in its written form
    ├── Malformed     bytes that are not what docs/format.md says
    ├── Unproven      a signature, key, card, place or root that does not hold
    ├── Unknown       something named is not held here
    ├── NotNow        the act is not possible as things stand
    └── Forbidden     the act is not for this seat
"""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818  (what happened is a refusal: the word of the field)
    """Refused; nothing was changed.

    Args:
        code: the stable name of the reason, a table of `messages/*.toml`.
        params: what the wording needs, by name; numbers and strings only.
    """

    def __init__(self, code: str, /, **params: str | int) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code}: {told}" if told else self.code


class BadValue(Refusal):
    """One of our own values is not in the one form in which it may be written."""


class Malformed(Refusal):
    """Bytes that are not of format 1."""


class Unproven(Refusal):
    """Well-formed, but a signature, key, card, place, size or root does not hold."""


class Unknown(Refusal):
    """Something named is not held here."""


class NotNow(Refusal):
    """The act is not possible as things stand."""


class Forbidden(Refusal):
    """The act is possible, but not for who asks."""
