"""Several threads that do the same act at the same moment."""

from threading import Barrier, Thread

from django.db import connections


def at_the_same_time(act, times=4):
    start, answers = Barrier(times), []

    def once() -> None:
        start.wait(10)
        answers.append(act())
        connections.close_all()

    threads = [Thread(target=once) for _number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == times
    return answers
