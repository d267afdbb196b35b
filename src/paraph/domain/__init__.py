"""Pure rules of agreements: standard library only, no clock, no I/O, no randomness."""
