"""DICOM files as bytes (PS3.10), so that a test decides every byte of what it sends."""

import struct
from pathlib import Path

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
IMPLEMENTATION = "1.2.826.0.1.3680043.8.498.1"


def explicit_element(group, element, vr, value):
    """One data element in Explicit VR Little Endian (PS3.5 section 7.1.2)."""
    if isinstance(value, str):
        value = value.encode()
    if len(value) % 2:
        value += b"\0" if vr in ("UI", "OB", "OW", "UN") else b" "
    head = struct.pack("<HH2s", group, element, vr.encode())
    if vr in ("OB", "OW", "OF", "SQ", "UN", "UT", "UC", "UR"):
        return head + struct.pack("<HI", 0, len(value)) + value
    return head + struct.pack("<H", len(value)) + value


def file_with(data_set, *, sop_class, sop_instance, transfer_syntax=EXPLICIT_LITTLE):
    """Preamble, meta header as stated (whatever the data set says), and the data set's bytes untouched."""
    meta = b"".join([
        explicit_element(2, 0x0001, "OB", b"\0\1"),
        explicit_element(2, 0x0002, "UI", sop_class),
        explicit_element(2, 0x0003, "UI", sop_instance),
        explicit_element(2, 0x0010, "UI", transfer_syntax),
        explicit_element(2, 0x0012, "UI", IMPLEMENTATION),
    ])
    return b"\0" * 128 + b"DICM" + explicit_element(2, 0x0000, "UL", struct.pack("<I", len(meta))) + meta + data_set


def data_set_offset(content):
    assert content[128:132] == b"DICM", "no Part 10 file"
    group, element, vr, length, value = struct.unpack("<HH2sHI", content[132:144])
    assert (group, element, vr, length) == (2, 0, b"UL", 4), "no group length of the meta header"
    return 144 + value


def data_set_bytes(path):
    """What follows the meta header, byte for byte."""
    content = Path(path).read_bytes()
    return content[data_set_offset(content):]
