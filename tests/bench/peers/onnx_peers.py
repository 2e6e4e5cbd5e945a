"""Programs that run an ONNX file, whose batch is of any size."""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile


def pictures(shape):
    import numpy

    return numpy.random.default_rng(0).random(shape, dtype=numpy.float32)


class OnnxRuntime:
    modes = ["infer"]

    def version(self):
        import onnxruntime

        return onnxruntime.__version__

    def prepare(self, options, shape):
        import onnxruntime

        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = options.threads
        session = onnxruntime.InferenceSession(
            options.onnx, settings, providers=["CPUExecutionProvider"])
        feed = {session.get_inputs()[0].name: pictures(shape)}
        return lambda: session.run(None, feed)


class OpenVino:
    modes = ["infer"]

    def version(self):
        import openvino

        return openvino.__version__.split("-")[0]

    def prepare(self, options, shape):
        import openvino

        core = openvino.Core()
        model = core.read_model(options.onnx)
        model.reshape(list(shape))
        request = core.compile_model(model, "CPU", {
            "INFERENCE_NUM_THREADS": options.threads,
            "INFERENCE_PRECISION_HINT": "f32",
            "PERFORMANCE_HINT": "LATENCY",
        }).create_infer_request()
        images = pictures(shape)
        return lambda: request.infer([images], share_inputs=True)


@contextlib.contextmanager
def quiet():
    """MNN prints of the processor what it finds, on standard output."""
    before = os.dup(1)
    with open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(before, 1)
        os.close(before)


class Mnn:
    modes = ["infer"]

    def version(self):
        with quiet():
            import MNN
        return MNN.version()

    def prepare(self, options, shape):
        with quiet():
            return self._prepare(options, shape)

    @staticmethod
    def _prepare(options, shape):
        import MNN

        converter = pathlib.Path(sys.executable).parent / "mnnconvert"
        with tempfile.TemporaryDirectory() as folder:
            model = os.path.join(folder, "model.mnn")
            subprocess.run(
                [converter, "-f", "ONNX", "--modelFile", options.onnx,
                 "--MNNModel", model, "--bizCode", "bench"],
                check=True, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
            runtime = MNN.nn.create_runtime_manager(({
                "backend": "CPU", "numThread": options.threads,
                "precision": "high"},))
            network = MNN.nn.load_module_from_file(
                model, ["data"], ["prob"], runtime_manager=runtime,
                shape_mutable=False)
        images = MNN.expr.const(pictures(shape).ravel(), list(shape),
                                MNN.expr.NCHW)
        # Reading makes it compute.
        return lambda: network.forward([images])[0].read()


class OpenCv:
    modes = ["infer"]

    def version(self):
        import cv2

        return cv2.__version__

    def prepare(self, options, shape):
        import cv2

        cv2.setNumThreads(options.threads)
        network = cv2.dnn.readNetFromONNX(options.onnx)
        images = pictures(shape)

        def infer():
            network.setInput(images)
            network.forward()

        return infer


PEERS = {
    "onnxruntime": OnnxRuntime(),
    "OpenVINO": OpenVino(),
    "MNN": Mnn(),
    "OpenCV": OpenCv(),
}
