"""Decisions that recall everything: what is seen goes down a tree, and what is hidden is filtered by products of whole tables."""
