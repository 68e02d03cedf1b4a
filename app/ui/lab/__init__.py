"""The evaluation lab: metrics, sweeps, plots."""
