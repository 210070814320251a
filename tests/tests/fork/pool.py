"""A fork pool under load: threads of the parent record while workers start, record and end.

Arguments: the library and the endpoint. Prints the events of each process in one line.
"""

import ctypes
import faulthandler
import multiprocessing
import multiprocessing.util
import os
import sys
import threading
import time

WORKERS = 4
TASKS = 400
TASKS_PER_WORKER = 10
EVENTS_PER_TASK = 5
PATIENCE_S = 120

library = ctypes.CDLL(sys.argv[1])
library.telemetry_start.argtypes = [ctypes.c_char_p]
library.telemetry_start.restype = None
library.telemetry_record.argtypes = [ctypes.c_int64]


def shut_down():
    if library.telemetry_shutdown() != 0:
        os.write(2, b"a worker did not deliver its events\n")


def begin_worker():
    # A worker that hangs ends with an error.
    faulthandler.dump_traceback_later(PATIENCE_S, exit=True)
    multiprocessing.util.Finalize(None, shut_down, exitpriority=1)


def task(first):
    numbers = range(first, first + EVENTS_PER_TASK)
    accepted = [number for number in numbers if library.telemetry_record(number) == 0]
    return os.getpid(), accepted


def record_until(ends, accepted, first, step):
    number = first
    while not ends.is_set():
        if library.telemetry_record(number) == 0:
            accepted.append(number)
        number -= step
        time.sleep(0.001)


def main():
    library.telemetry_start(sys.argv[2].encode())
    ends, of_parent = threading.Event(), []
    threads = [
        threading.Thread(target=record_until, args=(ends, of_parent, -1 - index, 3))
        for index in range(3)
    ]
    for thread in threads:
        thread.start()

    pool = multiprocessing.get_context("fork").Pool(WORKERS, begin_worker, (), TASKS_PER_WORKER)
    firsts = range(0, TASKS * EVENTS_PER_TASK, EVENTS_PER_TASK)
    results = pool.map_async(task, firsts, chunksize=1).get(PATIENCE_S)
    pool.close()
    pool.join()

    ends.set()
    for thread in threads:
        thread.join()
    shut_down()

    processes = {os.getpid(): of_parent}
    for process, accepted in results:
        processes.setdefault(process, []).extend(accepted)
    for accepted in processes.values():
        print(*sorted(accepted))


main()
