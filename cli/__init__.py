"""The `lookalike` command: on this machine and on AWS."""
