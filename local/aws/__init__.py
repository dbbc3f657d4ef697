"""The local AWS: how ministack is started, in an environment of its own."""
