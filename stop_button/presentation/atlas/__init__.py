"""The atlas on a screen and as a page: what the command prints and writes."""
