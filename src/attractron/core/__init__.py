"""The ground floor: errors, units, checks, labelled results with provenance, files and references."""
