"""Start the LiveConvo window application."""

import sys

from liveconvo_desktop.knowledge.worker import serve_if_asked

if __name__ == "__main__":
    # A frozen build starts itself again to read a document; that needs no window.
    serve_if_asked()
    from liveconvo_desktop.app import main

    sys.exit(main())
