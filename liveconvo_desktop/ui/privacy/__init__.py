"""Parts of the page about privacy and data."""
