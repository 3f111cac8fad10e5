"""Threads and child processes."""

import os
import threading

import numpy as np
import splat3d

from scenes import random_scene


def test_threads_at_once_give_the_same_bits():
    scenes = [random_scene(seed, count=500, width=96, height=64) for seed in range(3)]
    expected = [splat3d.render(**scene)[0] for scene in scenes]
    wrong = []

    def work(number):
        for turn in range(6):
            index = (number + turn) % len(scenes)
            images, _, _ = splat3d.render(**scenes[index])
            if not np.array_equal(images, expected[index]):
                wrong.append((number, turn))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong


def test_any_number_of_threads_gives_the_same_bits():
    scene = random_scene(5, count=2000, width=160, height=120)
    expected = splat3d.render(**scene)[0]
    try:
        for count in (1, 2, 7):
            splat3d.set_threads(count)
            assert np.array_equal(splat3d.render(**scene)[0], expected)
    finally:
        splat3d.set_threads(None)


def test_messages_belong_to_their_threads():
    scene = random_scene(0)
    messages = {}

    def work(number):
        for _ in range(20):
            try:
                splat3d.render(**{**scene, "viewmats": scene["viewmats"] * (2 + number)})
            except ValueError as error:
                messages.setdefault(number, set()).add(str(error))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(messages) == [0, 1, 2, 3]
    assert all("view_matrix" in message for found in messages.values() for message in found)


def test_a_child_process_goes_on():
    scene = random_scene(3, count=500)
    expected = splat3d.render(**scene)[0]
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            images = splat3d.render(**scene)[0]
            os.write(writing, b"same" if np.array_equal(images, expected) else b"other")
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"same"
    assert os.waitpid(child, 0)[1] == 0
    assert np.array_equal(splat3d.render(**scene)[0], expected)
