"""One peer of the kernel benchmark, in a process of its own.

    python peer.py FOLDER NETWORK PEER THREADS BATCH

says `ready DIFFERENCE` (its largest difference from PyTorch's logits) or `absent REASON`, then reads lines with a number of
rounds and answers each with the milliseconds of its rounds.
"""

import os
import pathlib
import sys
import time

folder, name, peer, threads, batch = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(threads)

import numpy as np  # noqa: E402  (the thread counts come first)


class Absent(Exception):
    pass


def onnxruntime():
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = ort.InferenceSession(str(folder / f"{name}-b{batch}.onnx"), options, providers=["CPUExecutionProvider"])
    return lambda x: session.run(None, {"x": x})[0]


def openvino(precision):
    import openvino as ov

    core = ov.Core()
    if precision == "bf16" and "BF16" not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        raise Absent("this processor has no bf16")
    compiled = core.compile_model(
        core.read_model(folder / f"{name}-b{batch}.onnx"), "CPU",
        {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": precision})  # fmt: skip
    request = compiled.create_infer_request()
    return lambda x: request.infer({0: x})[0]


def pytorch(compiled):
    import networks
    import torch

    torch.set_num_threads(threads)
    model = networks.Logits(networks.network(name)).eval()
    if compiled:
        import torch._inductor.config

        torch._inductor.config.freezing = True
        model = torch.compile(model)

    def run(x):
        with torch.no_grad():
            return model(torch.from_numpy(x)).numpy()

    return run


PEERS = {
    "onnxruntime": onnxruntime,
    "openvino f32": lambda: openvino("f32"),
    "openvino bf16": lambda: openvino("bf16"),
    "pytorch": lambda: pytorch(False),
    "pytorch compiled": lambda: pytorch(True),
}


def main():
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
    import networks

    x = networks.images(name, batch)
    try:
        run = PEERS[peer]()
        answer = run(x)
    except Absent as reason:
        print("absent", reason, flush=True)
        return
    except Exception as error:  # a peer that cannot run here is reported, not fatal
        print("absent", " ".join(str(error).split())[:200], flush=True)
        return
    difference = float(np.abs(answer - np.load(folder / f"{name}.logits.npy")).max())
    run(x)
    print("ready", difference, flush=True)
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start = time.perf_counter()
            run(x)
            times.append((time.perf_counter() - start) * 1e3)
        print(*(f"{value:.3f}" for value in times), flush=True)


main()
