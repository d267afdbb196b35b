"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from paraph.node.signing.views import authority, exchange, plan, powers, readiness, room, signed

app_name = "signing"

_ONE = "dossiers/<str:dossier>/"
_ROOM = "room/<str:dossier>/"

urlpatterns: list[URLPattern] = [
    path(f"{_ONE}authority", authority.authority, name="authority"),
    path(f"{_ONE}authority/powers", powers.powers, name="powers"),
    path(f"{_ONE}authority/verify", authority.verify, name="powers-verify"),
    path(f"{_ONE}authority/withdraw", authority.withdraw, name="powers-withdraw"),
    path(f"{_ONE}authority/certificate", authority.certificate, name="certificate"),
    path(f"{_ONE}authority/suspend", authority.suspend, name="certificate-suspend"),
    path(f"{_ONE}authority/passkeys", powers.passkeys, name="passkeys"),
    path(f"{_ONE}authority/go", authority.go, name="go"),
    path(f"{_ONE}plan", plan.plan, name="plan"),
    path(f"{_ONE}plan/propose", plan.propose, name="plan-propose"),
    path(f"{_ONE}plan/accept", plan.accept, name="plan-accept"),
    path(f"{_ONE}exchange", exchange.exchange, name="exchange"),
    path(f"{_ONE}exchange/state.json", exchange.state, name="state"),
    path(f"{_ONE}exchange/stop", exchange.stop, name="stop"),
    path(f"{_ONE}exchange/countersign", exchange.countersign, name="countersign"),
    path(f"{_ONE}readiness", readiness.readiness, name="readiness"),
    path(f"{_ONE}readiness/try", readiness.try_out, name="try"),
    path(f"{_ONE}readiness/arrangements", readiness.arrangements, name="arrangements"),
    path(f"{_ONE}readiness/confirm", readiness.confirm, name="confirm"),
    path(f"{_ONE}readiness/protocol", readiness.protocol, name="protocol"),
    path(_ROOM, room.room, name="room"),
    path(f"{_ROOM}pages/<int:place>", room.room_page, name="room-page"),
    path(f"{_ROOM}originals/<str:sha256>/<int:place>.png", room.image, name="room-image"),
    path(f"{_ROOM}prepare", room.prepare_step, name="room-prepare"),
    path(f"{_ROOM}last", room.last_step, name="room-sign"),
    path(f"{_ROOM}approve", signed.approve, name="room-approve"),
    path(f"{_ROOM}sign", signed.sign, name="room-token"),
    path(f"{_ROOM}done", signed.signed, name="room-done"),
]
