"""What stopping costs, what a press tells, and how far a stop reaches."""
