"""Commands that people and CI run; thin, on top of everything else."""
