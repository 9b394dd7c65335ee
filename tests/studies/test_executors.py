"""One contract for every executor: the same values in the same order, on one BLAS thread, with the same errors."""

import os
import signal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import AttractronError, InputError
from attractron.studies.executors import BLOCKS, blocks, compute


@given(st.integers(1, 5000), st.integers(1, 50))
def test_blocks_cover_every_point_once_in_order(points, most):
    cut = blocks(points, most)
    assert [index for part in cut for index in range(points)[part]] == list(range(points))
    assert len(cut) <= most
    assert len({part.stop - part.start for part in cut[:-1]}) <= 1


def test_blocks_are_few_and_known():
    assert blocks(5, 2) == [slice(0, 3), slice(3, 5)]
    assert len(blocks(10_000)) == BLOCKS


def square(number):
    if number == 7:
        raise InputError("number", "not be seven", number, "take eight")
    return number**2


def test_leaving_early_is_quiet(workers):
    results = compute(square, range(2 * workers), workers=workers)
    assert next(results) == 0
    results.close()
    assert list(compute(square, range(3), workers=workers)) == [0, 1, 4]


def threads(_task):
    from threadpoolctl import threadpool_info

    np.ones((200, 200)) @ np.ones((200, 200))
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


@pytest.fixture(params=[1, 2])
def workers(request):
    return request.param


def test_results_come_in_order(workers):
    assert list(compute(square, range(6), workers=workers)) == [0, 1, 4, 9, 16, 25]
    assert list(compute(square, [], workers=workers)) == []


def test_an_input_error_arrives_whole(workers):
    with pytest.raises(InputError) as caught:
        list(compute(square, range(9), workers=workers))
    error = caught.value
    assert (error.argument, error.expected, str(error.got), error.remedy) == (
        "number",
        "not be seven",
        "7",
        "take eight",
    )


def test_linear_algebra_runs_on_one_thread(workers, monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "16")  # joblib would share these cores out among the workers
    assert all(count == [1] * len(count) and count for count in compute(threads, range(3), workers=workers))


@pytest.mark.parametrize("bad", [0, -1, 1.5, True])
def test_a_number_of_workers_is_a_positive_whole_number(bad):
    with pytest.raises(InputError, match="`workers` must be"):
        compute(square, [1], workers=bad)


def die(_task):
    os.kill(os.getpid(), signal.SIGTERM)


def test_the_death_of_a_worker_is_an_error_of_ours():
    with pytest.raises(AttractronError, match="a worker was ended from outside"):
        list(compute(die, range(3), workers=2))
