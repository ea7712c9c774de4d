"""A wheel carries the site's scripts, styles and fonts: they are made before it is packed."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface[Any]):
    """Runs frontend/build.py for a wheel; whoever works in the tree has `make assets`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 -- the hook's signature
        """Make what the wheel is to carry, before its files are gathered."""
        if version != "editable":
            runpy.run_path(str(Path(self.root, "frontend/build.py")), run_name="__main__")
