#include "core/backend/cpu/dnnl_support.h"

#include <fmt/core.h>

namespace alexnet::cpu {
namespace {

dnnl::memory::dims Dims(const Shape& shape) {
  return {shape.extents().begin(), shape.extents().end()};
}

Tag DenseTag(int rank) {
  constexpr Tag kTags[] = {Tag::undef, Tag::a, Tag::ab, Tag::abc, Tag::abcd};
  return kTags[rank];
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

Descriptor DenseDescriptor(const Shape& shape) {
  return {Dims(shape), dnnl::memory::data_type::f32, DenseTag(shape.rank())};
}

Descriptor AnyDescriptor(const Shape& shape) {
  return {Dims(shape), dnnl::memory::data_type::f32, Tag::any};
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
  const Descriptor descriptor = DescriptorOf(format);
  const auto dims = descriptor.dims();
  if (dims.size() != 4) return 0;
  for (const auto& [tag, block] :
       {std::pair(Tag::nChw16c, int64_t{16}),
        std::pair(Tag::nChw8c, int64_t{8}), std::pair(Tag::nhwc, dims[1])}) {
    if (descriptor == Descriptor(dims, dnnl::memory::data_type::f32, tag)) {
      return block;
    }
  }
  return 0;
}

dnnl::memory View(const Descriptor& descriptor, const void* data) {
  return {descriptor, Engine(), const_cast<void*>(data)};
}

std::string DescribeLayout(const Descriptor& descriptor) {
  const dnnl_memory_desc_t& raw = descriptor.data;
  const dnnl_blocking_desc_t& blocking = raw.format_desc.blocking;
  std::string text = "dnnl";
  for (int i = 0; i < raw.ndims; ++i) {
    text += fmt::format(" {}({}):{}", raw.dims[i], raw.padded_dims[i],
                        blocking.strides[i]);
  }
  for (int i = 0; i < blocking.inner_nblks; ++i) {
    text += fmt::format(" {}{}", blocking.inner_blks[i],
                        static_cast<char>('a' + blocking.inner_idxs[i]));
  }
  return text;
}

void Reorder(const Descriptor& from, const void* source, const Descriptor& to,
             void* target) {
  dnnl::memory in = View(from, source);
  dnnl::memory out = View(to, target);
  dnnl::reorder(in, out).execute(Stream(), in, out);
}

dnnl::primitive_attr Attributes() {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

}  // namespace alexnet::cpu
