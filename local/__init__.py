"""The local stack: runs the product on one machine."""
