"""After the call: what connects storage with summaries, documents, export, import, privacy."""
