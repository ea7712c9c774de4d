"""Write verify.html: the whole of the second implementation in one page that opens from disk and reaches no network.

Browsers load no modules from files beside a page, so the modules stand in it, one after another, without their imports.
The page may run this one script and nothing else, by a policy that names its digest.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
MODULES: Final = ("records", "verify", "texts", "report", "page")
NODE_ALONE: Final = re.compile(r"\nif \(globalThis\.process.*?\n}\n", re.DOTALL)
FRAME: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '{script_digest}'; \
style-src '{style_digest}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kelisim</title>
<style>{style}</style>
<main>
<nav id="languages"></nav>
<h1 id="title"></h1>
<p id="intro"></p>
<label><span id="drop"></span><input type="file" id="file"></label>
<div id="result" aria-live="polite"></div>
</main>
<script type="module">{script}</script>
</html>
"""


def page() -> str:
    """The page, always the same for the same modules."""
    script = "\n" + "\n".join(_inlined((HERE / f"{name}.mjs").read_text("utf-8")) for name in MODULES)
    style = "\n" + (HERE / "page.css").read_text("utf-8")
    return FRAME.format(script=script, style=style, script_digest=_digest(script), style_digest=_digest(style))


def _inlined(module: str) -> str:
    module = re.sub(r"^(?:import|export) (?:\{[^}]*\}|\* as \w+) from '[^']+';\n", "", module, flags=re.MULTILINE)
    return re.sub(r"^export ", "", NODE_ALONE.sub("\n", module), flags=re.MULTILINE)


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


if __name__ == "__main__":
    (HERE / "verify.html").write_text(page(), "utf-8")
