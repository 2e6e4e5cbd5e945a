#include <array>

#include "tools/convert/formats/caffe/caffe.h"
#include "tools/convert/formats/format.h"

namespace alexnet::convert {
namespace {

constexpr std::string_view kCaffeEndings[] = {".caffemodel"};

constexpr ElementType kFloatOnly[] = {ElementType::kF32};

constexpr std::array kFormats = {
    Format{"caffe", "Caffe",
           "Caffe (.caffemodel, deploy .prototxt, mean.binaryproto)",
           kCaffeEndings, kFloatOnly, LooksLikeCaffe, ReadCaffe, WriteCaffe,
           CaffeSideFiles},
};

}  // namespace

std::span<const Format> Formats() { return kFormats; }

}  // namespace alexnet::convert
