"""Traces across a charging line or an interdot line: steps, line shapes, noise, goodness of fit."""
