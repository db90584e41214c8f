"""Stops one thread of a process, as a driver that never comes back does, until this script is ended.

freeze_thread.py PID NAME: NAME as in /proc/PID/task/TID/comm. Says `frozen` once the thread stands
(ptrace(2), PTRACE_SEIZE and PTRACE_INTERRUPT: no signal that the process could see).
"""

import ctypes
import os
import signal
import sys

PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
WALL = 0x40000000


def find(pid: int, name: str) -> int:
    for tid in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{tid}/comm") as comm:
            if comm.read().strip() == name:
                return int(tid)
    sys.exit(f"no thread {name}")


def main() -> None:
    tid = find(int(sys.argv[1]), sys.argv[2])
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
    for request in (PTRACE_SEIZE, PTRACE_INTERRUPT):
        if libc.ptrace(request, tid, None, None) != 0:
            sys.exit(f"ptrace: {os.strerror(ctypes.get_errno())}")
    os.waitpid(tid, WALL)
    print("frozen", flush=True)
    # The kernel lets the thread go when its tracer ends.
    signal.pause()


main()
