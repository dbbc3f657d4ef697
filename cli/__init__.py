"""The `lookalike` command, for the stack on this machine and stacks on AWS."""
