"""Settings for all tests."""

import os

from hypothesis import settings

# Time limits per example would make property tests depend on how busy the machine is.
settings.register_profile("attractron", deadline=None, print_blob=True)
# Continuous integration repeats the same examples, so that a red run can be repeated; a desk explores new ones.
settings.register_profile("ci", settings.get_profile("attractron"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "attractron")
