"""From numbers to judgements: flags with evidence, scoreboards, verdicts, reports, claims and the search for what breaks them."""
