"""The renormalisation-group flow of coupled wires: equations, integration, events, phases and their boundaries.

`events` decides the phase of one flow, `cutoffs` how the mismatch stops a coupling, `scheme` holds all conventions;
`flow`, `phase_diagram`, `boundaries`, `temperatures` and `attraction` are the questions.
"""
