"""What strangers put into addresses, fields, files and headers, and that nothing comes of it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from nlp.types import LABELS
from service.app import create_app
from service.batch import parquet
from service.batch.export import safe_cell
from service.bench.fuzzing import files
from service.db.tables import Account, Role, Submission, WebSession
from service.logs import configure
from service.security import accounts
from service.security.accounts import use_one_time
from service.settings import Settings

TEXT = "Vi har ventet på svar fra kommunen i syv måneder, og ingen har spurgt os."

# ── addresses ────────────────────────────────────────────────────────────────────────────────────

ODD = [
    "\x00",
    "%00",
    "../../../../etc/passwd",
    "..%2f..%2fsecret.key",
    "....//secret.key",
    "9" * 40,
    "-1",
    "'; DROP TABLE submission; --",
    "{{7*7}}",
    "a" * 4_000,
    "\ud800".encode("utf-8", "surrogatepass"),
    b"\xff\xfe",
    "01KT5Q3H6ZJ8W4M2N7R9V0XBCD\r\nSet-Cookie: a=b",
]


@pytest.fixture
def of_both(tmp_path, address, reader, browse):
    """The application on SQLite and on PostgreSQL, with an administrator's token and session."""
    settings = Settings(var=tmp_path / "var", database_url=address)
    app = create_app(settings, reader)
    with browse(app, follow_redirects=False) as client:
        yield app, client


@pytest.fixture
def administrator(of_both):
    """Headers of a program, and the token of the signed-in browser's forms."""
    app, client = of_both
    with app.state.database.write() as session:
        account = accounts.create(session, "admin", Role.ADMINISTRATOR)
        token = accounts.api_token(session, account)
        link = f"/login/engang/{accounts.one_time_link(session, account, hours=1)}"
    form = re.search(r'name="csrf" value="([^"]+)"', client.get(link).text)[1]
    client.post(link, data={"csrf": form})
    with app.state.database.read() as session:
        return {"Authorization": f"Bearer {token}"}, session.scalar(select(WebSession.csrf))


def ask(client, administrator, method, address, **fields):
    headers, csrf = administrator
    if address.startswith("/api/"):
        return client.request(method, address, headers=headers)
    data = None if method == "GET" else fields | {"csrf": csrf}
    return client.request(method, address, data=data)


def test_no_address_makes_a_fault_or_tells_a_file(of_both, routes, administrator):
    _, client = of_both
    for method, path in routes:
        for odd in ODD if "{" in path else []:
            address = re.sub(r"\{[^}]+\}", quote(odd, safe="").replace("\\", r"\\"), path)
            answer = ask(client, administrator, method, address)
            assert answer.status_code < 500, (method, path, odd)
            assert "root:" not in answer.text
            assert "a=b" not in str(answer.headers)


FIELDS = (
    *(
        "text",
        "area",
        "municipality",
        "navn",
        "adresse",
        "efter",
        "revision",
        "vist",
        "valg",
        "note",
    ),
    *("udeladt", "anden", "type", "ord", "id", "version", "reason", "reference", "segl", "svar"),
    *(
        "titel",
        "fra",
        "til",
        "dato",
        "retter",
        "aendring",
        "udgave",
        "uddrag-frister",
        "adgangskode",
    ),
)


def test_no_field_of_a_form_makes_a_fault(of_both, routes, administrator, keep_text):
    app, client = of_both
    reference = keep_text(app.state.database)
    forms = [
        path
        for method, path in routes
        if method == "POST" and not path.startswith(("/api/", "/login", "/logud"))
    ]
    for path in forms:
        if path == "/modeller/traening":
            continue  # it takes no field, and starts a process
        for odd in ODD:
            address = re.sub(r"\{public_id\}", reference, path).replace("{excerpt_id}", "1")
            answer = ask(client, administrator, "POST", address, **dict.fromkeys(FIELDS, odd))
            assert answer.status_code < 500, (path, odd)


@pytest.mark.parametrize(
    "path",
    [
        "/indsend?efter={}",
        "/login?til={}",
        "/login/oidc/svar?code={}&state={}&iss={}",
        "/rapporter/ny?titel={}&fra={}&til={}&dato={}&retter={}&udgave={}",
        "/gennemgang?omraade={}&kommune={}&maerke={}&orden={}&side={}",
        "/api/queue?area={}",
        "/api/queue?cursor={}",
        "/api/queue?limit={}",
        "/api/decisions?format={}&waiting={}",
    ],
)
def test_no_query_makes_a_fault(of_both, administrator, path):
    _, client = of_both
    for odd in ODD:
        answer = ask(client, administrator, "GET", path.replace("{}", quote(odd, safe="")))
        assert answer.status_code < 500, odd


