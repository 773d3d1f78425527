"""Where things are: what stands by a name, and where it was before; old import paths of ``stop_button`` work for one release."""
