"""Carrying one message to a webhook: signed, to a pinned address, without redirects, with an end.

Source: docs/spec/webhook.md.
"""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import urlsplit

import httpx

from paraph.domain.ids import DossierId
from paraph.errors import LocalActError, TransientError
from paraph.node.api.models import Webhook
from paraph.node.api.sealing import unseal
from paraph.node.api.webhooks import SIGNATURE, check_url, resolve, sign
from paraph.node.web.host import host
from paraph.wire import canonical
from paraph.wire.act import read_act

__all__ = ["TIMEOUT_S", "deliver", "message"]

TIMEOUT_S: Final = 10.0
"""A receiver that takes longer puts the message aside and answers first."""

MAX_ANSWER: Final = 64 * 1024
"""Bytes of an answer that are read: only its status counts."""


def message(webhook: Webhook, dossier: DossierId, position: int, envelope: bytes, *, final: bool) -> bytes:
    """What a webhook is told of one act: which it is, not what it says."""
    act = read_act(envelope).act
    return canonical.dump(
        {
            "webhook": int(webhook.pk),
            "delivery": f"{dossier}:{position}",
            "node": host().node.party,
            "dossier": dossier,
            "position": position,
            "act": act.id,
            "type": act.kind,
            "author": act.author,
            "time": act.time,
            "final": final,
        }
    )


def deliver(webhook: Webhook, body: bytes) -> None:
    """Bring one message.

    Raises:
        TransientError: ``webhook-failed`` with what happened; it has to be tried again.
    """
    try:
        scheme, name, port = check_url(str(webhook.url))
        address = resolve(name, port, scheme)
        secret = unseal(str(webhook.sealed), str(webhook.url))
    except LocalActError as error:
        raise TransientError("webhook-failed", error.message) from error
    literal = f"[{address}]" if address.version == 6 else str(address)
    parts = urlsplit(str(webhook.url))
    target = f"{scheme}://{literal}:{port}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "User-Agent": "paraph-webhook/1",
        SIGNATURE: sign(secret, int(time.time()), body),
    }
    try:
        with (
            httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST", target, content=body, headers=headers, extensions={"sni_hostname": name}
            ) as answer,
        ):
            status = answer.status_code
            _drain(answer)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TransientError("webhook-failed", f"{type(error).__name__}: {error}"[:400]) from error
    if not 200 <= status < 300:
        raise TransientError("webhook-failed", f"the receiver answered {status}")


def _drain(answer: httpx.Response) -> None:
    """Read the answer to its end, or to the limit: then the connection is closed."""
    read = 0
    for piece in answer.iter_raw():
        read += len(piece)
        if read > MAX_ANSWER:
            return
