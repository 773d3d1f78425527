"""The file that ``stop-button new`` writes: a small world with a remark on every line that is to be changed."""

from __future__ import annotations

from pathlib import Path

from causalkit.errors import WrongFile
from causalkit.values.arguments import checked

__all__ = ["STARTER", "write_starter"]

STARTER = '''\
"""A world of your own. Change it, and ask again:

    stop-button audit {name}
    stop-button audit {name} --full
    stop-button audit {name} --html page.html

Every World at the top level of this file is audited.
"""

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP

model = ck.Model(
    # Noise: what nobody in the story decides. Probabilities are exact; write thirds as text, "1/3".
    doubt=ck.coin("1/4"),
    # What the agent does. With sees=["doubt"] it may choose by what it sees: 9 policies, not 3.
    action=ck.choice("work", "reassure", "cut the wire"),
    # What people want. The names of a function's arguments are the variables that it listens to.
    wish=lambda doubt, action: STOP if doubt and action != "reassure" else FREE,
    # Whether the agent is in fact stopped.
    pressed=lambda wish, action: wish == STOP and action != "cut the wire",
    # What the task is worth.
    value=lambda pressed: 0 if pressed else 1,
)

mine = sb.World(
    model,
    intent="wish",  # the role of what people want
    stopped="pressed",  # the role of the stop
    value="value",  # the role of the task's value
    baseline="work",  # what every other policy is judged against; the choice is yours
    name="mine",
)
'''


@checked
def write_starter(path: str | Path) -> None:
    """Write a commented world to begin with; raises ``WrongFile`` for a name that does not end in .py, or for a file that is there."""
    file = Path(path)
    if file.suffix != ".py":
        raise WrongFile(f"{file} does not end in .py; type: stop-button new {file.stem or 'world'}.py")
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(STARTER.format(name=file.name))
    except FileExistsError:
        raise WrongFile(f"{file} is there already, and nothing is written over it; name another file") from None
