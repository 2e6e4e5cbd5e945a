#include "core/backend/cpu/dnnl_support.h"

#include <fmt/core.h>

#include "core/base/parallel.h"
#include "core/base/room.h"

namespace alexnet::cpu {
namespace {

constexpr auto kFloat = dnnl::memory::data_type::f32;

dnnl::memory::dims Dims(const Shape& shape) {
  return {shape.extents().begin(), shape.extents().end()};
}

Tag DenseTag(int rank) {
  constexpr Tag kTags[] = {Tag::undef, Tag::a, Tag::ab, Tag::abc, Tag::abcd};
  return kTags[rank];
}

// Of the layouts that keep channels together; undef: another.
Tag BlockedTag(const Descriptor& descriptor) {
  for (const Tag tag : {Tag::nChw16c, Tag::nChw8c, Tag::nhwc}) {
    if (descriptor.dims().size() == 4 &&
        descriptor == Descriptor(descriptor.dims(), kFloat, tag)) {
      return tag;
    }
  }
  return Tag::undef;
}

}  // namespace

dnnl::engine& Engine() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::stream& Stream() {
  static dnnl::stream stream(Engine());
  return stream;
}

bool DnnlLayout::Equals(const Layout& other) const {
  const auto* layout = dynamic_cast<const DnnlLayout*>(&other);
  return layout != nullptr && layout->descriptor_ == descriptor_;
}

std::string DnnlLayout::Name() const { return DescribeLayout(descriptor_); }
std::string DnnlLayout::SampleName() const {
  return DescribeLayout(descriptor_, /*first=*/1);
}

Descriptor DenseDescriptor(const Shape& shape) {
  return {Dims(shape), kFloat, DenseTag(shape.rank())};
}

Descriptor AnyDescriptor(const Shape& shape) {
  return {Dims(shape), kFloat, Tag::any};
}

Descriptor DescriptorOf(const Format& format) {
  if (format.dense()) return DenseDescriptor(format.shape);
  return static_cast<const DnnlLayout&>(*format.layout).descriptor();
}

Format FormatOf(const Descriptor& descriptor, const Shape& shape) {
  if (descriptor == DenseDescriptor(shape)) return Format::Dense(shape);
  return {shape, static_cast<int64_t>(descriptor.get_size()),
          std::make_shared<DnnlLayout>(descriptor)};
}

int64_t ChannelBlock(const Format& format) {
  if (format.dense()) return 1;
  switch (BlockedTag(DescriptorOf(format))) {
    case Tag::nChw16c:
      return 16;
    case Tag::nChw8c:
      return 8;
    case Tag::nhwc:
      return format.shape[1];
    default:
      return 0;
  }
}

Format BlockedFormat(const Shape& shape, int64_t block) {
  return FormatOf(
      {Dims(shape), kFloat, block == 16 ? Tag::nChw16c : Tag::nChw8c}, shape);
}

Format InLayoutOf(const Format& format, const Shape& shape) {
  if (format.dense()) return Format::Dense(shape);
  return FormatOf({Dims(shape), kFloat, BlockedTag(DescriptorOf(format))},
                  shape);
}

dnnl::memory View(const Descriptor& descriptor, const void* data) {
  return {descriptor, Engine(), const_cast<void*>(data)};
}

std::string DescribeLayout(const Descriptor& descriptor, int first) {
  const dnnl_memory_desc_t& raw = descriptor.data;
  const dnnl_blocking_desc_t& blocking = raw.format_desc.blocking;
  std::string text = "dnnl";
  for (int i = first; i < raw.ndims; ++i) {
    text += fmt::format(" {}({}):{}", raw.dims[i], raw.padded_dims[i],
                        blocking.strides[i]);
  }
  for (int i = 0; i < blocking.inner_nblks; ++i) {
    text += fmt::format(" {}{}", blocking.inner_blks[i],
                        static_cast<char>('a' + blocking.inner_idxs[i]));
  }
  return text;
}

Status Reorder(const Descriptor& from, const void* source, const Descriptor& to,
               void* target) {
  // The worker saw to it before this work, which may have taken memory since.
  ALEXNET_RETURN_IF_ERROR(CheckComputeRoom(TeamSize()));
  dnnl::memory in = View(from, source);
  dnnl::memory out = View(to, target);
  dnnl::reorder(in, out).execute(Stream(), in, out);
  return Status();
}

dnnl::primitive_attr Attributes() {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

}  // namespace alexnet::cpu
