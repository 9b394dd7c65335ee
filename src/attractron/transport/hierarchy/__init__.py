"""Hierarchy of equations of motion for capacitively coupled dots with leads: any bias, any order in Γ, warm leads."""
