// Checkpoints with much beside the network, or with tensors that cannot be
// read: only what is needed matters.

#include <gtest/gtest.h>

#include <alexnet/alexnet_convert.hpp>
#include <nlohmann/json.hpp>

#include "tests/convert/checkpoint_bytes.h"
#include "tests/convert/support.h"

namespace alexnet::convert_test {
namespace {

// The notes, in one text.
std::string Import(const std::string& bytes) {
  const std::string folder = FreshFolder("import");
  WriteBytes(folder + "/a.pth", bytes);
  WriteBytes(folder + "/a.prototxt", kCheckpointNetwork);
  const std::string network = folder + "/a.prototxt";
  ImportOptions options;
  options.network_file = network.c_str();
  const Imported imported = import_model(folder + "/a.pth", options);
  EXPECT_EQ(
      imported.model.read_tensor(imported.model.find_tensor("conv1.weight"))[2],
      3.0f / 64);
  return nlohmann::json::parse(imported.report)["notes"].dump();
}

void ExpectNote(const std::string& bytes, const std::string& note) {
  const std::string notes = Import(bytes);
  EXPECT_NE(notes.find(note), std::string::npos) << notes;
}

void ExpectRefusal(const std::string& bytes, const std::string& reason) {
  const std::string refusal = Refusal([&] { Import(bytes); });
  EXPECT_NE(refusal.find(reason), std::string::npos) << "said: " << refusal;
}

// ---- where the network is

TEST(DepthTest, LongListsHideNothing) {
  Checkpoint file;
  file.BeginDict();
  file.Key("losses");
  file.pickle().EmptyList();
  file.pickle().Mark();
  for (int i = 0; i < 120'000; ++i) file.pickle().Integer(i);
  file.pickle().Appends();
  file.Key("state_dict");
  file.BeginDict();
  file.AddNetwork();
  file.EndDict();
  file.EndDict();
  ExpectNote(file.Zip(), "the one under \\\"state_dict\\\"");
}

TEST(DepthTest, AnOptimizerByNamesHidesNothing) {
  Checkpoint file;
  file.BeginDict();
  file.Key("optimizer");
  file.BeginDict();
  file.Key("state");
  file.BeginDict();
  for (int i = 0; i < 70; ++i) {
    file.Key("parameter" + std::to_string(i));
    file.BeginDict();
    file.Key("exp_avg");
    file.AddRepeated({2, 2}, "one");
    file.EndDict();
  }
  file.EndDict();
  file.EndDict();
  file.Key("state_dict");
  file.BeginDict();
  file.AddNetwork();
  file.EndDict();
  file.EndDict();
  ExpectNote(file.Zip(), "the one under \\\"state_dict\\\"");
}

TEST(DepthTest, WhatIsTooDeepIsSaid) {
  Checkpoint file;
  constexpr int kDepth = 20;
  for (int i = 0; i < kDepth; ++i) {
    file.BeginDict();
    file.Key("inner");
  }
  file.BeginDict();
  file.AddNetwork();
  file.EndDict();
  for (int i = 0; i < kDepth; ++i) file.EndDict();
  ExpectRefusal(file.Zip(),
                "holds no tensors by name; the file holds more than was looked "
                "through");
}

// ---- tensors that cannot be read

// Of a network, with one more tensor behind it, or before it.
class Beside {
 public:
  explicit Beside(const std::string& name) : name_(name) {}

  Checkpoint& Add(const std::vector<int64_t>& extents, const char* type,
                  bool first = false) {
    file_.BeginDict();
    if (!first) file_.AddNetwork();
    file_.Key(name_);
    file_.AddTensor(extents, type);
    if (first) file_.AddNetwork();
    file_.EndDict();
    return file_;
  }

 private:
  std::string name_;
  Checkpoint file_;
};

TEST(TensorTest, EmptyOnesAreLeftOut) {
  ExpectNote(Beside("val_acc.predictions").Add({0}, "FloatStorage").Zip(),
             "\\\"val_acc.predictions\\\" (empty)");
  ExpectNote(Beside("queue").Add({0, 128}, "FloatStorage").Zip(),
             "\\\"queue\\\" (empty)");
}

TEST(TensorTest, OfUnknownTypesMatterWhereTheyAreNeeded) {
  ExpectNote(Beside("criterion.table").Add({2, 2}, "FancyStorage").Zip(),
             "\\\"criterion.table\\\" (beside the network)");
  ExpectRefusal(Beside("fc3.weight").Add({2, 2}, "FancyStorage").Zip(),
                "is of the type torch.FancyStorage, which no weights");
}

// Where one storage ends is where the next begins.
TEST(TensorTest, OfUnknownTypesEndBareFiles) {
  ExpectNote(Beside("criterion.table").Add({2, 2}, "FancyStorage").Bare(),
             "\\\"criterion.table\\\" (beside the network)");
  ExpectRefusal(
      Beside("criterion.table").Add({2, 2}, "FancyStorage", true).Bare(),
      "storage \"1\": lies in or behind storage \"0\", which is of the type "
      "torch.FancyStorage");
}

}  // namespace
}  // namespace alexnet::convert_test
