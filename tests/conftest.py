"""Settings for all tests."""

from hypothesis import settings

# Time limits per example would make property tests depend on how busy the machine is.
settings.register_profile("attractron", deadline=None, print_blob=True)
settings.load_profile("attractron")
