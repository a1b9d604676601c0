"""Contestant `pytorch`: the eager loop of its tutorials, with the rows as tensors shuffled anew for each epoch. pytorch_loop.py FOLDER."""

import torch
from serve import rows, serve, task
from torch import nn


class Gru(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(2000, 32)
        self.gru = nn.GRU(32, 32, batch_first=True)
        self.head = nn.Linear(32, 2)

    def forward(self, x):
        _, last = self.gru(self.embedding(x))
        return self.head(last[0])


MODELS = {
    "mlp": lambda: nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 2)),
    "cnn": lambda: nn.Sequential(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(1600, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    ),
    "gru": Gru,
}


def tensors(part):
    x, y = rows(part)
    if x.ndim == 4:
        x = x.transpose(0, 3, 1, 2)
    return torch.from_numpy(x.copy()), torch.from_numpy(y).long()


torch.manual_seed(1)
model = MODELS[task["case"]]()
optimizer = torch.optim.Adam(model.parameters(), lr=task["learningRate"])
loss_of = nn.CrossEntropyLoss()
x, y = tensors("train")
test_x, test_y = tensors("test")


def train(epochs):
    model.train()
    for _ in range(epochs):
        for places in torch.randperm(len(x)).split(task["batch"]):
            optimizer.zero_grad()
            loss_of(model(x[places]), y[places]).backward()
            optimizer.step()


def score():
    model.eval()
    with torch.no_grad():
        return (model(test_x).argmax(1) == test_y).float().mean()


serve(train, score)
