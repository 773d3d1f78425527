"""From a formula, a world and a policy to a number: one policy exactly, all policies at once, undefined where there is no answer."""
