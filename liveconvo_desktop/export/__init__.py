"""Export formats, one a file; pure."""
