"""What disclosure control is worth: invented stories, an attacker, and the usual way beside ours.

Every story (``stories``) is published step by step. An attacker who knows all of it tries the
secrets of each publication (``attacked``), and the same counts are also published in the usual way
(``greedy``), to see how many figures each keeps. Each story's outcome is a line of a journal: a run
that was stopped goes on where it was, as long as the program is the same.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed

import service.disclosure
from service.bench import attacked, greedy, stories
from service.bench.attacked import Step, attack, steps
from service.bench.greedy import SmallestFirst, Watched
from service.bench.stories import Story, story
from service.disclosure.control import disclose, publishable
from service.disclosure.published import facts_of
from service.disclosure.types import Disclosed, Group, Refusal

SEED = 20_260_501
SECRETS = 8
"""Tried of each publication, drawn at random from all."""
_MIX = (*((("wild",) * 9 + ("large",)) * 20)[:-1], "centre")


@dataclass(frozen=True, slots=True)
class Kept:
    """Figures that are fit to be shown when looked at one by one, and how many each way shows."""

    publishable: int = 0
    ours: int = 0
    greedy: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one story."""

    kind: str
    number: int
    outcomes: dict[str, int] = field(default_factory=dict)
    """Of publications: «published», «nothing» (too few for a total), or the code of a refusal."""
    later: int = 0
    """Published beside at least one earlier publication."""
    secrets: int = 0
    tried: int = 0
    found: tuple[str, ...] = ()
    """What the attacker found out, in words: must be nothing."""
    first: Kept = Kept()
    """Of publications that were the first."""
    beside: Kept = Kept()
    """Of later ones."""
    greedy_refused: int = 0
    """Publications that the usual way could not make safe, and ours could."""


def plan(many: int) -> list[tuple[str, int]]:
    """Kind and number of so many stories: of 200 180 wild ones, 19 large ones, 1 of a centre."""
    return [(_MIX[number % len(_MIX)], number) for number in range(many)]


def measure(
    many: int,
    journal: Path,
    *,
    seed: int = SEED,
    jobs: int = 2,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Outcome]:
    """Tell so many stories, and keep what came of each; the same seed gives the same.

    ``journal`` is a folder; ``progress`` hears how many are done.
    """
    file = journal / f"disclosure-{seed}-{fingerprint()}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    done = {(one.kind, one.number): one for one in _read(file)}
    left = [one for one in plan(many) if one not in done]
    progress(many - len(left))
    work = Parallel(n_jobs=jobs, return_as="generator_unordered")
    with file.open("a", encoding="utf-8") as lines:
        for one in work(delayed(tell)(kind, number, seed) for kind, number in left):
            lines.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
            lines.flush()
            done[one.kind, one.number] = one
            progress(sum(key in done for key in plan(many)))
    return [done[key] for key in plan(many)]


def fingerprint() -> str:
    """Of everything that an outcome depends on: disclosure control, the stories, the attacker."""
    folder = Path(next(iter(service.disclosure.__path__)))
    files = [*sorted(folder.glob("*.py"))]
    files += [Path(str(one.__file__)) for one in (stories, attacked, greedy)]
    hashing = hashlib.sha256()
    for file in [*files, Path(__file__)]:
        hashing.update(file.read_bytes())
    return hashing.hexdigest()[:12]


def _read(journal: Path) -> Iterator[Outcome]:
    """What a run before this one finished; a line that was cut off is done again."""
    if not journal.exists():
        return
    for line in journal.read_text(encoding="utf-8").splitlines():
        try:
            one = json.loads(line)
        except ValueError:
            continue
        one["found"] = tuple(one["found"])
        yield Outcome(**one | {name: Kept(**one[name]) for name in ("first", "beside")})


# ── one story ────────────────────────────────────────────────────────────────────────────────────
def tell(kind: str, number: int, seed: int) -> Outcome:
    """Publish one story step by step, attack and compare."""
    told = story(kind, seed + number)
    watched = Watched()
    parts = [_one(told, step, watched, number) for step in steps(told, watched)]
    return Outcome(
        kind,
        number,
        outcomes=dict(Counter(part.code for part in parts)),
        later=sum(part.later for part in parts),
        secrets=sum(part.secrets for part in parts),
        tried=sum(part.tried for part in parts),
        found=tuple(words for part in parts for words in part.found),
        first=_added(part.kept for part in parts if not part.later),
        beside=_added(part.kept for part in parts if part.later),
        greedy_refused=sum(part.greedy_refused for part in parts),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """What came of one publication."""

    code: str
    later: bool = False
    secrets: int = 0
    tried: int = 0
    found: tuple[str, ...] = ()
    kept: Kept = Kept()
    greedy_refused: bool = False


def _one(told: Story, step: Step, watched: Watched, number: int) -> _Part:
    same, watched.same = watched.same, True
    if isinstance(step.outcome, Refusal):
        return _Part(step.outcome.code)
    if step.outcome.total is None:
        return _Part("nothing")
    tried = attack(told, step, most=SECRETS, seed=number)
    usual = step.outcome if same else _usual(told, step)
    fit = publishable(step.counts, told.rule, step.earlier)
    return _Part(
        "published",
        bool(step.earlier),
        tried.secrets,
        tried.tried,
        tuple(f"{one.group.danish()}, {one.view}" for one in tried.found),
        Kept(len(fit), _shown(step.outcome, fit), _shown(usual, fit)),
        isinstance(usual, Refusal),
    )


def _usual(told: Story, step: Step) -> Disclosed | Refusal:
    return disclose(step.counts, told.rule, step.earlier, chooser=SmallestFirst())


def _shown(outcome: Disclosed | Refusal, fit: frozenset[Group]) -> int:
    if isinstance(outcome, Refusal):
        return 0
    return len(fit & {fact.group for fact in facts_of(outcome)})


def _added(all_kept: Iterable[Kept]) -> Kept:
    kept = list(all_kept)
    return Kept(
        sum(one.publishable for one in kept),
        sum(one.ours for one in kept),
        sum(one.greedy for one in kept),
    )


def summary(outcomes: Iterable[Outcome], *, seed: int, made: str) -> dict[str, Any]:
    """The figures of ``disclosure.json``: of each kind of story, and of all."""
    told = list(outcomes)
    kinds = {kind: [one for one in told if one.kind == kind] for kind in stories.KINDS}
    return {
        "made": made,
        "seed": seed,
        "program": fingerprint(),
        "secrets_tried_at_most": SECRETS,
        "kinds": {name: _sum(of) for name, of in (kinds | {"all": told}).items()},
    }


def _sum(told: list[Outcome]) -> dict[str, Any]:
    outcomes = sum((Counter(one.outcomes) for one in told), Counter[str]())
    return {
        "stories": len(told),
        "planned": outcomes.total(),
        "outcomes": dict(sorted(outcomes.items())),
        "beside_an_earlier_one": sum(one.later for one in told),
        "secrets": sum(one.secrets for one in told),
        "tried": sum(one.tried for one in told),
        "found": [words for one in told for words in one.found],
        "first": asdict(_added(one.first for one in told)),
        "beside": asdict(_added(one.beside for one in told)),
        "greedy_refused": sum(one.greedy_refused for one in told),
    }
