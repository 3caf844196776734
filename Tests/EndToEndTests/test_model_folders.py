"""Models: a folder that is not what it says it is keeps the service from starting, and the sentence says which and why."""

import hashlib
import json
import shutil
import struct

import pytest

from refusals import ports, refused
from service import REPOSITORY, firstread

SHIPPED = sorted(path.parent for path in (REPOSITORY / "Models").glob("*/model.json"))
pytestmark = pytest.mark.skipif(not SHIPPED, reason="Models/ holds no model")


class Folder:
    """A copy of a shipped model whose parts can be spoiled."""

    def __init__(self, path):
        shutil.copytree(SHIPPED[0], path)
        self.path = path
        self.description = json.loads((path / "model.json").read_text())
        content = self.weights.read_bytes()
        length, = struct.unpack("<Q", content[:8])
        self.header = json.loads(content[8:8 + length])
        self.data = bytearray(content[8 + length:])

    def bias(self):
        """Where the last layer's bias lies in `data`, and its values: one for each label."""
        labels = self.description["labels"]
        [name] = [name for name, tensor in self.header.items() if name != "__metadata__" and tensor["shape"] == [len(labels)]]
        assert self.header[name]["dtype"] == "F32"
        start = self.header[name]["data_offsets"][0]
        return start, struct.unpack_from(f"<{len(labels)}f", self.data, start)

    def shift(self, shifts):
        """Adds to the logits, the gate's left as they are; the reference keeps step."""
        shifts = list(shifts)
        if "gate" in self.description:
            shifts[self.description["gate"]["output"]] = 0
        start, old = self.bias()
        struct.pack_into(f"<{len(old)}f", self.data, start, *(bias + shift for bias, shift in zip(old, shifts)))
        reference = self.description["reference"]
        reference["logits"] = [logit + shift for logit, shift in zip(reference["logits"], shifts)]

    @property
    def weights(self):
        return self.path / self.description["weights"]

    def first_tensor(self):
        return next(name for name, tensor in self.header.items() if name != "__metadata__" and len(tensor["shape"]) == 4)

    def save(self):
        """Writes header and tensors back, with the right checksum: only the content is wrong."""
        header = json.dumps(self.header).encode()
        header += b" " * (-len(header) % 8)
        content = struct.pack("<Q", len(header)) + header + self.data
        self.weights.write_bytes(content)
        self.describe(sha256=hashlib.sha256(content).hexdigest())

    def describe(self, **changes):
        self.description.update(changes)
        (self.path / "model.json").write_text(json.dumps(self.description))


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "spoiled-model")


def refusal(folder, tmp_path):
    sentence = refused(*ports(tmp_path / "data"), "--model", folder.path)
    assert "spoiled-model" in sentence, sentence
    return sentence


def test_a_wrong_checksum(folder, tmp_path):
    folder.describe(sha256="0" * 64)
    assert any(word in refusal(folder, tmp_path).lower() for word in ("sha256", "sha-256", "checksum"))


def test_a_flipped_bit(folder, tmp_path):
    content = bytearray(folder.weights.read_bytes())
    content[-1] ^= 1
    folder.weights.write_bytes(content)
    assert any(word in refusal(folder, tmp_path).lower() for word in ("sha256", "sha-256", "checksum"))


def test_a_missing_tensor(folder, tmp_path):
    name = folder.first_tensor()
    del folder.header[name]
    folder.save()
    assert name in refusal(folder, tmp_path)


def test_a_tensor_of_the_wrong_shape(folder, tmp_path):
    name = folder.first_tensor()
    folder.header[name]["shape"].reverse()
    folder.save()
    assert name in refusal(folder, tmp_path)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers(folder, tmp_path, value):
    name = folder.first_tensor()
    assert folder.header[name]["dtype"] == "F16"
    start = folder.header[name]["data_offsets"][0]
    folder.data[start:start + 2] = struct.pack("<e", value)
    folder.save()
    assert name in refusal(folder, tmp_path)


def test_a_tensor_that_reaches_beyond_the_file(folder, tmp_path):
    name = folder.first_tensor()
    folder.header[name]["data_offsets"][1] += 1 << 40
    folder.save()
    refusal(folder, tmp_path)


@pytest.mark.parametrize("content", [b"", b"\0" * 7, b"\xff" * 8, struct.pack("<Q", 1 << 62) + b"{}", struct.pack("<Q", 2) + b"{]"],
                         ids=["empty", "cut", "length of ones", "huge header", "no JSON"])
def test_weights_that_are_no_safetensors(folder, tmp_path, content):
    folder.weights.write_bytes(content)
    folder.describe(sha256=hashlib.sha256(content).hexdigest())
    refusal(folder, tmp_path)


def test_an_architecture_nobody_knows(folder, tmp_path):
    folder.describe(architecture="transformer-9000")
    assert "transformer-9000" in refusal(folder, tmp_path)


def test_labels_that_do_not_match_the_outputs(folder, tmp_path):
    folder.describe(labels=folder.description["labels"][:-1])
    refusal(folder, tmp_path)


@pytest.mark.parametrize("missing", ["model.json", "weights"])
def test_a_file_that_is_not_there(folder, tmp_path, missing):
    (folder.weights if missing == "weights" else folder.path / missing).unlink()
    refusal(folder, tmp_path)


def test_weights_outside_the_folder_are_not_read(folder, tmp_path):
    outside = tmp_path / "outside.safetensors"
    shutil.move(folder.weights, outside)
    folder.describe(weights="../outside.safetensors")
    refusal(folder, tmp_path)


def test_score_refuses_such_a_folder_too(folder, tmp_path):
    folder.describe(sha256="0" * 64)
    result = firstread("score", "--model", folder.path, tmp_path / "any.dcm")
    assert result.returncode == 1 and "spoiled-model" in result.stderr