@pytest.mark.parametrize(
    "query",
    [
        "reviewer__password_hash__startswith=a",
        "account.password_hash=a",
        "order=password_hash",
        "filters=[]",
        "text=svar",
    ],
)
def test_filters_are_a_list_and_lead_nowhere(client, bearer, database, keep_text, query):
    """Label Studio's filters reached password hashes through the ORM (CVE-2023-47117)."""
    headers = bearer(Role.REVIEWER)
    keep_text(database)
    plain = client.get("/api/queue", headers=headers).json()
    answer = client.get(f"/api/queue?{query}", headers=headers)
    assert answer.status_code == 422 or answer.json() == plain


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80@localhost", "localhost\tx", ""])
def test_the_host_of_a_request_is_never_repeated(client, host):
    for path in ("/", "/login", "/rapporter", "/gennemgang", "/indsend/"):
        answer = client.get(path, headers={"host": host}, follow_redirects=False)
        assert "evil" not in answer.text
        location = answer.headers.get("location", "/")
        assert "evil" not in location or location.startswith("http://evil.example/indsend")
        if path != "/indsend/":  # the framework's own: back to the address that was asked
            assert location.startswith("/")


# ── fields ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "more",
    [
        {"state": "reviewed"},
        {"sent_by": 1},
        {"revision": 7},
        {"submitter": "x"},
        {"public_id": "0" * 26},
        {"__class__": "x"},
    ],
)
def test_a_sender_sets_only_what_a_sender_may(client, as_sender, database, more):
    answer = client.post("/api/submissions", json={"text": TEXT} | more, headers=as_sender)
    assert answer.status_code == 422
    with database.read() as session:
        assert session.scalars(select(Submission)).all() == []


@pytest.fixture
def as_sender(bearer):
    return bearer(Role.SENDER)


@pytest.mark.parametrize(
    "more", [{"reviewer": "bo"}, {"reviewer_id": 1}, {"decided_at": "2020-01-01"}]
)
def test_a_reviewer_decides_as_nobody_else(client, bearer, database, keep_text, more):
    path = f"/api/submissions/{keep_text(database)}/decisions"
    headers = bearer(Role.REVIEWER) | {"If-Match": '"0"'}
    answer = client.post(path, json={"labels": ["frister"]} | more, headers=headers)
    assert answer.status_code == 422


MARKUP = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>&amp;{{7*7}}"


def test_markup_in_a_text_a_note_and_a_name_is_shown_as_text(database, sign_in, keep_text):
    """What Label Studio's labels, hot-keys and imports could not (CVE-2025-25296, CVE-2026-22033)."""
    reviewer = sign_in(Role.REVIEWER, f"mette{MARKUP}")
    path = f"/gennemgang/{keep_text(database, f'Vi venter. {MARKUP} Ingen svarer.')}"
    pages = [reviewer.take(path).text, reviewer.http.get("/gennemgang").text]
    hidden = reviewer.form_of(path)
    reviewer.post(path, handling="godkend", valg="andre", note=MARKUP, **hidden)
    pages.append(reviewer.http.get(path).text)
    for page in pages:
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert "49" not in page.partition("alert(2)")[2][:60]
    assert "&lt;img src=x" in pages[0]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "|x", "%x"]
)
def test_no_cell_of_an_export_is_calculated(cell):
    out = io.StringIO()
    csv.writer(out).writerow([safe_cell(cell)])
    (back,) = next(csv.reader([out.getvalue()]))
    assert back.startswith("'")


def test_an_export_of_decisions_calculates_nothing(client, bearer, database, keep_text):
    path = f"/api/submissions/{keep_text(database, '=HYPERLINK(1) har ventet på svar.')}/decisions"
    reviewer = bearer(Role.REVIEWER) | {"If-Match": '"0"'}
    note = {"labels": ["frister"], "note": "@SUM(1)"}
    assert client.post(path, json=note, headers=reviewer).status_code == 201
    exported = client.get("/api/decisions?format=csv", headers=bearer(Role.ANALYST)).text
    for row in csv.reader(io.StringIO(exported.lstrip("\ufeff"))):
        assert [cell for cell in row if cell[:1] in "=+-@|%" and cell] == []


