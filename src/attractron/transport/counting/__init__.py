"""Counting statistics of the charges that cross a junction: cumulants, noise, waiting times."""
