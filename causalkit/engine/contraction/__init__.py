"""Sums of products of tables, whatever the numbers in them are."""
