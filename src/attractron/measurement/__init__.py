"""A measured file goes in; what it says, with its uncertainty, and a picture to check it by come out.

attractron.measurement.read_data("diagram.nc", "results").text
"""

from attractron.measurement.options import ReadOptions
from attractron.measurement.read import Measurement, read_data

__all__ = ["Measurement", "ReadOptions", "read_data"]

Options = ReadOptions
"""Its former name."""

Reading = Measurement
"""Its former name."""
