"""The site: `make docs` builds it from these pages and the docstrings; warnings are errors, nothing is downloaded."""

import hashlib
import sys
from pathlib import Path

import attractron

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

PACKAGE = Path(attractron.__file__).parent
SOURCES = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(PACKAGE.rglob("*.py")))).hexdigest()[:16]
"""Of the package: what other code computed is not shown."""

project = "Attractron"
author = "The Attractron developers"
project_copyright = author
version = release = attractron.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_design",
    "sphinx-mathjax-offline",
    "api_pages",
    "docstrings",
    "gallery",
    "outer_pages",
]
exclude_patterns = ["_build", "_ext", "images"]
nitpicky = False

myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
figures_kept_by = SOURCES
nb_execution_cache_path = str(HERE / "_build" / "cells" / SOURCES)
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

autodoc_typehints = "none"  # the signature of a docstring's text says what is taken; annotations are for mypy
autodoc_preserve_defaults = True
autosummary_generate = True
autosummary_imported_members = True
templates_path = ["_templates"]
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
default_role = "code"
viewcode_follow_imported_members = True

html_theme = "pydata_sphinx_theme"
html_title = "Attractron"
html_theme_options = {
    "show_prev_next": False,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "tango",
    "pygments_dark_style": "monokai",
}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False


def setup(app):
    app.extensions["sphinx-mathjax-offline"].parallel_read_safe = True  # it adds files only, and does not say so
