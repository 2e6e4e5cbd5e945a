#include "core/model/preprocessing_codec.h"

#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "core/model/decoding.h"

namespace alexnet {
namespace {

Status DecodeNumbers(const flatbuffers::Vector<float>& from,
                     std::string_view field, std::span<float> to) {
  if (from.size() != to.size()) {
    return InvalidArgumentError(
               fmt::format("{} numbers instead of {}", from.size(), to.size()))
        .WithField(std::string(field));
  }
  std::copy(from.begin(), from.end(), to.begin());
  return Status();
}

}  // namespace

flatbuffers::Offset<schema::Preprocessing> EncodePreprocessing(
    flatbuffers::FlatBufferBuilder& builder, const Preprocessing& p) {
  // BEGIN options: codec.encode preprocessing from=p
  const auto mean = builder.CreateVector(p.mean.data(), p.mean.size());
  const auto stddev = builder.CreateVector(p.stddev.data(), p.stddev.size());
  const auto color_stddev =
      builder.CreateVector(p.color_stddev.data(), p.color_stddev.size());
  const auto color_axes =
      builder.CreateVector(p.color_axes.data(), p.color_axes.size());
  const auto encoded = schema::CreatePreprocessing(
      builder, EncodeEnum<schema::ChannelOrder>(p.order),
      EncodeEnum<schema::ResizeRule>(p.resize_rule),
      EncodeEnum<schema::ResizeFilter>(p.resize_filter), p.resize,
      p.crop_height, p.crop_width, p.scale,
      EncodeEnum<schema::MeanKind>(p.mean_kind), mean, stddev,
      EncodeEnum<schema::ViewOrder>(p.view_order), color_stddev, color_axes);
  // END options
  return encoded;
}

Result<Preprocessing> DecodePreprocessing(const schema::Preprocessing& from) {
  Preprocessing p;
  // BEGIN options: codec.decode preprocessing from=from to=p field=preprocessing.
  ALEXNET_ASSIGN_OR_RETURN(
      p.order, DecodeEnum<ChannelOrder>(from.order(), "preprocessing.order"));
  ALEXNET_ASSIGN_OR_RETURN(
      p.resize_rule,
      DecodeEnum<ResizeRule>(from.resize_rule(), "preprocessing.resize_rule"));
  ALEXNET_ASSIGN_OR_RETURN(
      p.resize_filter, DecodeEnum<ResizeFilter>(from.resize_filter(),
                                                "preprocessing.resize_filter"));
  p.resize = from.resize();
  p.crop_height = from.crop_height();
  p.crop_width = from.crop_width();
  p.scale = from.scale();
  ALEXNET_ASSIGN_OR_RETURN(
      p.mean_kind,
      DecodeEnum<MeanKind>(from.mean_kind(), "preprocessing.mean_kind"));
  ALEXNET_RETURN_IF_ERROR(
      DecodeNumbers(*from.mean(), "preprocessing.mean", p.mean));
  ALEXNET_RETURN_IF_ERROR(
      DecodeNumbers(*from.stddev(), "preprocessing.stddev", p.stddev));
  ALEXNET_ASSIGN_OR_RETURN(
      p.view_order,
      DecodeEnum<ViewOrder>(from.view_order(), "preprocessing.view_order"));
  ALEXNET_RETURN_IF_ERROR(DecodeNumbers(
      *from.color_stddev(), "preprocessing.color_stddev", p.color_stddev));
  ALEXNET_RETURN_IF_ERROR(DecodeNumbers(
      *from.color_axes(), "preprocessing.color_axes", p.color_axes));
  // END options
  ALEXNET_RETURN_IF_ERROR(
      ValidatePreprocessing(p, MeanImageRule::kMayBeMissing));
  return p;
}

}  // namespace alexnet
