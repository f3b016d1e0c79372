"""How the documentation is built."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from reference_pages import write_pages

project = "FlexMeasures"
author = "The FlexMeasures contributors"
copyright = "The FlexMeasures contributors, Apache License 2.0"
release = version_of("flexmeasures")

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"FlexMeasures {release}"
html_static_path: list[str] = []
html_theme_options = {"navigation_with_keys": True}
linkcheck_ignore = [r"http://(localhost|127\.0\.0\.1).*"]

write_pages(Path(__file__).parent / "reference" / "generated")
