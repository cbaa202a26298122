"""The site: ``python -m sphinx -W -b html docs docs-out``."""

import importlib.metadata
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_extensions"))

import cross_references  # noqa: E402

project = "implicitbias"
author = "the implicitbias developers"
copyright = author
version = release = importlib.metadata.version("implicitbias")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "numpydoc",
    "myst_nb",
    "sphinx_design",
    "sphinx-mathjax-offline",  # formulas without a network
    # Those of this folder write pages before any is read.
    "plain_docstrings",
    "reference_pages",
    "paper_pages",
    "support_tables",
    "house_diagram",
]
# The gallery's scripts become pages in examples, and notebooks beside them that are there to be downloaded.
exclude_patterns = ["_extensions", "_generated", "gallery", "examples/*.ipynb", "**.ipynb_checkpoints"]
nitpicky = True
nitpick_ignore_regex = cross_references.FOREIGN

# Pages in Markdown; those with code cells are executed, every time and to the end.
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath", "substitution"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

# Docstrings.
autodoc_default_options = {"member-order": "bysource"}
autodoc_typehints = "none"  # the Parameters sections say it
default_role = "py:obj"
numpydoc_show_class_members = False
numpydoc_xref_param_type = True
numpydoc_xref_aliases = cross_references.aliases()
numpydoc_xref_ignore = "all"
python_use_unqualified_type_names = True

# The gallery: scripts that are run, each with its figures.
if (HERE / "gallery").is_dir():
    extensions.append("sphinx_gallery.gen_gallery")
    sphinx_gallery_conf = {
        "examples_dirs": "gallery",
        "gallery_dirs": "examples",
        "filename_pattern": r"plot_",  # others are shown, and need what this machine may not have
        "within_subsection_order": "FileNameSortKey",
        "ignore_pattern": r"__init__\.py",
        "backreferences_dir": "examples/backreferences",
        "doc_module": ("implicitbias",),
        "reference_url": {"implicitbias": None},
        "abort_on_example_error": True,
        "remove_config_comments": True,
        "download_all_examples": False,
        "show_signature": False,
        "matplotlib_animations": True,
        "min_reported_time": 10**6,
        "write_computation_times": False,
    }

html_theme = "pydata_sphinx_theme"
html_title = "implicitbias"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "implicitbias"},
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "navbar_end": ["theme-switcher"],
    "show_toc_level": 1,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": ["sphinx-version"],
    "show_prev_next": True,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"start/**": [], "glossary": [], "index": []}
