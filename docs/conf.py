"""How the documentation is built: `make docs`."""

import importlib.metadata

project = "Kelisim"
author = "The authors of Kelisim"
copyright = "The authors of Kelisim; licensed under the EUPL 1.2"
version = release = importlib.metadata.version("kelisim")

extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"Kelisim {release}"
html_copy_source = False
