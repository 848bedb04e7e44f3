"""Write the measured tables into docs/benchmarks.md, each between its two markers.

python -m tests.bench.report
"""

from __future__ import annotations

import json
import re
from typing import Any

from tests.bench.harness import OUTPUT, ROOT, table

PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Compare ratios: they come from one run on one machine. `make bench` measures again and rewrites the
tables between the markers; what stands outside them is kept.
"""


def section(result: dict[str, Any]) -> str:
    """One bench: how to repeat it, where it ran, its tables."""
    return "\n\n".join(
        [
            f"## {result['title']}",
            f"`{result['command']}` — {result['machine']}",
            result["note"],
            *filter(None, (table(rows) for rows in result["tables"])),
        ]
    )


def main() -> None:
    """Replace the sections that were measured; append those that are new."""
    page = PAGE.read_text("utf-8") if PAGE.exists() else HEAD
    for path in sorted(OUTPUT.glob("*.json")):
        begin, end = f"<!-- {path.stem} -->", f"<!-- /{path.stem} -->"
        block = f"{begin}\n{section(json.loads(path.read_text('utf-8')))}\n{end}"
        page, found = re.subn(
            re.escape(begin) + ".*?" + re.escape(end), lambda _, b=block: b, page, flags=re.DOTALL
        )
        if not found:
            page = f"{page.rstrip()}\n\n{block}\n"
    PAGE.write_text(page, "utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
