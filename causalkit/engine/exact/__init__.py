"""The exact ways to an answer: enumeration of noise, elimination of variables, circuits that are run again."""
