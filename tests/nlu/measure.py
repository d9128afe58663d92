"""`.venv/bin/python -m tests.nlu.measure [MODEL]`: how many of eval_small.jsonl the dialogue model understands.

A sentence out of scope is right, too, where it is not understood; one in scope never is.
"""

import asyncio
import json
import sys
from pathlib import Path

from rasa.core.agent import Agent

from cli import training

SENTENCES = Path(__file__).with_name("eval_small.jsonl")
REFUSED = "nlu_fallback"


def right(meant: str, heard: str) -> bool:
    return heard == meant or (meant == "out_of_scope" and heard == REFUSED)


async def measure(model: str) -> None:
    """Prints each sentence that is taken wrongly, then the share of right ones."""
    agent = Agent.load(model)
    rows = [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    heard = [(await agent.parse_message(row["text"]))["intent"] for row in rows]
    wrong = [(row, told) for row, told in zip(rows, heard, strict=True) if not right(row["intent"], told["name"])]
    for row, told in wrong:
        print(f"{row['intent']} → {told['name']} {told['confidence']:.2f}  {row['text']}")
    print(f"{1 - len(wrong) / len(rows):.4f} of {len(rows)} right")


if __name__ == "__main__":
    asyncio.run(measure(sys.argv[1] if len(sys.argv) > 1 else str(training.model_path())))
