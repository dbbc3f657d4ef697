"""The console of the local stack: its runs, each drawn as the graph of its workflow."""
