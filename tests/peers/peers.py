"""Lets other programs read what `alexnet convert` writes, and the reverse, at full
size, and compares what they compute.

usage: bazel run //tests/peers        (needs PyTorch, torchvision and NumPy; onnx,
                                       onnxruntime and OpenCV for their parts)
       PYTHON=venv/bin/python bazel run //tests/peers

Prints one line per comparison: the largest difference of logits, relative to the
largest logit, and what is allowed. Exits 1 where one is exceeded.
"""

import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np
import torch
import torchvision

ALEXNET, LOGITS, FIRST = (pathlib.Path(p).resolve() for p in sys.argv[1:4])
KEPT = ("bvlc_alexnet",)  # a later part reads it
failed = []


def convert(*arguments):
    subprocess.run([ALEXNET, "convert", *map(str, arguments)], check=True,
                   stdout=subprocess.DEVNULL)


def logits(model, picture):
    picture.astype("<f4").tofile(model.with_suffix(".f32"))
    out = subprocess.run([LOGITS, model, model.with_suffix(".f32")], check=True,
                         stdout=subprocess.PIPE)
    return np.frombuffer(out.stdout, "<f4")


def report(what, ours, theirs, allowed):
    error = np.abs(ours - theirs.ravel()).max() / np.abs(theirs).max()
    verdict = "ok" if error <= allowed else "FAILED"
    print(f"{what:58} {error:9.1e}  allowed {allowed:.0e}  {verdict}", flush=True)
    if error > allowed:
        failed.append(what)


def skip(what, why):
    print(f"{what:58} SKIPPED: {why}", flush=True)


