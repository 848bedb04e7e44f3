"""The review window: a past call read, heard, corrected and measured."""
