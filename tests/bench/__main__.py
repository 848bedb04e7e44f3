"""Everything, one after the other: `make bench`, and `make bench-base` with `--base`.

What follows is handed to the speech bench (`make bench BENCH="--data FOLDER"`).
"""

from __future__ import annotations

import sys

from tests.bench import (
    base_model,
    documents,
    guidance,
    importing,
    longcall,
    report,
    review,
    search,
    silence,
    speech,
    summary,
    sync,
    talkover,
)

arguments = sys.argv[1:]
if "--base" in arguments:
    arguments.remove("--base")
    speech.main([*arguments, "--model", str(base_model.assemble())])
else:
    speech.main(arguments)
    for bench in (
        talkover, silence, longcall, search, summary, review, importing, documents, guidance,
        sync,
    ):  # fmt: skip
        bench.main([])
report.main()
