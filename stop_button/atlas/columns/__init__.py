"""What is asked of a definition: properties of its best policies, and properties of its scores."""
