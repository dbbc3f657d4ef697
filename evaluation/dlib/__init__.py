"""dlib's recogniser, to be compared with; it runs in .venv-dlib."""
