"""Measurements, each beside its raw probe in the same run. Ratios are what counts: machines differ."""
