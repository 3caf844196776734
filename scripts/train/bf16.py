"""What `--precision bf16` does to the network: the 1×1 convolutions' inputs and weights rounded to bf16, sums in 32 bits.

Emulated, so that it can be measured where no processor has the instruction. Normalisation is folded into the weights before they are
rounded, as the product does it.
"""

from __future__ import annotations

import copy

import torch


def rounded(values: torch.Tensor) -> torch.Tensor:
    return values.bfloat16().float()


class RoundedPointwise(torch.nn.Module):
    def __init__(self, convolution: torch.nn.Module, normalisation: torch.nn.BatchNorm2d):
        super().__init__()
        scale = normalisation.weight / torch.sqrt(normalisation.running_var + normalisation.eps)
        self.weight = rounded(convolution.weight.detach() * scale.detach().view(-1, 1, 1, 1))
        self.bias = (normalisation.bias - normalisation.running_mean * scale).detach()

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.conv2d(rounded(inputs), self.weight, self.bias)


def network_with_bf16(network: torch.nn.Module) -> torch.nn.Module:
    """A copy of an EfficientNet-Lite0 for scoring."""
    made = copy.deepcopy(network)
    places = [(made, "_conv_head", "_bn1")]
    for block in made._blocks:
        places += [(block, "_expand_conv", "_bn0")] if hasattr(block, "_expand_conv") else []
        places.append((block, "_project_conv", "_bn2"))
    for holder, convolution, normalisation in places:
        setattr(holder, convolution, RoundedPointwise(getattr(holder, convolution), getattr(holder, normalisation)))
        setattr(holder, normalisation, torch.nn.Identity())
    return made.eval()
