"""A token in software: SoftHSM2, with its tokens in a directory of the tests.

A process loads a module once, and SoftHSM2 reads its tokens then; so all tokens of a run are made beforehand.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

MODULES: Final = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
PIN: Final = "493817"
LABELS: Final = ("desk", "roots", "twin", "twin")


class SoftHSM:
    """Tokens that are there, under one PIN.

    Attributes:
        module: the library.
        pin: the file that holds the PIN.
        wrong: a file that holds another.
    """

    def __init__(self, home: Path) -> None:
        program = shutil.which("softhsm2-util")
        module = next((path for path in MODULES if Path(path).exists()), None)
        assert program, "softhsm2-util is not installed: the tests of tokens need SoftHSM2 (make .venv/test)"
        assert module, f"the library of SoftHSM2 is in none of: {', '.join(MODULES)}"
        self.module, self.pin, self.wrong = module, home / "pin", home / "wrong"
        self.pin.write_text(f"{PIN}\n")
        self.wrong.write_text("000000\n")
        (home / "tokens").mkdir()
        config = home / "softhsm2.conf"
        config.write_text(f"directories.tokendir = {home / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(config)
        for label in LABELS:
            words = ["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", PIN]
            subprocess.run([program, *words], check=True, capture_output=True)

    def uri(self, label: str, token: str = "desk") -> str:
        """The name of a key on a token."""
        return f"pkcs11:token={token};object={label}?module-path={self.module}&pin-source=file:{self.pin}"
