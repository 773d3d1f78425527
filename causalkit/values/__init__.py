"""Numbers and distributions: exact fractions and symbols, frozen mappings, how values print."""
