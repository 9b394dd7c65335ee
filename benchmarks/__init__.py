"""Benchmarks: how fast, how much memory, and side by side with a peer. `python -m benchmarks` runs them all."""
