"""Who has a row in hand: a name that says on which machine, in which process, and whether that one still lives."""

import os
import secrets
import socket


def owner(process: str) -> str:
    """The name of this process for `lease_owner`, new at each start."""
    return f"{process}@{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def is_dead(name: str | None) -> bool:
    """Whether that owner was a process of this machine and is gone; of other machines nothing is known."""
    try:
        host, pid, _ = (name or "").partition("@")[2].rsplit(":", 2)
        number = int(pid)
    except ValueError:
        return False
    if host != socket.gethostname():
        return False
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False
