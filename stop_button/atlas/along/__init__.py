"""Along the numbers of bundled worlds: where which policies are best, where which properties fail, and on which surfaces policies tie."""
