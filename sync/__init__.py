"""What both ends of LiveConvo share: the tables and their migrations."""
