"""Arrays of coupled wires: Josephson and charge-density-wave couplings between neighbours."""
