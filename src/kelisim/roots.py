"""A root signer's directory over the years: the key after next is made, then the next key takes its turn.

A card commits to the roots that follow its own. A card that takes them commits to those after, so these must be made
first: `renew`. When the other parties can have that card, the signer's next key becomes today's: `turn`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from kelisim import disk, keyfile
from kelisim.ledger.keys import key_id

if TYPE_CHECKING:
    from pathlib import Path

    from kelisim.ledger.keys import Signer

AFTER: Final = "after.pem"
RENEWED: Final = "renewed.json"


def renew(directory: Path, following: Path | None = None, uri: str = "") -> Path:
    """Make the key after next, and the public file with which a card that takes the next key is requested.

    Args:
        directory: the signer's.
        following: where the next key lies, if it is kept elsewhere.
        uri: of a key after next that is on a token already; otherwise one of the next key's algorithm is made.

    Returns:
        The public file.

    Raises:
        NotNow: it is made already.
        Unknown: the next key is not there.
    """
    following_key = keyfile.read_key(following or directory / keyfile.NEXT)
    after = keyfile.write_new_key(directory / AFTER, following_key.alg, uri)
    path = directory / RENEWED
    disk.write(path, _public(following_key, after), over=True)
    return path


def _public(now: Signer, following: Signer) -> bytes:
    public = {"alg": now.alg, "next": following.key, "root": now.key}
    return (json.dumps(public, indent=1) + "\n").encode()


def turn(directory: Path, following: Path | None = None) -> Path:
    """Let the next key take the place of today's, and the one after take that of the next.

    Args:
        directory: the signer's.
        following: where the next key lies, if it is kept elsewhere; it is copied from there.

    Returns:
        Where the key that was today's is kept.

    Raises:
        Unknown: the key after next has not been made, or the next one is not there.
    """
    after = keyfile.read_key(directory / AFTER)
    source = following or directory / keyfile.NEXT
    now, past_key = keyfile.read_key(source), keyfile.read_key(directory / keyfile.CURRENT)
    source, today = keyfile.place_of(source), keyfile.place_of(directory / keyfile.CURRENT)
    secret, past = source.read_bytes(), today.with_stem(f"root-{key_id(past_key.key)[:12]}")
    today.rename(past)
    keyfile.write_secret((directory / keyfile.CURRENT).with_suffix(source.suffix), secret)
    keyfile.place_of(directory / keyfile.NEXT).unlink(missing_ok=True)
    made = keyfile.place_of(directory / AFTER)
    made.rename((directory / keyfile.NEXT).with_suffix(made.suffix))
    disk.write(directory / keyfile.PUBLIC, _public(now, after), over=True)
    (directory / RENEWED).unlink(missing_ok=True)
    return past
