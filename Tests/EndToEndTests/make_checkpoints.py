"""Run by a python with PyTorch and torchxrayvision: saves a seeded DenseNet of the package and prints what it makes of an input.

    python make_checkpoints.py module|state|wrapped FOLDER
"""

import importlib.metadata
import json
import sys

import torch

if not importlib.metadata.version("torchvision").endswith("+cpu"):
    # The registry's torchvision is built for CUDA: without one, its Python part asks for two operators by name at import.
    declarations = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        declarations.define(f"{operator}(Tensor boxes, Tensor scores, float threshold) -> Tensor")
import torchxrayvision

kind, folder = sys.argv[1:]
torch.manual_seed(11)
network = torchxrayvision.models.DenseNet(num_classes=18, in_channels=1).eval()
with torch.no_grad():
    # A seeded network's activations grow from layer to layer; small last weights bring the logits to a trained one's size.
    network.classifier.weight.mul_(1e-3)
path = f"{folder}/{kind}.pt"
states = {name: tensor for name, tensor in network.state_dict().items()}
torch.save({"module": network, "state": states, "wrapped": {"state_dict": {f"module.{name}": tensor for name, tensor in states.items()}}}[kind], path)

state, values = 1, []
for _ in range(224 * 224):
    state = (state * 1664525 + 1013904223) % 2**32
    values.append(-1024 + 2048 * (state >> 8) / 2**24)
with torch.no_grad():
    logits = network(torch.tensor(values).view(1, 1, 224, 224))[0].tolist()
print(json.dumps({"file": path, "logits": logits, "labels": torchxrayvision.models.model_urls["all"]["labels"]}))
