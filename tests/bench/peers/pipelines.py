#!/usr/bin/env python3
"""Times the peers of the data pipeline and prints one JSON document.

usage: pipelines.py list
       pipelines.py time PEER FOLDER [--threads N] [--seconds S]

`list` names those that this interpreter has, with their versions. `time` reads
the JPEGs of FOLDER, which has a folder for each class, as for training: a crop
of 224 anywhere in the picture, mirrored or not, colour noise as the paper's,
normalized, in batches of 64, float32 by channels. Pictures a second, on as many
processors as threads, which whoever calls sees to.
"""

import argparse
import json
import pathlib
import random
import time

BATCH = 64
CROP = 224
MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)
NOISE = 0.1 / 3  # of each colour, about that of the principal components


def files_in(folder):
    return sorted(str(path) for path in pathlib.Path(folder).glob("*/*.jpg"))


def noise():
    return [random.gauss(0.0, NOISE) for _ in range(3)]


class DataLoader:
    """PyTorch's, with torchvision's transforms."""

    def __init__(self, from_pillow):
        self._from_pillow = from_pillow

    def version(self):
        import torchvision
        return torchvision.__version__

    def batches(self, folder, threads):
        import torch
        from torchvision import datasets, io
        from torchvision.transforms import v2

        torch.set_num_threads(1)
        loader = datasets.folder.pil_loader if self._from_pillow else (
            lambda path: io.decode_image(path, io.ImageReadMode.RGB))
        transform = v2.Compose([
            v2.ToImage(), v2.RandomCrop(CROP), v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(MEAN, DEVIATION),
            lambda image: image + torch.tensor(noise())[:, None, None]])
        data = datasets.ImageFolder(folder, transform, loader=loader)
        sampler = torch.utils.data.RandomSampler(
            data, replacement=True, num_samples=1 << 30)
        for images, _ in torch.utils.data.DataLoader(
                data, BATCH, sampler=sampler, num_workers=threads):
            yield len(images)


class OpenCv:
    """As it is used by hand: a pool of threads over NumPy's arrays."""

    def version(self):
        import cv2
        return cv2.__version__

    def batches(self, folder, threads):
        import concurrent.futures

        import cv2
        import numpy

        cv2.setNumThreads(1)
        files = files_in(folder)
        scale = numpy.float32(1 / 255) / numpy.array(DEVIATION, numpy.float32)
        shift = numpy.array(MEAN, numpy.float32) / numpy.array(
            DEVIATION, numpy.float32)

        def sample(out):
            image = cv2.imread(random.choice(files))
            top = random.randint(0, image.shape[0] - CROP)
            left = random.randint(0, image.shape[1] - CROP)
            image = image[top:top + CROP, left:left + CROP, ::-1]
            if random.random() < 0.5:
                image = image[:, ::-1]
            numpy.multiply(image.transpose(2, 0, 1), scale[:, None, None],
                           out=out)
            out += (numpy.array(noise(), numpy.float32) - shift)[:, None, None]

        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            while True:
                batch = numpy.empty((BATCH, 3, CROP, CROP), numpy.float32)
                for _ in pool.map(sample, batch):
                    pass
                yield BATCH


class TensorFlow:
    """tf.data, which decodes no more of a JPEG than the crop."""

    def version(self):
        import tensorflow
        return tensorflow.__version__

    def batches(self, folder, threads):
        import tensorflow as tf

        tf.config.threading.set_inter_op_parallelism_threads(threads)
        tf.config.threading.set_intra_op_parallelism_threads(1)
        mean = tf.constant(MEAN)
        deviation = tf.constant(DEVIATION)

        def sample(path):
            data = tf.io.read_file(path)
            shape = tf.io.extract_jpeg_shape(data)
            top = tf.random.uniform([], 0, shape[0] - CROP + 1, tf.int32)
            left = tf.random.uniform([], 0, shape[1] - CROP + 1, tf.int32)
            image = tf.io.decode_and_crop_jpeg(
                data, tf.stack([top, left, CROP, CROP]), channels=3)
            image = tf.image.random_flip_left_right(image)
            image = (tf.cast(image, tf.float32) / 255.0 - mean) / deviation
            image += tf.random.normal([3], 0.0, NOISE)
            return tf.transpose(image, [2, 0, 1])

        files = files_in(folder)
        data = tf.data.Dataset.from_tensor_slices(files)
        data = data.shuffle(len(files)).repeat()
        data = data.map(sample, num_parallel_calls=threads)
        for images in data.batch(BATCH).prefetch(2):
            yield images.shape[0]


class Dali:
    """NVIDIA's, on processors, which decodes no more than the crop either."""

    def version(self):
        from nvidia import dali
        return dali.__version__

    def batches(self, folder, threads):
        from nvidia.dali import fn, pipeline_def, types

        @pipeline_def(batch_size=BATCH, num_threads=threads, device_id=None)
        def training():
            data, _ = fn.readers.file(file_root=folder, random_shuffle=True)
            place = fn.random.uniform(range=[0.0, 1.0], shape=[2])
            image = fn.decoders.image_crop(
                data, crop=[CROP, CROP], crop_pos_y=place[0],
                crop_pos_x=place[1])
            image = fn.crop_mirror_normalize(
                image, mirror=fn.random.coin_flip(), dtype=types.FLOAT,
                output_layout="CHW", mean=[255 * m for m in MEAN],
                std=[255 * d for d in DEVIATION])
            return image + fn.random.normal(stddev=NOISE, shape=[3, 1, 1])

        pipeline = training()
        pipeline.build()
        while True:
            yield len(pipeline.run()[0])


PIPELINES = {
    "DataLoader, Pillow": DataLoader(from_pillow=True),
    "DataLoader, torchvision.io": DataLoader(from_pillow=False),
    "OpenCV": OpenCv(),
    "tf.data": TensorFlow(),
    "DALI": Dali(),
}


def installed():
    here = {}
    for name, pipeline in PIPELINES.items():
        try:
            here[name] = pipeline.version()
        except ImportError:
            continue
    return here


def rate_of(batches, seconds):
    """After four batches, as of the engine's."""
    for _ in range(4):
        next(batches)
    pictures = 0
    begin = time.perf_counter()
    while True:
        pictures += next(batches)
        elapsed = time.perf_counter() - begin
        if elapsed >= seconds:
            return pictures / elapsed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list")
    timed = verbs.add_parser("time")
    timed.add_argument("peer", choices=PIPELINES)
    timed.add_argument("folder")
    timed.add_argument("--threads", type=int, default=1)
    timed.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    if options.verb == "list":
        print(json.dumps(installed()))
        return
    batches = PIPELINES[options.peer].batches(options.folder, options.threads)
    rate = rate_of(batches, options.seconds)
    print(json.dumps({"images_per_second": rate}))


if __name__ == "__main__":
    main()
