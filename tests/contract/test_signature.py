"""The official package and our verifier agree on what is a genuine webhook."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import pytest
import telnyx.resources.webhooks
from telnyx import Telnyx
from telnyx.lib.webhook_verification import WebhookVerificationError, verify_webhook_signature

from console.errors import SignatureError
from console.telnyx.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, Signer, Verifier

BODY = json.dumps(
    {
        "data": {
            "record_type": "event",
            "event_type": "call.answered",
            "id": "0ccc7b54-4df3-4bca-a65a-3da1ecc777f0",
            "occurred_at": "2026-11-22T12:04:31.120000Z",
            "payload": {"call_control_id": "v3:abc", "from": "Zoë 你好"},
        },
        "meta": {"attempt": 1, "delivered_to": "https://a.example/w"},
    },
    ensure_ascii=False,
)
Headers = dict[str, str]
Judge = Callable[[str, Headers, str, float], bool]


def _published_webhooks() -> Any:
    """`telnyx.resources.webhooks` as published: importing anything of `telnyx.lib` replaces its `unwrap`."""
    path = telnyx.resources.webhooks.__file__
    spec = spec_from_file_location("telnyx.resources.webhooks_as_published", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PUBLISHED = _published_webhooks()


def by_published_unwrap(body: str, headers: Headers, key: str, _now_s: float) -> bool:
    with Telnyx(api_key="KEY-for-tests", public_key=key) as client:
        try:
            PUBLISHED.WebhooksResource(client).unwrap(body, headers=headers)
        except ValueError:
            return False
    return True


def by_unwrap(body: str, headers: Headers, key: str, _now_s: float) -> bool:
    with Telnyx(api_key="KEY-for-tests", public_key=key) as client:
        try:
            client.webhooks.unwrap(body, headers=headers)
        except (ValueError, WebhookVerificationError):
            return False
    return True


def by_library(body: str, headers: Headers, key: str, _now_s: float) -> bool:
    try:
        verify_webhook_signature(body, headers, key)
    except WebhookVerificationError:
        return False
    return True


def by_us(body: str, headers: Headers, key: str, now_s: float) -> bool:
    lowered = {name.lower(): value for name, value in headers.items()}
    try:
        Verifier(key).verify(
            body.encode(),
            timestamp=lowered.get(TIMESTAMP_HEADER),
            signature=lowered.get(SIGNATURE_HEADER),
            now_s=now_s,
        )
    except SignatureError:
        return False
    return True


JUDGES = {
    "published": by_published_unwrap,
    "unwrap": by_unwrap,
    "library": by_library,
    "ours": by_us,
}


def without(name: str) -> Callable[[Headers], Headers]:
    return lambda headers: {key: value for key, value in headers.items() if key != name}


def with_(name: str, value: str) -> Callable[[Headers], Headers]:
    return lambda headers: {**headers, name: value}


def same(headers: Headers) -> Headers:
    return headers


CASES = {
    "good": (True, 0, BODY, same),
    # The official judges look at the clock themselves, a little later; ours is tested to the second below.
    "290 s old": (True, -290, BODY, same),
    "290 s early": (True, 290, BODY, same),
    "301 s old": (False, -302, BODY, same),
    "301 s early": (False, 302, BODY, same),
    "altered body": (False, 0, BODY + " ", same),
    "other header case": (True, 0, BODY, lambda h: {k.title(): v for k, v in h.items()}),
    "no signature": (False, 0, BODY, without(SIGNATURE_HEADER)),
    "no timestamp": (False, 0, BODY, without(TIMESTAMP_HEADER)),
    "no headers": (False, 0, BODY, lambda _: {}),
    "empty signature": (False, 0, BODY, with_(SIGNATURE_HEADER, "")),
    "bad base64": (False, 0, BODY, with_(SIGNATURE_HEADER, "%%%")),
    "bad padding": (False, 0, BODY, lambda h: {**h, SIGNATURE_HEADER: h[SIGNATURE_HEADER][:-1]}),
    "63 bytes": (False, 0, BODY, with_(SIGNATURE_HEADER, base64.b64encode(b"x" * 63).decode())),
    "another signature": (
        False,
        0,
        BODY,
        with_(SIGNATURE_HEADER, base64.b64encode(b"x" * 64).decode()),
    ),
    "another timestamp": (
        False,
        0,
        BODY,
        lambda h: {**h, TIMESTAMP_HEADER: str(int(h[TIMESTAMP_HEADER]) + 1)},
    ),
    "timestamp in words": (False, 0, BODY, with_(TIMESTAMP_HEADER, "now")),
    "timestamp in milliseconds": (
        False,
        0,
        BODY,
        lambda h: {**h, TIMESTAMP_HEADER: h[TIMESTAMP_HEADER] + "000"},
    ),
}


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES.keys())
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_all_judges_agree(
    case: tuple[bool, int, str, Callable[[Headers], Headers]], judge: Judge
) -> None:
    """Each case is accepted by all of them, or refused by all of them."""
    genuine, offset_s, body, change = case
    signer = Signer(b"s" * 32)
    now_s = time.time()
    headers = change(signer.headers(BODY.encode(), now_s=now_s + offset_s))

    assert judge(body, headers, signer.public_key, now_s) is genuine


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES.keys())
def test_all_judges_refuse_another_key(judge: Judge) -> None:
    """A webhook of another account is nobody's."""
    headers = Signer(b"a" * 32).headers(BODY.encode(), now_s=time.time())

    assert judge(BODY, headers, Signer(b"b" * 32).public_key, time.time()) is False


def test_unwrap_reads_what_our_signer_signs() -> None:
    """The simulator's webhooks are real ones to the official package."""
    signer = Signer()
    headers = signer.headers(BODY.encode(), now_s=time.time())

    with Telnyx(api_key="KEY-for-tests", public_key=signer.public_key) as client:
        event = client.webhooks.unwrap(BODY, headers=headers)

    assert getattr(event, "data").event_type == "call.answered"  # noqa: B009 - a union of 60 models


@pytest.mark.parametrize("offset_s", [-301, -300, -299, 299, 300, 301])
def test_our_tolerance_is_exact(offset_s: int) -> None:
    """With a clock of its own our verifier is exact to the second."""
    signer = Signer(b"s" * 32)
    headers = signer.headers(BODY.encode(), now_s=1_000_000_000 + offset_s)

    assert by_us(BODY, headers, signer.public_key, 1_000_000_000) is (abs(offset_s) <= 300)
