"""Summaries: writers behind one protocol."""
