"""pynetdicom as a receiver, in the way its own documentation shows: PORT FOLDER."""

import os
import sys

from pynetdicom import AE, AllStoragePresentationContexts, evt

port, folder = int(sys.argv[1]), sys.argv[2]


def store(event):
    data = event.dataset
    data.file_meta = event.file_meta
    data.save_as(os.path.join(folder, data.SOPInstanceUID), enforce_file_format=True)
    return 0x0000


entity = AE(ae_title="BENCH")
entity.supported_contexts = AllStoragePresentationContexts
entity.start_server(("127.0.0.1", port), block=True, evt_handlers=[(evt.EVT_C_STORE, store)])
