"""What the code never does, read from its syntax: run what it loads, reach out, know a secret."""

from __future__ import annotations

import ast
import re
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from service.exchange.files import records_in
from service.settings import Settings

ROOT = Path(__file__).parents[2]
PACKAGES = ("nlp", "models", "training_data", "evaluation", "service")
FILES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]

RUNS_WHAT_IT_LOADS = {
    *(
        "pickle",
        "cPickle",
        "dill",
        "cloudpickle",
        "shelve",
        "marshal",
        "joblib.load",
        "joblib.dump",
    ),
    *("torch.load", "pandas.read_pickle", "yaml.load", "yaml.unsafe_load", "eval", "exec"),
    *("compile", "__import__", "os.system", "os.popen", "commands"),
}
REACHES_OUT = {"requests", "urllib.request", "urllib3", "aiohttp", "ftplib", "smtplib", "telnetlib"}
MAY_ASK_OTHERS = {
    "service/security/oidc.py",  # the configured provider only
    "service/operations/probe.py",  # is the service on this machine well?
    "service/bench",  # servers on this machine that a measurement started
}


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def names_of(tree: ast.AST) -> dict[str, str]:
    """Local name → what was imported under it."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {
                (one.asname or one.name).split(".")[0]: one.asname
                and one.name
                or one.name.split(".")[0]
                for one in node.names
            }
        elif isinstance(node, ast.ImportFrom):
            found |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    return found


@cache
def used(source: str) -> tuple[tuple[int, str, ast.AST], ...]:
    """Every import and call by its full name."""
    return tuple(_used(source))


def _used(source: str) -> Iterator[tuple[int, str, ast.AST]]:
    tree = ast.parse(source)
    names = names_of(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                yield node.lineno, one.name, node
        elif isinstance(node, ast.ImportFrom):
            for one in node.names:
                yield node.lineno, f"{node.module}.{one.name}", node
        elif isinstance(node, ast.Call):
            first, _, rest = dotted(node.func).partition(".")
            yield node.lineno, ".".join(filter(None, [names.get(first, first), rest])), node


def is_one_of(name: str, banned: set[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in banned)


def runs_code(source: str) -> list[int]:
    """Lines that would run what they load."""
    found = []
    for line, name, node in used(source):
        if is_one_of(name, RUNS_WHAT_IT_LOADS):
            found.append(line)
        if isinstance(node, ast.Call) and name.endswith("numpy.load"):
            said = {one.arg: one.value for one in node.keywords}
            value = said.get("allow_pickle")
            if not (isinstance(value, ast.Constant) and value.value is False):
                found.append(line)
        if isinstance(node, ast.Call):
            found += [line for one in node.keywords if one.arg == "shell"]
    return sorted(set(found))


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("import pickle", True),
        ("from pickle import loads", True),
        ("import joblib\njoblib.load('x')", True),
        ("from joblib import load as read\nread('x')", True),
        ("import yaml\nyaml.load(f)", True),
        ("import yaml\nyaml.safe_load(f)", False),
        ("import numpy as np\nnp.load(f)", True),
        ("import numpy as np\nnp.load(f, allow_pickle=True)", True),
        ("import numpy as np\nnp.load(f, allow_pickle=False)", False),
        ("eval('1')", True),
        ("model.eval()", False),
        ("import re\nre.compile('x')", False),
        ("import subprocess\nsubprocess.run('x', shell=True)", True),
        ("import subprocess\nsubprocess.run(['x'])", False),
    ],
)
def test_the_contract_sees_what_runs(source, is_found):
    assert bool(runs_code(source)) is is_found


def test_nothing_that_is_loaded_can_run():
    found = {
        str(path.relative_to(ROOT)): lines
        for path in FILES
        if (lines := runs_code(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_no_file_of_a_model_can_run():
    names = [path for path in (ROOT / "models" / "shipped").rglob("*") if path.is_file()]
    assert names
    assert [p for p in names if p.suffix in {".pkl", ".joblib", ".pt", ".bin", ".py", ".so"}] == []
    assert [p for p in names if p.read_bytes()[:1] == b"\x80"] == []  # how a pickle begins


def test_nothing_reaches_out_but_the_sign_in_at_the_provider():
    """No import fetches an address: a file names none that anybody follows (SSRF)."""
    found = {
        str(path.relative_to(ROOT))
        for path in FILES
        for _, name, _ in used(path.read_text(encoding="utf-8"))
        if is_one_of(
            name, REACHES_OUT | {"httpx.get", "httpx.post", "httpx.Client", "httpx.stream"}
        )
    }
    assert [one for one in found if not any(one.startswith(may) for may in MAY_ASK_OTHERS)] == []


def test_a_file_that_names_addresses_makes_nobody_ask_them(monkeypatch):
    """Label Studio's task data may hold links; its importers fetched them (CVE-2022-36551)."""

    def refuse(*_arguments, **_more):
        raise AssertionError("something was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    link = "http://169.254.169.254/latest/meta-data/"
    tasks = f'[{{"data": {{"text": "{link}", "reference": "{link}", "image": "{link}"}}}}]'
    for kind, content in (("json", tasks), ("jsonl", f'{{"id": "{link}", "text": "{link}"}}')):
        assert list(records_in(content.encode(), kind, limit=1_000))


SECRET = re.compile(
    r"(?i)(?:secret|passw(?:or)?d|api_?key|token)\w*\s*(?::\s*\w+\s*)?=\s*[\"'][^\"'{}]{8,}[\"']"
)


def test_no_secret_is_written_down():
    """Default keys and passwords opened doccano, Argilla and Label Studio (CVE-2023-43791)."""
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in FILES
        if "bench" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if SECRET.search(line)
    ]
    assert found == []
    for name, field in Settings.model_fields.items():
        if "secret" in name or "token" in name:
            assert field.default is None, name


def test_the_contract_sees_a_secret():
    assert SECRET.search('SECRET_KEY = "change-me-in-production"')
    assert not SECRET.search("token = new_secret()")


def test_no_two_installations_share_a_key(tmp_path):
    from service.security.sealing import sealer_of

    seals = {sealer_of(Settings(var=tmp_path / name)).seal(b"the same") for name in ("one", "two")}
    assert len(seals) == 2
    assert (tmp_path / "one" / "secret.key").stat().st_mode & 0o077 == 0
