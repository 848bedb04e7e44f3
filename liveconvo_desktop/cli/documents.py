"""``liveconvo documents``: files as context of a session or a template."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from liveconvo_desktop import paths, settings
from liveconvo_desktop.cli.calls import AsJson, Database, find_session
from liveconvo_desktop.errors import LiveConvoError
from liveconvo_desktop.knowledge.search import Passage, brief
from liveconvo_desktop.review.documents import Documents
from liveconvo_desktop.review.retriever import Retriever
from liveconvo_desktop.store import Store
from liveconvo_desktop.store.documents import Document, Owner

group = typer.Typer(
    help="Files as context: PDF, DOCX, TXT, PNG and JPG, read and searched on this computer.",
    no_args_is_help=True,
)
Template = Annotated[
    bool, typer.Option("--template", help="SESSION is the name or id of a template.")
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="documents")


@group.command("add")
def add(
    session: Annotated[str, typer.Argument(help="A session's id, or its beginning.")],
    files: Annotated[list[Path], typer.Argument(help="PDF, DOCX, TXT, PNG or JPG.")],
    template: Template = False,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Copy files to a session (or template) and read them; waits until they are read.

    Ctrl-C stops; what is left is read at the next start of LiveConvo. Exit code 0: all were read;
    1: at least one was not, and the list says why; 2: wrong usage; 130: stopped.
    """
    with _opened(db) as (store, library):
        owner = _owner(store, session, template)
        added = library.add(owner, files)
        wanted = [one.document for one in added if one.document is not None]
        try:
            library.drain(wanted, _Progress(wanted) if sys.stderr.isatty() else None)
        except KeyboardInterrupt:
            print("\nStopped; the rest is read at the next start of LiveConvo.", file=sys.stderr)
            raise typer.Exit(130) from None
        failed = False
        for one in added:
            document = one.document and library.get(one.document.id)
            if document is None:
                failed = True
                if one.error is not None:
                    _refuse(one.path, one.error, as_json)
                continue
            failed = failed or document.status != "completed"
            _print(document, as_json, known=one.known)
    if failed:
        raise typer.Exit(1)


@group.command("list")
def list_documents(
    session: Annotated[str, typer.Argument(help="A session's id, or its beginning.")],
    template: Template = False,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """List the documents of a session (or template).

    Exit code 0, also when there are none; 2: wrong usage.
    """
    with _opened(db) as (store, library):
        found = library.of(_owner(store, session, template))
        for document in found:
            _print(document, as_json)
        if not found and not as_json:
            print("No documents. `liveconvo documents add` adds some.")


@group.command("remove")
def remove(
    documents: Annotated[list[str], typer.Argument(help="Ids, or their beginnings, from `list`.")],
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Take documents off their session and delete our copies; your own files stay.

    Exit code 0: removed; 2: there is no such document, and nothing was removed.
    """
    with _opened(db) as (_, library):
        for document in [_find(library, one) for one in documents]:
            library.remove(document)
            if as_json:
                row = {"event": "removed", "id": document.id, "filename": document.filename}
                print(json.dumps(row, ensure_ascii=False))
            else:
                print(f"Removed {document.filename}.")


@group.command("search")
def search(
    query: Annotated[str, typer.Argument(help="A question, or words.")],
    session: Annotated[str | None, typer.Option(help="Only this session's documents.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many passages.")] = 5,
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Find the passages that answer, by words and by meaning.

    Exit code 0: found; 1: nothing found; 2: wrong usage.
    """
    with _opened(db) as (store, _):
        owner = Owner("session", find_session(store, session)) if session else None
        found = Retriever(store, owner).search(query, limit)
        for passage in found:
            if as_json:
                print(json.dumps(_passage_row(passage, query), ensure_ascii=False))
            else:
                print(f"{passage.source}\n    {brief(passage.text, query)}")
    if not found:
        if not as_json:
            print("Nothing found.")
        raise typer.Exit(1)


class _Progress:
    """One line on a terminal that says how far reading is."""

    def __init__(self, wanted: list[Document]) -> None:
        self._names = {one.content_id: one.filename for one in wanted}

    def __call__(self, content_id: str, share: float) -> None:
        """Write over the line before."""
        name = self._names.get(content_id, "another document")[:50]
        end = "\n" if share >= 1 else ""
        print(f"\rReading {name}: {share:4.0%} ", end=end, file=sys.stderr, flush=True)


@contextmanager
def _opened(db: Path | None) -> Iterator[tuple[Store, Documents]]:
    store = Store.open(db or paths.default_database())
    try:
        yield store, Documents(store, settings.load()[0].documents)
    finally:
        store.close()


def _owner(store: Store, given: str, template: bool) -> Owner:
    if not template:
        return Owner("session", find_session(store, given))
    known = [t for t in store.templates() if given in (t.name, t.id) or t.id.startswith(given)]
    if len(known) != 1:
        names = ", ".join(t.name for t in store.templates()) or "none yet"
        raise typer.BadParameter(f"there is no template {given!r}; there are: {names}")
    return Owner("template", known[0].id)


def _refuse(path: Path, error: LiveConvoError, as_json: bool) -> None:
    if as_json:
        row = {"filename": path.name, "status": "refused"}
        row |= {"error": error.message, "hint": error.hint}
        print(json.dumps(row, ensure_ascii=False))
    else:
        print(f"error: {error.message}\n  {error.hint}", file=sys.stderr)


def _find(library: Documents, given: str) -> Document:
    found = library.beginning(given) if given else []
    document = library.get(found[0]) if len(found) == 1 else None
    if document is None:
        many = "several documents begin" if len(found) > 1 else "no document begins"
        raise typer.BadParameter(f"{many} with {given!r}; `liveconvo documents list` lists them")
    return document


def _print(document: Document, as_json: bool, *, known: bool = False) -> None:
    if as_json:
        print(json.dumps(_row(document), ensure_ascii=False))
        return
    facts = [f"{document.size_bytes:,} bytes", document.status]
    if document.pages:
        facts.insert(1, f"{document.pages} pages")
    if known:
        facts.append("was there already")
    print(f"{document.id}  {document.filename}  ({', '.join(facts)})")
    for line in (document.error, document.hint, document.note):
        if line:
            print(f"    {line}")


def _row(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "owner": document.owner.kind,
        "owner_id": document.owner.id,
        "filename": document.filename,
        "file_type": document.file_type,
        "size_bytes": document.size_bytes,
        "status": document.status,
        "embedding": document.embedding,
        "error": document.error,
        "hint": document.hint,
        "note": document.note,
        "pages": document.pages,
        "confidence": document.confidence,
        "chunks": document.chunks,
        "added_at": document.added_at.isoformat(),
    }


def _passage_row(passage: Passage, query: str) -> dict[str, Any]:
    return {
        "document_id": passage.document_id,
        "document": passage.document,
        "page": passage.page,
        "brief": brief(passage.text, query),
        "text": passage.text,
        "score": round(passage.score, 6),
        "likeness": None if passage.likeness is None else round(passage.likeness, 4),
    }
