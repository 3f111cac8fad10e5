"""PyTorch's own threads cost more than they bring with tensors as small as those of the tests."""

try:
    import torch
except ImportError:
    pass
else:
    torch.set_num_threads(1)
