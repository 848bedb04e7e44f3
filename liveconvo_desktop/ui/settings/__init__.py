"""Parts of the settings page, drawn from what ``liveconvo_desktop.settings`` declares."""
