#!/usr/bin/python3
"""Makes the golden results of preprocessing in tests/golden/resize.

Expected pixels come from Pillow, torchvision and OpenCV (made with Pillow
9.4.0, torchvision 0.14.1 and OpenCV 4.6.0). The source pictures are computed
by `picture` here and by SourcePicture in the tests, so that only results are
stored. All numbers are little-endian.

resize.bin: records of int32 (filter, pattern, channels, source width, source
height, box x, y, width, height, target width, target height) and the expected
bytes (height, width, channels). Filters are those of ResizeFilter.

views.bin: float32 (3, 33, 33) three times: the centre view of torchvision's
Resize(40), CenterCrop(33), ToTensor, Normalize of the picture of pattern 0,
61 x 47; the same of 45 x 60; and that of Caffe (warp to 40 x 40 by
cv2.resize, BGR, a mean image subtracted, centre 33) of 61 x 47. The mean
image's value at (channel, y, x) is 100 + 10 * channel + (3 * y + x) % 7.
"""

import pathlib
import struct

import cv2
import numpy as np
import PIL.Image
import torchvision.transforms as T

MASK = 0xFFFFFFFF


def value(pattern, x, y, c):
    if pattern == 0:  # smooth
        return ((3 * x * x + 5 * y * y + 7 * x * y + 83 * c + 11) >> 4) & 255
    h = (x * 73856093 & MASK) ^ (y * 19349663 & MASK) ^ (c * 83492791 & MASK)
    h = (h ^ (h >> 13)) * 0x5BD1E995 & MASK
    h = (h >> 15) & 255
    return h if pattern == 1 else (255 if h > 127 else 0)


def picture(pattern, width, height, channels):
    return np.array(
        [
            [[value(pattern, x, y, c) for c in range(channels)] for x in range(width)]
            for y in range(height)
        ],
        dtype=np.uint8,
    )


def pil(pixels):
    return PIL.Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[:, :, 0])


def resize(kind, pixels, size):
    if kind == 0:
        return np.asarray(pil(pixels).resize(size, PIL.Image.BILINEAR))
    if kind == 1:
        return cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR)
    shrinks = size[0] <= pixels.shape[1] and size[1] <= pixels.shape[0]
    flag = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return cv2.resize(pixels, size, interpolation=flag)


# pattern, channels, source size, box (None: whole), target size
CASES = [
    (0, 3, (61, 47), None, (52, 40)),
    (1, 3, (61, 47), None, (40, 40)),
    (2, 3, (64, 48), None, (32, 24)),
    (1, 3, (63, 45), None, (21, 15)),
    (1, 3, (40, 30), None, (61, 47)),
    (2, 3, (31, 17), None, (32, 32)),
    (1, 1, (61, 47), None, (29, 23)),
    (2, 1, (20, 20), None, (47, 13)),
    (1, 3, (100, 75), None, (13, 9)),
    (1, 3, (1, 9), None, (7, 5)),
    (1, 3, (9, 1), None, (4, 3)),
    (1, 3, (61, 47), (7, 5, 40, 33), (24, 24)),
    (2, 3, (61, 47), (20, 11, 41, 36), (24, 31)),
    (0, 3, (61, 47), (3, 2, 9, 8), (24, 24)),
]


def write_resize(path):
    with path.open("wb") as out:
        for kind in range(3):
            for pattern, channels, size, box, target in CASES:
                pixels = picture(pattern, *size, channels)
                x, y, w, h = box or (0, 0, *size)
                cut = np.ascontiguousarray(pixels[y : y + h, x : x + w])
                out.write(
                    struct.pack(
                        "<11i", kind, pattern, channels, *size, x, y, w, h, *target
                    )
                )
                out.write(np.ascontiguousarray(resize(kind, cut, target)).tobytes())


def write_views(path):
    torchvision_view = T.Compose(
        [
            T.Resize(40),
            T.CenterCrop(33),
            T.ToTensor(),
            T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    with path.open("wb") as out:
        for size in ((61, 47), (45, 60)):
            view = torchvision_view(pil(picture(0, *size, 3)))
            out.write(view.numpy().astype("<f4").tobytes())
        warped = cv2.resize(picture(0, 61, 47, 3), (40, 40))
        mean = np.fromfunction(
            lambda c, y, x: 100 + 10 * c + (3 * y + x) % 7, (3, 40, 40)
        )
        bgr = warped[:, :, ::-1].transpose(2, 0, 1).astype(np.float32) - mean
        off = (40 - 33) // 2
        view = bgr[:, off : off + 33, off : off + 33]
        out.write(np.ascontiguousarray(view).astype("<f4").tobytes())


def main():
    folder = pathlib.Path(__file__).parent / "resize"
    write_resize(folder / "resize.bin")
    write_views(folder / "views.bin")


if __name__ == "__main__":
    main()
