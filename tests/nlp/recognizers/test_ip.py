"""IP addresses of both versions (those kept for documentation, RFC 5737 and 3849)."""

import pytest

from nlp.redact.recognizers.ip import IpRecognizer


@pytest.fixture
def find(find_with):
    return find_with(IpRecognizer())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("fra 192.0.2.14.", "192.0.2.14"),
        ("IP:192.0.2.14", "192.0.2.14"),
        ("192.0.2.14:8080", "192.0.2.14:8080"),
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("ip 192 . 0 . 2 . 14", "192 . 0 . 2 . 14"),
        ("2001:db8::1", "2001:db8::1"),
        ("2001:0db8:85a3:0000:0000:8a2e:0370:7334", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
    ],
)
def test_addresses_are_found(find, text, address):
    assert find(text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "version 1.2.3.4",
        "kapitel 1.2.3.4",
        "§ 1.2.3.4",
        "pkt. 4.3.2.1",
        "kl. 12:30:45",
        "300.1.2.3",
        "27.36.04",
        "1.234.567",
        "1.2.3.4.5",
        "forholdet 1:2",
    ],
)
def test_near_misses(find, text):
    assert find(text) == []
