"""The other side of `npm run bench -- onnx`: training steps of PyTorch in one Python process.

Usage: onnx-peer.py THREADS. Reads one JSON request a line ({"task", "path": how many steps}), answers
each with one line. The first line it prints names versions. A task is a model and a form of Adam:
`mlp eager`, `mlp foreach`, `lenet eager`, and so on.
"""

import json
import os
import platform
import sys
import time

threads = sys.argv[1]
os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = threads
# Whatever the libraries print goes to stderr; stdout is for answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import torch  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(int(threads))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(64, 128, batch_first=True)
        self.out = nn.Linear(128, 10)

    def forward(self, x):
        return self.out(self.lstm(x)[0][:, -1])


class Block(nn.Module):
    """Attention and a feed-forward part, normalised after each addition, and a mean at the end."""

    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(128, 4, batch_first=True)
        self.first, self.second = nn.LayerNorm(128), nn.LayerNorm(128)
        self.wide, self.narrow = nn.Linear(128, 512), nn.Linear(512, 128)
        self.out = nn.Linear(128, 10)

    def forward(self, x):
        x = self.first(x + self.attention(x, x, x, need_weights=False)[0])
        x = self.second(x + self.narrow(nn.functional.gelu(self.wide(x))))
        return self.out(x.mean(1))


def mlp():
    layers = [nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10)]
    return nn.Sequential(*layers), torch.randn(128, 784)


def lenet():
    convolutions = [nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2)]
    convolutions += [nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2)]
    dense = [nn.Flatten(), nn.Linear(1600, 128), nn.ReLU(), nn.Linear(128, 10)]
    return nn.Sequential(*convolutions, *dense), torch.randn(64, 1, 28, 28)


def lstm():
    return Recurrent(), torch.randn(32, 64, 64)


def transformer():
    return Block(), torch.randn(8, 128, 128)


MODELS = {"mlp": mlp, "lenet": lenet, "lstm": lstm, "transformer": transformer}
steps = {}


def stepper(task):
    name, form = task.split()
    torch.manual_seed(1)
    model, x = MODELS[name]()
    y = torch.randint(0, 10, (x.shape[0],))
    loss_of = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), eps=1e-7, foreach=form == "foreach")

    def step():
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return step


def answer(content):
    answers.write(json.dumps(content) + "\n")
    answers.flush()


answer({"python": platform.python_version(), "torch": torch.__version__})
for line in sys.stdin:
    request = json.loads(line)
    task = request["task"]
    if task not in steps:
        steps[task] = stepper(task)
    step = steps[task]
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(int(request["path"])):
        loss = step()
    # A step of Addax gives its loss as a number, too.
    loss.item()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    answer({"cpu": 1000 * cpu, "wall": 1000 * wall})
