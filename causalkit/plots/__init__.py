"""Pictures of quantities: flows and their balance, executions and their repairs, regions of a symbol; rows of bars by name."""
