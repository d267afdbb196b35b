"""Pages about texts, by what people do there."""
