"""What one measures on coupled wires: tunnelling, spectral functions, fractional conductance, impurities, disorder.

`thermal` is the spectral function of a power of time at a temperature, from which `tunnelling` and `spectral` are made;
`fractional` is the conductance of a region with a gap, `flowing_impurity` and `disorder` cut the wire, `tendencies`
follows correlations along the flow. `after_flow` reads from a flow what they ask for.
"""
