#include <array>

#include "tools/convert/formats/caffe/caffe.h"
#include "tools/convert/formats/cuda_convnet/cuda_convnet.h"
#include "tools/convert/formats/darknet/darknet.h"
#include "tools/convert/formats/format.h"
#include "tools/convert/formats/numpy/numpy.h"
#include "tools/convert/formats/onnx/onnx.h"
#include "tools/convert/formats/pytorch/pytorch.h"
#include "tools/convert/formats/safetensors/safetensors.h"

namespace alexnet::convert {
namespace {

constexpr std::string_view kCaffeEndings[] = {".caffemodel"};

constexpr std::string_view kPyTorchEndings[] = {".pth", ".pt"};
constexpr std::string_view kOnnxEndings[] = {".onnx"};
constexpr std::string_view kNpzEndings[] = {".npz"};
constexpr std::string_view kNpyEndings[] = {".npy"};
constexpr std::string_view kSafetensorsEndings[] = {".safetensors"};

constexpr ElementType kFloatOnly[] = {ElementType::kF32};
constexpr ElementType kHalfToo[] = {ElementType::kF32, ElementType::kF16};
constexpr ElementType kHalvesToo[] = {ElementType::kF32, ElementType::kF16,
                                      ElementType::kBF16};

constexpr std::array kFormats = {
    Format{"caffe", "Caffe",
           "Caffe (.caffemodel, deploy .prototxt, mean.binaryproto)",
           kCaffeEndings, kFloatOnly, LooksLikeCaffe, true, ReadCaffe,
           WriteCaffe, CaffeSideFiles},
    Format{"pytorch", "PyTorch", "PyTorch state dicts (.pth, .pt)",
           kPyTorchEndings, kHalvesToo, LooksLikePyTorch, false, ReadPyTorch,
           WritePyTorch, nullptr},
    Format{"safetensors", "safetensors",
           "safetensors, named as PyTorch's state dicts", kSafetensorsEndings,
           kHalvesToo, LooksLikeSafetensors, false, ReadSafetensors,
           WriteSafetensors, nullptr},
    Format{"onnx", "ONNX", "ONNX models, operator sets 3 to 23 (.onnx)",
           kOnnxEndings, kHalvesToo, LooksLikeOnnx, false, ReadOnnx, WriteOnnx,
           nullptr},
    Format{"npz", "NumPy", "NumPy archives (.npz)", kNpzEndings, kHalfToo,
           LooksLikeNpz, false, ReadNpz, WriteNpz, nullptr},
    Format{"npy", "NumPy", "bvlc_alexnet.npy, a pickled dict of NumPy arrays",
           kNpyEndings, kHalfToo, LooksLikeNpy, false, ReadNpy, WriteNpy,
           nullptr},
    Format{"cuda-convnet",
           "cuda-convnet",
           "Checkpoints of cuda-convnet (2012) and cuda-convnet2",
           {},
           kFloatOnly,
           LooksLikeCudaConvnet,
           false,
           ReadCudaConvnet,
           nullptr,
           nullptr},
    Format{"darknet",
           "Darknet",
           "Darknet weights (.weights, .cfg)",
           {},
           kFloatOnly,
           LooksLikeDarknet,
           true,
           ReadDarknet,
           nullptr,
           nullptr},
};

}  // namespace

std::span<const Format> Formats() { return kFormats; }

}  // namespace alexnet::convert
