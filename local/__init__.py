"""The local stack and the command line: what runs the product on one machine."""
