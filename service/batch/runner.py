"""Spreads the parts of a file over processes of this machine, or over a Dask cluster."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import cast

from joblib import Parallel, delayed, parallel_config

from models.releases.pinned import Pinned
from nlp.errors import NotText
from service.batch.inputs import Kind, WrongUse
from service.batch.parts import ROWS, Part, split
from service.batch.worker import Done, settle, tag_part
from service.errors import BadFields

ALL_CORES = -1
PATIENCE = 10
"""Seconds that a scheduler has to answer."""


def tag_file(
    path: Path,
    kind: Kind,
    models: Pinned,
    *,
    limit: int,
    jobs: int = ALL_CORES,
    dask: str | None = None,
    after: int = 0,
    rows: int = ROWS,
) -> Iterator[Done]:
    """Results in the order of the file, as they come, all by the same models.

    Closing it stops the workers. Raises ModelDamaged or UnknownRelease where a worker does not find
    these very models.
    ``after`` is the ``Done.stop`` up to which an earlier run came; ``rows`` of a part at most.
    """
    everything = split(path.resolve(), kind, limit=limit, rows=rows)
    parts = (part for part in everything if part.stop > after)
    try:
        first = list(islice(parts, 2))
    except NotText as error:
        return iter([_refused(str(error))])
    except BadFields as error:
        return iter([_refused("; ".join(problem.english for problem in error.problems))])
    left = chain(first, parts)
    work = partial(tag_part, limit=limit, models=models)
    if dask is not None:
        return _spread(left, work, ALL_CORES, _cluster(dask))
    if jobs == 1 or len(first) < 2:
        return (work(part) for part in left)
    return _spread(left, work, jobs, _processes())


def _refused(why: str) -> Done:
    return Done(0, (), ((1, why),))


def _spread(
    parts: Iterable[Part],
    work: Callable[[Part], Done],
    jobs: int,
    backend: AbstractContextManager[object],
) -> Iterator[Done]:
    """``max_nbytes=None``: joblib must not write arguments to files, whatever they are."""
    with backend:
        pool = Parallel(
            n_jobs=jobs,
            return_as="generator",
            batch_size=1,
            pre_dispatch="2*n_jobs",
            max_nbytes=None,
        )
        results = cast("Generator[Done, None, None]", pool(delayed(work)(part) for part in parts))
        try:
            for done in results:  # noqa: UP028  closing this must not close that before `finally`
                yield done
        finally:
            with warnings.catch_warnings():  # that results are left over is what stopping means
                warnings.simplefilter("ignore", UserWarning)
                results.close()


def _processes() -> AbstractContextManager[object]:
    context: AbstractContextManager[object] = parallel_config(backend="loky", initializer=settle)
    return context


@contextmanager
def _cluster(address: str) -> Iterator[None]:
    """A Dask cluster. Its workers need this program and the file under the same path."""
    from distributed import Client

    with ExitStack() as stack:
        try:
            client = stack.enter_context(Client(address, timeout=PATIENCE))  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise WrongUse(
                f"no Dask scheduler answers at that address ({type(error).__name__})"
            ) from None
        if not client.scheduler_info()["workers"]:
            raise WrongUse("the Dask cluster has no workers")
        stack.enter_context(parallel_config(backend="dask"))
        yield
