"""Start the LiveConvo window application."""

import sys

from liveconvo_desktop.app import main

if __name__ == "__main__":
    sys.exit(main())