def read_safetensors(path):
    """By its description: no library of the format is needed."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + size + o for o in entry["data_offsets"])
        values = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors


def with_torchvision(folder):
    torch.manual_seed(0)
    net = torchvision.models.alexnet(weights=None).eval()
    picture = (torch.rand(1, 3, 224, 224) * 4 - 2).numpy()
    with torch.no_grad():
        theirs = net(torch.from_numpy(picture)).numpy()
    for name, old in (("zip", False), ("legacy", True)):
        path = folder / f"tv_{name}.pth"
        torch.save(net.state_dict(), path, _use_new_zipfile_serialization=not old)
        convert(path, folder / "tv.alexnet")
        report(f"torchvision's {name} .pth, read", logits(folder / "tv.alexnet", picture),
               theirs, 1e-5)
    for opset in (9, 11, 13, 15):
        torch.onnx.export(net, torch.from_numpy(picture), folder / "tv.onnx",
                          opset_version=opset, dynamo=False)
        convert(folder / "tv.onnx", folder / "tv.alexnet")
        report(f"torchvision's ONNX of operator set {opset}, read",
               logits(folder / "tv.alexnet", picture), theirs, 1e-5)
    ours = logits(folder / "tv.alexnet", picture)
    for ending, load in ((".pth", torch.load), (".safetensors", read_safetensors)):
        path = folder / f"out{ending}"
        convert(folder / "tv.alexnet", path)
        again = torchvision.models.alexnet(weights=None).eval()
        again.load_state_dict(load(path))
        with torch.no_grad():
            report(f"our {ending}, read by torchvision", ours,
                   again(torch.from_numpy(picture)).numpy(), 1e-5)


def with_opencv(folder):
    try:
        import cv2
    except ImportError:
        return skip("our files, by OpenCV", "there is no cv2")
    rng = np.random.default_rng(0)
    picture = rng.uniform(-120, 120, (1, 3, 227, 227)).astype("<f4")
    for preset in ("bvlc_alexnet", "caffenet"):
        model = folder / f"{preset}.alexnet"
        subprocess.run([FIRST, preset, model], check=True)
        ours = logits(model, picture)
        convert(model, folder / "net.caffemodel")
        what = f"our .caffemodel of {preset}, read by OpenCV"
        if hasattr(cv2.dnn, "readNetFromCaffe"):
            net = cv2.dnn.readNetFromCaffe(str(folder / "net.prototxt"),
                                           str(folder / "net.caffemodel"))
            net.setInput(picture)
            report(what, ours, net.forward("fc8"), 1e-4)
        else:
            skip(what, f"OpenCV {cv2.__version__} reads none; 4 does")
        convert(model, folder / "net.onnx")
        net = cv2.dnn.readNetFromONNX(str(folder / "net.onnx"))
        net.setInput(picture)
        names = net.getLayerNames()
        out = next(n for n in names if n.endswith("fc8"))
        report(f"our .onnx of {preset}, read by OpenCV", ours, net.forward(out), 1e-4)
        convert(folder / "net.caffemodel", folder / "back.alexnet", "--prototxt",
                folder / "net.prototxt")
        report(f"our .caffemodel of {preset}, read again",
               logits(folder / "back.alexnet", picture), ours, 0)


def presets():
    out = subprocess.run([ALEXNET, "presets"], check=True, stdout=subprocess.PIPE)
    return [line.split()[0] for line in out.stdout.decode().splitlines()]


def with_onnx(folder):
    """Every preset in every type: the checker with full_check, which infers shapes
    and compares the declared ones, and what ONNX Runtime computes."""
    try:
        import onnx
        import onnxruntime
    except ImportError:
        return skip("our .onnx files", "there is no onnx, or no onnxruntime")
    rng = np.random.default_rng(0)

    def compare(what, model, dtype):
        convert(model, folder / "net.onnx", "--dtype", dtype)
        graph = onnx.load(folder / "net.onnx")
        onnx.checker.check_model(graph, full_check=True)
        # The runtime gives the logits, too.
        softmax = next(n for n in graph.graph.node if n.op_type == "Softmax")
        graph.graph.output.append(onnx.helper.make_empty_tensor_value_info(
            softmax.input[0]))
        shape = [d.dim_value for d in graph.graph.input[0].type.tensor_type.shape.dim]
        shape[0] = 1
        picture = rng.uniform(-1, 1, shape).astype("<f4")
        session = onnxruntime.InferenceSession(graph.SerializeToString(),
                                               providers=["CPUExecutionProvider"])
        probabilities, theirs = session.run(
            None, {graph.graph.input[0].name: picture})
        declared = graph.graph.output[0].type.tensor_type.shape.dim
        declared = [d.dim_value for d in declared[1:]]
        if list(probabilities.shape[1:]) != declared:
            raise ValueError(f"the output is {probabilities.shape[1:]}, "
                             f"declared as {declared}")
        convert(folder / "net.onnx", folder / "back.alexnet")
        report(what, logits(folder / "back.alexnet", picture), theirs, 1e-4)

    for preset in presets():
        model = folder / f"{preset}.alexnet"
        subprocess.run([FIRST, preset, model], check=True)
        for dtype in ("f32", "f16", "bf16"):
            what = f"our .onnx of {preset} in {dtype}, run by ONNX Runtime"
            try:
                compare(what, model, dtype)
            # Whatever the other program raises: the rest is compared all the same.
            except Exception as error:
                first = str(error).strip().split("\n")[0]
                print(f"{what:58} FAILED: {type(error).__name__}: {first}", flush=True)
                failed.append(what)
        if preset not in KEPT:
            model.unlink()


def with_numpy(folder):
    """A file made as Toronto's: a dict of [weights, biases], saved by numpy."""
    model = folder / "bvlc_alexnet.alexnet"
    convert(model, folder / "ours.npz")
    arrays = np.load(folder / "ours.npz")
    net = {}
    for layer in ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8"):
        weight = arrays[f"{layer}.weight"]
        if weight.ndim == 4:
            weight = weight.transpose(2, 3, 1, 0)
        elif layer == "fc6":
            weight = weight.reshape(4096, 256, 6, 6).transpose(2, 3, 1, 0)
            weight = weight.reshape(9216, 4096)
        else:
            weight = weight.T
        net[layer] = [np.ascontiguousarray(weight), arrays[f"{layer}.bias"]]
    np.save(folder / "toronto.npy", net, allow_pickle=True)
    convert(folder / "toronto.npy", folder / "toronto.alexnet")
    picture = np.random.default_rng(1).uniform(-100, 100, (1, 3, 227, 227))
    report("a .npy made as Toronto's, read", logits(folder / "toronto.alexnet", picture),
           logits(model, picture), 0)
    convert(model, folder / "ours.npy")
    read = np.load(folder / "ours.npy", allow_pickle=True).item()
    same = all(np.array_equal(a, b) for k in net for a, b in zip(net[k], read[k]))
    print(f"{'our .npy, read by NumPy':58} {'ok' if same else 'FAILED'}", flush=True)
    if not same:
        failed.append("our .npy")


with tempfile.TemporaryDirectory() as work:
    for part in (with_torchvision, with_opencv, with_onnx, with_numpy):
        part(pathlib.Path(work))
if failed:
    sys.exit("failed: " + ", ".join(failed))
