"""Everything that touches the outside; each adapter independent of the others."""
