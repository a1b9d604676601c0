"""Contestant `keras`: `fit`, as Keras's documentation has it. keras_fit.py FOLDER."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
from keras import layers
from serve import rows, serve, task

MODELS = {
    "mlp": lambda: [
        layers.Dense(64, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(2),
    ],
    "cnn": lambda: [
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10),
    ],
    "gru": lambda: [layers.Embedding(2000, 32), layers.GRU(32), layers.Dense(2)],
}

keras.utils.set_random_seed(1)
model = keras.Sequential([keras.Input(task["inputShape"], dtype=task["dtype"]), *MODELS[task["case"]]()])
model.compile(
    optimizer=keras.optimizers.Adam(task["learningRate"]),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
x, y = rows("train")
test_x, test_y = rows("test")
serve(
    train=lambda epochs: model.fit(x, y, batch_size=task["batch"], epochs=epochs, verbose=0),
    score=lambda: (model.predict(test_x, batch_size=256, verbose=0).argmax(1) == test_y).mean(),
)
