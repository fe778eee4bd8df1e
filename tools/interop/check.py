"""Second half of the check: Keras opens what Addax saved, predicts and goes on training.

Saves what it trained, for the way back. Usage: check.py FOLDER
"""

import glob
import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from safetensors.numpy import load_file, save_file  # noqa: E402


@keras.saving.register_keras_serializable(package="interop")
class Attention(keras.layers.Layer):
    """The twin of attention.ts."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), name="w")
        self.v = self.add_weight(shape=(self.units, 1), name="v")

    def call(self, inputs):
        score = keras.ops.tanh(keras.ops.matmul(inputs, self.w))
        return inputs * keras.ops.softmax(keras.ops.matmul(score, self.v), axis=1)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def difference(a, b):
    a, b = np.asarray(a, "float64"), np.asarray(b, "float64")
    return float(np.max(np.abs(a - b) / (1 + np.abs(b)))) if a.shape == b.shape else float("inf")


def train(model, data, epochs):
    options = {"batch_size": len(data["x"]), "shuffle": False, "verbose": 0}
    return model.fit(data["x"], data["y"], epochs=epochs, **options).history["loss"]


def has_embedding(model):
    return any(isinstance(layer, keras.layers.Embedding) for layer in model.layers)


def train_summed(path, data):
    """As train, but what each token brings to an embedding's gradient is summed up first.

    On TensorFlow these gradients are lists of rows, and Keras squares the rows of a token one by one.
    """
    import tensorflow as tf

    model = keras.saving.load_model(path)
    apply = model.optimizer.apply

    def summed(grads, trainable_variables=None):
        return apply([tf.convert_to_tensor(grad) for grad in grads], trainable_variables)

    object.__setattr__(model.optimizer, "apply", summed)
    return train(model, data, 5)


def check(folder, name):
    path = os.path.join(folder, name)
    data = load_file(path + ".safetensors")
    with open(path + ".json") as file:
        losses = json.load(file)
    model = keras.saving.load_model(path + ".keras")
    predicted = model.predict(data["x"], verbose=0)
    fresh = keras.models.clone_model(model)
    fresh.load_weights(path + ".weights.h5")
    from_weights = fresh.predict(data["x"], verbose=0)
    went_on = train(model, data, 5)
    after = model.predict(data["x"], verbose=0)
    model.save(path + ".python.keras")
    back = {"predicted": after, "x": data["x"], "y": data["y"]}
    more = train(model, data, 5)
    back["losses"] = np.asarray(more, "float32")
    report = {
        "predictions": difference(predicted, data["predicted"]),
        "weightsOnly": difference(from_weights, data["predicted"]),
        "losses": difference(went_on, losses),
        "predictionsAfter": difference(after, data["after"]),
    }
    if keras.backend.backend() == "tensorflow" and has_embedding(model):
        report["summed"] = difference(train_summed(path + ".keras", data), losses)
        back["summed"] = np.asarray(train_summed(path + ".python.keras", data), "float32")
    save_file({k: np.ascontiguousarray(v) for k, v in back.items()}, path + ".python.safetensors")
    return report


def main():
    folder = sys.argv[1]
    names = [os.path.basename(p)[: -len(".json")] for p in glob.glob(os.path.join(folder, "*.json"))]
    cases = {}
    for name in sorted(names):
        try:
            cases[name] = check(folder, name)
        except Exception as error:  # reported, not hidden: the report fails
            cases[name] = {"error": f"{type(error).__name__}: {str(error)[:600]}"}
    report = {"keras": keras.version(), "backend": keras.backend.backend(), "cases": cases}
    print(json.dumps(report))


main()
