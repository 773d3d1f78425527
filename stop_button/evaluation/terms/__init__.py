"""What is to be made great, as terms: read off means, numbered by who needs what, with the law of each copy, in exact arrays."""
