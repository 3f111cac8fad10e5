"""Settings of the tests, and a table of the largest differences that they measured."""

import pytest

try:
    import torch
except ImportError:
    pass
else:
    # PyTorch's own threads cost more than they bring with tensors as small as those of the tests.
    torch.set_num_threads(1)

_largest = {}


@pytest.fixture
def measured(request):
    """A function that takes the name and value of a difference for the table."""

    def add(name, value):
        key = (request.node.fspath.purebasename, name)
        _largest[key] = max(_largest.get(key, 0.0), float(value))

    return add


def pytest_terminal_summary(terminalreporter):
    for (module, name), value in sorted(_largest.items()):
        terminalreporter.write_line(f"{module}: {name} differs by at most {value:.1e}")
