"""Documents: what they are, their text, its pieces, and finding the piece that answers."""
