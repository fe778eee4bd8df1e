"""The other side of `npm run bench -- files`: Keras, h5py and safetensors in one Python process.

Reads one JSON request a line, answers each with one line. The first line it prints names versions.
"""

import importlib.util
import json
import os
import platform
import sys
import time

# Keras alone falls back to a backend without training; what people use comes first.
BACKENDS = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}
found = [name for name, module in BACKENDS.items() if importlib.util.find_spec(module)]
os.environ.setdefault("KERAS_BACKEND", found[0] if found else "numpy")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Whatever the libraries print goes to stderr; stdout is for answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
import safetensors  # noqa: E402
from safetensors.numpy import load_file, save_file  # noqa: E402

model = None
arrays = {}


def prepare(path):
    """Takes over the model that Addax saved."""
    global model, arrays
    model = keras.saving.load_model(path)
    arrays = {v.path: np.ascontiguousarray(keras.ops.convert_to_numpy(v)) for v in model.weights}


def write_h5py(path):
    with h5py.File(path, "w") as file:
        for name, value in arrays.items():
            file[name] = value


def read_h5py(path):
    def visit(node):
        return {k: visit(v) if isinstance(v, h5py.Group) else v[()] for k, v in node.items()}

    with h5py.File(path, "r") as file:
        return visit(file)


TASKS = {
    "prepare": prepare,
    "keras save": lambda path: model.save(path),
    "keras load": lambda path: keras.saving.load_model(path),
    "keras save weights": lambda path: model.save_weights(path),
    "keras load weights": lambda path: model.load_weights(path),
    "h5py save": write_h5py,
    "h5py load": read_h5py,
    "safetensors save": lambda path: save_file(arrays, path),
    "safetensors load": load_file,
}


def answer(content):
    answers.write(json.dumps(content) + "\n")
    answers.flush()


answer(
    {
        "python": platform.python_version(),
        "keras": keras.version(),
        "backend": keras.backend.backend(),
        "h5py": h5py.version.version,
        "safetensors": safetensors.__version__,
        "numpy": np.__version__,
    }
)
for line in sys.stdin:
    request = json.loads(line)
    cpu, wall = time.process_time(), time.perf_counter()
    result = TASKS[request["task"]](request["path"])
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    # Letting go of the result is not part of the task, here or there.
    del result
    answer({"cpu": 1000 * cpu, "wall": 1000 * wall})
