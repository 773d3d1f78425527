"""What the command ``stop-button`` prints and writes: one table, everything, a document for programs, a file to begin with."""
