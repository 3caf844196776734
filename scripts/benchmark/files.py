"""The files that are sent: each a copy of one image under a SOP Instance UID of its own."""

from pathlib import Path

from objects import encoded, radiograph, slice_of_ct
from part10 import file_with

UID_ROOT = "1.2.826.0.1.3680043.10.1999.77"
SERIAL_DIGITS = 8


def template(make, rows, columns, **attributes):
    """(SOP class, data set bytes, the UID to be replaced in them)."""
    uid = f"{UID_ROOT}.1.1{'0' * (SERIAL_DIGITS - 1)}"
    data = make(rows=rows, columns=columns, **attributes)
    data.SOPInstanceUID = uid
    content = encoded(data)
    assert content.count(uid.encode()) == 1
    return data.SOPClassUID, content, uid


def write_files(folder, count, groups, make, rows, columns, **attributes):
    """`count` files in `groups` folders, each folder a study; returns the folders."""
    folders = []
    serial = 1
    for group in range(groups):
        path = Path(folder) / f"{group:02}"
        path.mkdir(parents=True)
        folders.append(path)
        sop_class, content, uid = template(make, rows, columns, **attributes)
        for _ in range(count // groups):
            # A leading 1 keeps the component free of leading zeros (PS3.5 section 9.1).
            own = f"{UID_ROOT}.1.1{serial:0{SERIAL_DIGITS - 1}}"
            (path / f"{serial:08}.dcm").write_bytes(
                file_with(content.replace(uid.encode(), own.encode()), sop_class=sop_class, sop_instance=own))
            serial += 1
    return folders


SUBJECTS = {
    "CR 2000x2000": {"make": radiograph, "rows": 2000, "columns": 2000, "count": 200, "quick": 24},
    "CT 512x512": {"make": slice_of_ct, "rows": 512, "columns": 512, "count": 2000, "quick": 160},
}


def megabytes(folders):
    return sum(path.stat().st_size for folder in folders for path in folder.iterdir()) / 1e6
