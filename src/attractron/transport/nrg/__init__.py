"""Wilson's numerical renormalisation group for capacitively coupled dots: beyond any order in the couplings Γ."""
