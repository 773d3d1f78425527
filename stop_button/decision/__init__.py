"""Who decides what, seeing what: roles, policies, worlds, and worlds in files."""
