"""What is known of language and shared by guidance, summaries and documents; pure."""
