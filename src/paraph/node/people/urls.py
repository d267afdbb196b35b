"""Addresses of people: signing in, one's own account, everybody's roles, the journal."""

from __future__ import annotations

from django.urls import path

from paraph.node.people.views import account, enrolment, journal, pairs, recovery, roster, sign_in

app_name = "people"

urlpatterns = [
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("again", sign_in.show_again, name="again"),
    path("enrol/<str:token>", enrolment.enrol, name="enrol"),
    path("recovery", recovery.enter_code, name="recovery"),
    path("recovery/passkey", recovery.new_passkey, name="recover"),
    path("me", account.me, name="me"),
    path("me/passkeys/add", account.add_passkey, name="passkey-add"),
    path("me/passkeys/<int:number>/name", account.name_passkey, name="passkey-name"),
    path("me/passkeys/<int:number>/remove", account.remove_passkey, name="passkey-remove"),
    path("me/recovery-codes", account.make_codes, name="codes-new"),
    path("", roster.people, name="list"),
    path("invite", roster.invite, name="invite"),
    path("invitations/<str:invitation>/withdraw", roster.withdraw, name="invitation-withdraw"),
    path("officers/<int:officer>", roster.one_officer, name="officer"),
    path("officers/<int:officer>/give", roster.give, name="role-give"),
    path("officers/<int:officer>/take", roster.take, name="role-take"),
    path("officers/<int:officer>/active", roster.set_active, name="active"),
    path("second", pairs.waiting, name="second"),
    path("second/<int:proposal>/confirm", pairs.confirm, name="second-confirm"),
    path("second/<int:proposal>/withdraw", pairs.withdraw, name="second-withdraw"),
    path("journal", journal.entries, name="journal"),
    path("journal.jsonl", journal.lines, name="journal-lines"),
]
