"""To and from other libraries and file formats; each module is imported when it is asked for."""

__all__: list[str] = []
