"""Bias triangles of two dots in series over two gates: lever arms of both dots, interdot energy, excited states."""
