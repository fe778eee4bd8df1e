"""Makes spirals.keras: a small network that tells two spirals apart. Run with Keras 3."""

import keras
import numpy as np


def spirals(count):
    """Points on two spirals, and which of them each is on."""
    turn = np.linspace(0.5, 3.0, count) * np.pi
    side = np.arange(count) % 2
    angle = turn + side * np.pi
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (turn / 10)[:, None]
    return points.astype("float32"), side.astype("int32")


keras.utils.set_random_seed(1)
inputs = keras.Input((2,), name="point")
x = keras.layers.Dense(32, activation="tanh")(inputs)
x = keras.layers.Dense(32, activation="tanh")(x)
features = keras.Model(inputs, x, name="features")

model = keras.Sequential([inputs, features, keras.layers.Dense(2, activation="softmax", name="side")])
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
x, y = spirals(400)
model.fit(x, y, epochs=150, batch_size=64, verbose=0)
print(model.evaluate(x, y, verbose=0))
model.save("spirals.keras")
