"""The renormalisation-group flow of coupled wires: equations, integration, events, phases and their boundaries."""
