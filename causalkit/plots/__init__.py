"""Pictures of quantities: flows and their balance, executions and their repairs."""
