"""``python -m liveconvo_desktop`` is the ``liveconvo`` command."""

from liveconvo_desktop.cli import main

if __name__ == "__main__":
    main()
