"""Who works at this node: officers, their passkeys, their roles, what they did."""
