"""The search, beside faiss's flat index; it runs in .venv-faiss."""