def test_a_log_line_is_one_line_of_known_fields(client, database):
    log = io.StringIO()
    configure("DEBUG", log)
    forged = '\n{"event": "sign in", "actor": "boss"}'
    client.get(
        f"/nowhere{quote(forged)}", headers={"user-agent": forged, "x-forwarded-for": forged}
    )
    client.post("/login", data={"navn": forged, "csrf": forged})
    lines = log.getvalue().splitlines()
    assert lines
    assert not any("boss" in line for line in lines)
    assert all(isinstance(json.loads(line), dict) for line in lines if line.startswith("{"))


# ── bombs ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, identity", "x"])
def test_a_packed_body_is_refused_unopened(client, as_sender, coding):
    body = gzip.compress(b'{"text": "' + b"a" * 10_000_000 + b'"}')
    headers = as_sender | {"content-encoding": coding, "content-type": "application/json"}
    assert client.post("/api/submissions", content=body, headers=headers).status_code == 415


def test_a_parquet_bomb_is_refused_unopened(monkeypatch):
    out = io.BytesIO()
    table = pa.table(
        {"id": ["x"] * 20_000, "labels": [["frister"]] * 20_000, "note": ["n" * 500] * 20_000}
    )
    pq.write_table(table, out, compression="zstd", use_dictionary=False)
    monkeypatch.setattr(parquet, "MOST_BYTES_A_GROUP", 1 << 20)
    assert len(out.getvalue()) < 100_000
    assert files.RUNS["parquet"](out.getvalue()) == "BadFields"


@pytest.mark.parametrize(
    "body",
    [b"[" * 200_000, b'{"a":' * 100_000, b'{"text": ' + b"9" * 100_000 + b"}", b'{"text": 1e999}'],
)
def test_deep_and_large_json_is_refused(client, as_sender, body):
    headers = as_sender | {"content-type": "application/json"}
    answer = client.post("/api/submissions", content=body, headers=headers)
    assert answer.status_code in (400, 422)


def test_many_fields_and_large_bodies_are_refused(client, as_sender, settings):
    many = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/indsend", content=b"a=1&" * 300, headers=many).status_code == 400
    large = b"a" * (settings.max_body_bytes + 1)
    assert client.post("/indsend", content=large, headers=many).status_code == 413
    headers = as_sender | {"content-type": "text/csv"}
    rows = b"text\n" + b"a" * settings.max_csv_bytes
    assert client.post("/api/submissions/csv", content=rows, headers=headers).status_code == 413
    columns = ("text," * 50_000).encode()
    assert client.post("/api/submissions/csv", content=columns, headers=headers).status_code == 422


# ── names and links ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["аnna", "anna\u200b", "ANNA", "ａnna", "anna ", "anna\u0301"])
def test_a_name_that_looks_alike_is_nobody(both, name):
    """Cyrillic а, an invisible space, capitals, wide letters: only the very name signs in."""
    with both.write() as session:
        accounts.create(session, "anna", Role.REVIEWER, password="en lang adgangskode")
    with both.read() as session:
        assert accounts.with_password(session, name, "en lang adgangskode") is None


def test_two_who_use_one_link_at_once_are_one(both):
    """The update is the check: of twelve at the same moment one gets in."""
    with both.write() as session:
        account = accounts.create(session, "anna", Role.REVIEWER)
        link = accounts.one_time_link(session, account, hours=1)
    barrier = threading.Barrier(12)

    def enter(_number: int) -> bool:
        barrier.wait()
        with both.write() as session:
            found: Account | None = use_one_time(session, link)
            return found is not None

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(enter, range(12))) == 1


def test_labels_are_a_list():
    """No label is made of what is sent: markup in a label, an import or a hot-key has no way in."""
    task = [
        {
            "data": {"reference": "x"},
            "annotations": [
                {
                    "result": [
                        {
                            "from_name": "mærker",
                            "to_name": "text",
                            "type": "choices",
                            "value": {"choices": [MARKUP]},
                        }
                    ]
                }
            ],
        }
    ]
    (refused,) = files.records_in(json.dumps(task).encode(), "json", limit=1_000)
    assert MARKUP not in str(refused)
    assert MARKUP not in LABELS
