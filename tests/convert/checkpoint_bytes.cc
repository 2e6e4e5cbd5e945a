#include "tests/convert/checkpoint_bytes.h"

#include <algorithm>
#include <string_view>

#include "tests/convert/onnx_bytes.h"
#include "tests/convert/support.h"
#include "tools/convert/base/output_file.h"
#include "tools/convert/base/zip.h"

namespace alexnet::convert_test {
namespace {

void AddTuple(const std::vector<int64_t>& values,
              convert::PickleWriter* pickle) {
  pickle->Mark();
  for (const int64_t value : values) pickle->Integer(value);
  pickle->Tuple();
}

}  // namespace

const char kCheckpointNetwork[] = R"(name: "small"
input: "data"
input_dim: 1
input_dim: 3
input_dim: 8
input_dim: 8
layer {
  name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
  convolution_param { num_output: 4 kernel_size: 3 pad: 1 }
}
layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "conv1" }
layer {
  name: "fc2" type: "InnerProduct" bottom: "conv1" top: "fc2"
  inner_product_param { num_output: 5 }
}
layer { name: "prob" type: "Softmax" bottom: "fc2" top: "prob" }
)";

void Checkpoint::BeginDict() {
  pickle_.EmptyDict();
  pickle_.Mark();
}

void Checkpoint::AddTensor(const std::vector<int64_t>& extents,
                           const std::string& type) {
  std::vector<int64_t> strides(extents.size());
  int64_t elements = 1;
  for (size_t i = extents.size(); i-- > 0;) {
    strides[i] = std::max<int64_t>(elements, 1);
    elements *= extents[i];
  }
  std::string bytes;
  for (int64_t i = 0; i < elements; ++i) {
    bytes += Number(static_cast<float>(i + 1) / 64);
  }
  const std::string key = std::to_string(storages_.size());
  storages_.emplace_back(key, bytes);
  AddView(extents, strides, key, type);
}

void Checkpoint::AddRepeated(const std::vector<int64_t>& extents,
                             const std::string& key) {
  const auto is_it = [&](const auto& storage) { return storage.first == key; };
  if (std::none_of(storages_.begin(), storages_.end(), is_it)) {
    storages_.emplace_back(key, Number(1.0f));
  }
  AddView(extents, std::vector<int64_t>(extents.size(), 0), key,
          "FloatStorage");
}

// torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad,
// hooks).
void Checkpoint::AddView(const std::vector<int64_t>& extents,
                         const std::vector<int64_t>& strides,
                         const std::string& key, const std::string& type) {
  pickle_.Global("torch._utils", "_rebuild_tensor_v2");
  pickle_.Mark();
  pickle_.Mark();
  pickle_.Text("storage");
  pickle_.Global("torch", type);
  pickle_.Text(key);
  pickle_.Text("cpu");
  pickle_.Integer(1);
  // None: the whole storage.
  pickle_.None();
  pickle_.Tuple();
  pickle_.PersistentId();
  pickle_.Integer(0);
  AddTuple(extents, &pickle_);
  AddTuple(strides, &pickle_);
  pickle_.Bool(false);
  pickle_.EmptyDict();
  pickle_.Tuple();
  pickle_.Reduce();
}

void Checkpoint::AddNetwork() {
  Key("conv1.weight");
  AddTensor({4, 3, 3, 3});
  Key("conv1.bias");
  AddTensor({4});
  Key("fc2.weight");
  AddTensor({5, 256});
  Key("fc2.bias");
  AddTensor({5});
}

std::string Checkpoint::Zip() {
  pickle_.Stop();
  const std::string path = FreshFolder("checkpoint") + "/made.pth";
  convert::OutputFile file(path);
  convert::ZipWriter zip(file);
  const auto write = [&](const std::string& name, std::string_view content) {
    zip.Begin("archive/" + name);
    zip.Write(convert::BytesOf(content));
    zip.End();
  };
  write("data.pkl", bytes_);
  for (const auto& [key, bytes] : storages_) write("data/" + key, bytes);
  zip.Finish();
  file.Commit();
  return ReadBytes(path);
}

std::string Checkpoint::Bare() {
  pickle_.Stop();
  // Magic number, protocol 1001 and {"little_endian": True}.
  const std::string magic(
      "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e", 15);
  std::string file = magic + "\x80\x02M\xe9\x03.";
  convert::PickleWriter more(file);
  more.Proto();
  more.EmptyDict();
  more.Mark();
  more.Text("little_endian");
  more.Bool(true);
  more.SetItems();
  more.Stop();
  file += bytes_;
  more.Proto();
  more.EmptyList();
  more.Mark();
  for (const auto& [key, bytes] : storages_) more.Text(key);
  more.Appends();
  more.Stop();
  for (const auto& [key, bytes] : storages_) {
    file += Number(uint64_t{bytes.size() / sizeof(float)}) + bytes;
  }
  return file;
}

}  // namespace alexnet::convert_test
