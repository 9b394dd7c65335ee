"""A measured file goes in; what it says, with its uncertainty, and a picture to check it by come out.

attractron.measurement.read_data("diagram.nc", "results").text
"""

from attractron.measurement.report import Options, Reading, read_data

__all__ = ["Options", "Reading", "read_data"]
