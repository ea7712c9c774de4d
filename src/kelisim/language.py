"""The languages people read Kelisim in. The languages of a plan are the charter's own and may be others."""

from __future__ import annotations

import unicodedata
from typing import Final, NewType

Language = NewType("Language", str)

LANGUAGES: Final = (Language("en"), Language("ru"), Language("kk"))
DEFAULT: Final = LANGUAGES[0]

NAMES: Final = {"en": "English", "ru": "русский", "kk": "қазақша"}


def language_of(tag: str) -> Language:
    """The language of a locale's name such as `ru_RU.UTF-8`; English where we do not speak it."""
    code = tag.replace("-", "_").split("_")[0].split(".")[0].lower()
    return next((known for known in LANGUAGES if known == code), DEFAULT)


_TYPED: Final = str.maketrans("ёәғқңөұүһі", "еагкноуухи")


def fold(text: str) -> str:
    """A text as letters are compared in a search: without case, `ё` as `е`, `қ` as `к` for want of a Kazakh layout."""
    return unicodedata.normalize("NFC", text).casefold().translate(_TYPED)
