"""Where things were before: old import paths of ``stop_button`` work for one release."""
