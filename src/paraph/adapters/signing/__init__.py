"""Signing keys behind a port: PKCS#12 files, PKCS#11 tokens."""
