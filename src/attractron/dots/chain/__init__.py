"""The lattice gas of a long chain of dots beside polarizers, by its transfer matrix."""
