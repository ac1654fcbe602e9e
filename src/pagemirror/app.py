"""The composition root: settings become concrete objects here, and nowhere else."""
