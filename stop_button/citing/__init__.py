"""How results are cited: entries for a bibliography, and the program that makes a table again."""
