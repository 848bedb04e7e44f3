"""LiveConvo Desktop: live transcription and guidance for the person in the conversation."""

__version__ = "0.1.0"
