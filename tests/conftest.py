"""Settings for all tests."""

import os

from hypothesis import Phase, settings

# Time limits per example would make property tests depend on how busy the machine is.
settings.register_profile("attractron", deadline=None, print_blob=True)
# Continuous integration repeats the same examples, so that a red run can be repeated; a desk explores new ones.
settings.register_profile("ci", settings.get_profile("attractron"), derandomize=True)
# A formula that is broken on purpose is noticed by any example; the simplest one is not looked for.
settings.register_profile("broken", settings.get_profile("ci"), phases=[Phase.explicit, Phase.generate])
settings.load_profile("ci" if os.environ.get("CI") else "attractron")
