"""The model writer: asks an endpoint that the user named; long calls in parts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from liveconvo_desktop.settings import SummarySettings
from liveconvo_desktop.summary import prompt
from liveconvo_desktop.summary.base import Conversation, Draft, Line, Report, SummaryError
from liveconvo_desktop.summary.client import Cancelled, Endpoint
from liveconvo_desktop.summary.prompt import Answer

ANSWERS = 2
"""How often an answer of the wrong form is asked for again, the first one included."""
_USUAL_ANSWER = 3000
"""Characters; only the progress bar depends on it."""

MakeEndpoint = Callable[[SummarySettings], Endpoint]


@dataclass(slots=True)
class _Steps:
    """Progress over the questions of one summary."""

    report: Report
    total: int
    done: int = 0

    def received(self, characters: int) -> None:
        part = min(0.95, characters / _USUAL_ANSWER)
        doing = f"Part {self.done + 1} of {self.total}" if self.total > 1 else "Writing"
        self.report((self.done + part) / self.total, doing)


class ModelWriter:
    """Writes with a language model.

    Args:
        settings: Where to ask, and how much at once.
        endpoint: Made for each summary, so that a changed key is used.
    """

    def __init__(self, settings: SummarySettings, endpoint: MakeEndpoint = Endpoint) -> None:
        # Said now and not in the middle of the work.
        endpoint(settings).close()
        self.model = settings.model[:50]
        self._settings = settings
        self._endpoint = endpoint

    def write(self, conversation: Conversation, report: Report, cancelled: Cancelled) -> Draft:
        """Sum up a call; see ``Writer``."""
        named = prompt.handles(conversation.lines)
        if not named:
            raise SummaryError(
                "There are no words to sum up.", "Only calls with a transcript can be.", "summary"
            )
        chunks = self._chunks(prompt.rows(named, conversation))
        endpoint = self._endpoint(self._settings)
        try:
            answer = self._whole(endpoint, conversation, chunks, report, cancelled)
        finally:
            endpoint.close()
        draft = prompt.believed(answer, named, conversation, self.model)
        return self._checked(draft, named)

    def _checked(self, draft: Draft, named: Mapping[str, Line]) -> Draft:
        if not draft.tldr:
            raise SummaryError(
                f"Nothing that {self.model} wrote cites the transcript.",
                "Try again, another model, or the offline writer.",
                "summary",
            )
        return draft

    def _chunks(self, rows: Sequence[str]) -> list[str]:
        """The transcript in pieces that fit one question each."""
        chunks: list[list[str]] = [[]]
        used = 0
        for row in rows:
            size = prompt.tokens(row)
            if chunks[-1] and used + size > self._settings.context_tokens:
                chunks.append([])
                used = 0
            chunks[-1].append(row)
            used += size
        return ["\n".join(chunk) for chunk in chunks]

    def _whole(
        self,
        endpoint: Endpoint,
        conversation: Conversation,
        chunks: list[str],
        report: Report,
        cancelled: Cancelled,
    ) -> Answer:
        """Map: a summary of each piece. Reduce: summaries of summaries until one is left."""
        steps = _Steps(report, len(chunks) + (len(chunks) > 1))
        answers = []
        for chunk in chunks:
            asked = prompt.messages(conversation, chunk)
            answers.append(self._answer(endpoint, asked, steps, cancelled))
        while len(answers) > 1:
            groups = self._groups(answers)
            steps.total = max(steps.total, steps.done + len(groups))
            answers = [
                group[0]
                if len(group) == 1
                else self._answer(
                    endpoint,
                    prompt.messages(conversation, _as_data(group), merge=True),
                    steps,
                    cancelled,
                )
                for group in groups
            ]
        return answers[0]

    def _groups(self, answers: Sequence[Answer]) -> list[list[Answer]]:
        """Neighbours that fit one question together; at least two, so that it comes to an end."""
        groups: list[list[Answer]] = [[]]
        used = 0
        for answer in answers:
            size = prompt.tokens(answer.model_dump_json())
            if len(groups[-1]) >= 2 and used + size > self._settings.context_tokens:
                groups.append([])
                used = 0
            groups[-1].append(answer)
            used += size
        return groups

    def _answer(
        self,
        endpoint: Endpoint,
        messages: list[dict[str, str]],
        steps: _Steps,
        cancelled: Cancelled,
    ) -> Answer:
        for last in (*[False] * (ANSWERS - 1), True):
            said = endpoint.ask(messages, steps.received, cancelled)
            try:
                answer = Answer.model_validate(_object(said))
            except (ValueError, ValidationError) as error:
                if last:
                    raise SummaryError(
                        f"{self.model} did not answer in the form that was asked for.",
                        "Try again, another model, or the offline writer.",
                        "summary",
                    ) from error
                continue
            steps.done += 1
            steps.received(0)
            return answer
        raise AssertionError("the last try either answers or fails")


def _object(said: str) -> object:
    """The JSON object of an answer; simple servers wrap it in a fence or in words."""
    start, end = said.find("{"), said.rfind("}")
    return json.loads(said[start : end + 1])


def _as_data(group: Sequence[Answer]) -> str:
    return "\n".join(one.model_dump_json() for one in group)
