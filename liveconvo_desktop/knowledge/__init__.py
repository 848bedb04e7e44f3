"""The user's documents: extract, chunk, embed, search."""
