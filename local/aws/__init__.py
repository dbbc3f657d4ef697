"""The local AWS: ministack with this project's fixes, in a separate environment."""
