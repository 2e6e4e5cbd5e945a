#include "tools/convert/model/choose.h"

#include <gtest/gtest.h>

#include <utility>

namespace alexnet::convert {
namespace {

// One that claims a shape without having the memory, at a place of its own.
Tensor Claim(const std::string& name, const Extents& shape) {
  Tensor tensor = TensorOfValues(name, {1.0f});
  tensor.shape = shape;
  tensor.parts[0].at.assign(shape.size(), 0);
  tensor.parts[0].extents = shape;
  tensor.parts[0].strides.assign(shape.size(), 0);
  return tensor;
}

// A LeNet-5 of 10 classes, under any names.
std::vector<Tensor> Lenet(const std::string& prefix,
                          const std::vector<std::string>& names = {
                              "conv1", "conv2", "fc3", "fc4", "fc5"}) {
  const std::vector<Extents> shapes = {
      {6, 1, 5, 5}, {16, 6, 5, 5}, {120, 400}, {84, 120}, {10, 84}};
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < names.size(); ++i) {
    tensors.push_back(Claim(prefix + names[i] + ".weight", shapes[i]));
    tensors.push_back(Claim(prefix + names[i] + ".bias", {shapes[i][0]}));
  }
  return tensors;
}

TensorDictionary Under(const std::string& key, std::vector<Tensor> tensors) {
  TensorDictionary dictionary;
  dictionary.key = key;
  dictionary.tensors = std::move(tensors);
  return dictionary;
}

ForeignModel FileOf(std::vector<TensorDictionary> dictionaries) {
  ForeignModel foreign;
  foreign.dictionaries = std::move(dictionaries);
  return foreign;
}

std::string RefusalOf(ForeignModel foreign, const std::string& key = "") {
  try {
    ChooseNetwork({"", key, std::nullopt}, &foreign);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string NotesOf(const ForeignModel& foreign) {
  std::string all;
  for (const std::string& note : foreign.notes) all += note + "\n";
  return all;
}

TEST(ChooseTest, TakesTheOneThatFitsAndNamesIt) {
  ForeignModel foreign =
      FileOf({Under("optimizer.momentum", {Claim("a", {3, 3})}),
              Under("ema.shadow", Lenet(""))});
  const Recognised found = ChooseNetwork({}, &foreign);
  EXPECT_EQ(found.preset, "lenet5");
  EXPECT_EQ(foreign.tensors.size(), 10u);
  EXPECT_EQ(foreign.notes[0],
            "the network is the one under \"ema.shadow\"; other tensors are "
            "under \"optimizer.momentum\"");
}

TEST(ChooseTest, ListsSeveralAndTakesTheOneThatIsAskedFor) {
  const ForeignModel file = FileOf(
      {Under("student", Lenet("")), Under("teacher", Lenet("backbone."))});
  EXPECT_NE(RefusalOf(file).find("several networks in the file fit: "
                                 "\"student\", \"teacher\"; `key` chooses"),
            std::string::npos);
  ForeignModel foreign = file;
  const Recognised found = ChooseNetwork({"", "teacher", {}}, &foreign);
  EXPECT_EQ(found.parameters[0].from, "backbone.conv1.weight");
  EXPECT_NE(RefusalOf(file, "x").find("no tensors under \"x\"; it has "
                                      "\"student\", \"teacher\""),
            std::string::npos);
}

TEST(ChooseTest, OneNetworkUnderTwoKeysIsOne) {
  const std::vector<Tensor> shared = Lenet("");
  EXPECT_EQ(RefusalOf(FileOf({Under("model", shared), Under("net", shared)})),
            "");
  // Folding makes tensors anew.
  std::vector<Tensor> normalized = Lenet("");
  normalized.insert(normalized.begin() + 2, {Claim("bn1.running_mean", {6}),
                                             Claim("bn1.running_var", {6})});
  EXPECT_EQ(
      RefusalOf(FileOf({Under("model", normalized), Under("net", normalized)})),
      "");
}

TEST(ChooseTest, LeavesLossesAndMetricsOut) {
  std::vector<Tensor> tensors = Lenet("");
  tensors.push_back(Claim("criterion.weight", {10}));
  tensors.push_back(Claim("val_acc.confmat", {10, 10}));
  ForeignModel foreign = FileOf({Under("state_dict", tensors)});
  EXPECT_EQ(ChooseNetwork({}, &foreign).preset, "lenet5");
  EXPECT_NE(NotesOf(foreign).find("\"criterion.weight\""), std::string::npos);
  EXPECT_NE(NotesOf(foreign).find("\"val_acc.confmat\""), std::string::npos);
}

TEST(ChooseTest, QuantizedNetworksAreToldWhatToTake) {
  std::vector<Tensor> tensors = Lenet("");
  tensors.pop_back();
  TensorDictionary dictionary = Under("", tensors);
  dictionary.left_out = {"\"fc5.scale\" (a single number)"};
  EXPECT_EQ(RefusalOf(FileOf({dictionary})).find("float32"), std::string::npos);
  dictionary.left_out.push_back("\"fc5._packed_params.dtype\" (torch.qint8)");
  EXPECT_NE(RefusalOf(FileOf({dictionary})).find("float32"), std::string::npos);
}

// What belongs to the network is never left out by itself.
TEST(ChooseTest, KeepsWhatMayComputeSomething) {
  std::vector<Tensor> tensors = Lenet("");
  tensors.push_back(Claim("prelu.weight", {6}));
  EXPECT_NE(RefusalOf(FileOf({Under("", tensors)})).find("prelu.weight"),
            std::string::npos);
  EXPECT_TRUE(IsBesideNetwork("train_metrics.Accuracy.tp"));
  EXPECT_TRUE(IsBesideNetwork("Criterion.weight"));
  EXPECT_FALSE(IsBesideNetwork("criterion"));
  EXPECT_FALSE(IsBesideNetwork("features.0.weight"));
}

TEST(ChooseTest, FindsModulesInOneDictionary) {
  std::vector<Tensor> tensors = Lenet("encoder.");
  tensors.push_back(Claim("head.queue", {3, 3}));
  ForeignModel one = FileOf({Under("state_dict", tensors)});
  EXPECT_EQ(ChooseNetwork({}, &one).parameters[0].from, "conv1.weight");
  EXPECT_NE(NotesOf(one).find("under \"state_dict.encoder\""),
            std::string::npos);
  for (Tensor& tensor : Lenet("target.")) tensors.push_back(tensor);
  const ForeignModel two = FileOf({Under("", tensors)});
  EXPECT_NE(RefusalOf(two).find("\"encoder\", \"target\""), std::string::npos);
  EXPECT_EQ(RefusalOf(two, "target"), "");
}

TEST(ChooseTest, DamageMattersWhereItIsNeeded) {
  TensorDictionary cut = Under("optimizer", {});
  cut.failures = {{"momentum", Error(ALEXNET_DATA_LOSS, "the file was cut")}};
  EXPECT_EQ(RefusalOf(FileOf({cut, Under("model", Lenet(""))})), "");
  EXPECT_NE(RefusalOf(FileOf({cut})).find("the file was cut"),
            std::string::npos);
  // Of a loss, of another module, and of the network.
  TensorDictionary some = Under("", Lenet("net."));
  some.tensors.push_back(Claim("other.weight", {3, 3}));
  some.failures = {{"criterion.weight", Error(ALEXNET_DATA_LOSS, "was cut")},
                   {"other.bias", Error(ALEXNET_DATA_LOSS, "was cut")}};
  EXPECT_EQ(RefusalOf(FileOf({some})), "");
  some.failures.push_back(
      {"net.conv2.scale", Error(ALEXNET_DATA_LOSS, "was cut")});
  EXPECT_NE(RefusalOf(FileOf({some})).find("was cut"), std::string::npos);
}

TEST(ChooseTest, SaysWhereThereIsMoreThanWasLookedThrough) {
  ForeignModel foreign = FileOf({Under("optimizer", {Claim("a", {3, 3})})});
  foreign.unread = "the file holds more than was looked through";
  for (const char* key : {"", "model"}) {
    EXPECT_NE(RefusalOf(foreign, key).find("; the file holds more than"),
              std::string::npos);
  }
}

TEST(ChooseTest, WordsKeepTheFilesOrder) {
  ForeignModel words = FileOf({Under(
      "", Lenet("", {"stem", "body", "squeeze", "hidden", "classifier"}))});
  const Recognised found = ChooseNetwork({}, &words);
  EXPECT_EQ(found.parameters[2].from, "body.weight");
  EXPECT_EQ(found.parameters[4].from, "squeeze.weight");
  // Numbers say more than the order of a dictionary.
  std::vector<Tensor> turned = Lenet("");
  std::swap(turned[4], turned[6]);
  std::swap(turned[5], turned[7]);
  ForeignModel numbered = FileOf({Under("", turned)});
  EXPECT_EQ(ChooseNetwork({}, &numbered).parameters[4].from, "fc3.weight");
}

TEST(ChooseTest, NormalizationIsNoLrn) {
  std::vector<Tensor> tensors = {Claim("conv1.weight", {96, 3, 11, 11}),
                                 Claim("bn1.running_mean", {96}),
                                 Claim("bn1.running_var", {96}),
                                 Claim("conv2.weight", {256, 48, 5, 5}),
                                 Claim("conv2.bias", {256}),
                                 Claim("conv3.weight", {384, 256, 3, 3}),
                                 Claim("conv3.bias", {384}),
                                 Claim("conv4.weight", {384, 192, 3, 3}),
                                 Claim("conv4.bias", {384}),
                                 Claim("conv5.weight", {256, 192, 3, 3}),
                                 Claim("conv5.bias", {256}),
                                 Claim("fc6.weight", {4096, 9216}),
                                 Claim("fc6.bias", {4096}),
                                 Claim("fc7.weight", {4096, 4096}),
                                 Claim("fc7.bias", {4096}),
                                 Claim("fc8.weight", {10, 4096}),
                                 Claim("fc8.bias", {10})};
  const ForeignModel file = FileOf({Under("", tensors)});
  EXPECT_NE(RefusalOf(file).find("local response normalization where the file "
                                 "has batch normalization"),
            std::string::npos)
      << RefusalOf(file);
  ForeignModel foreign = file;
  EXPECT_EQ(ChooseNetwork({"bvlc_alexnet", "", {}}, &foreign).preset,
            "bvlc_alexnet");
  EXPECT_NE(NotesOf(foreign).find("\"bn1\" into \"conv1\""), std::string::npos);
}

}  // namespace
}  // namespace alexnet::convert
