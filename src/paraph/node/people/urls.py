"""Addresses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

app_name = "people"


def _sign_in(request: HttpRequest) -> HttpResponse:
    return render(request, "web/403.html")


urlpatterns = [path("sign-in", _sign_in, name="sign-in")]
