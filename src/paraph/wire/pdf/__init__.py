"""The deterministic PDF increments of an original: reserve, sign, seal, replay."""
