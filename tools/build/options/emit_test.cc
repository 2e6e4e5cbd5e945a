#include "tools/build/options/emit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace alexnet::options {
namespace {

Option Number(const std::string& name, const std::string& core) {
  return {.name = name,
          .type = Type::kInt,
          .sentence = "A number",
          .value = "0",
          .core = core};
}

TEST(EmitTest, UnknownNamesAreRefused) {
  EXPECT_THROW(Emit({"core.fields", "receipt", {}}), std::runtime_error);
  EXPECT_THROW(Emit({"core.feelds", "recipe", {}}), std::runtime_error);
  EXPECT_THROW(Emit({"core.enum", "recipe", {}}), std::runtime_error);
}

TEST(EmitTest, WhatIsToldLeavesOutWhatIsSkipped) {
  const Group group = {.name = "walk",
                       .core = "Walk",
                       .options = {Number("pace", "step.pace"),
                                   Number("length", ""), Number("width", "")}};
  Emitters emitters;
  AddCoreEmitters(&emitters);
  EXPECT_EQ(
      emitters.of_groups["core.told"](
          group, {"core.told",
                  "walk",
                  {{"from", "w"}, {"to", "told"}, {"skip", "length"}}}),
      "told.Add(\"pace\", w.step.pace);\ntold.Add(\"width\", w.width);\n");
  EXPECT_EQ(emitters.of_groups["core.told"](group, {"core.told",
                                                    "walk",
                                                    {{"from", "w"},
                                                     {"to", "told"},
                                                     {"skip", "length,width"},
                                                     {"optional", "true"}}}),
            "if (w.pace) told.Add(\"pace\", *w.pace);\n");
}

// Options are added at the end, wherever in the engine they belong.
TEST(EmitTest, ANestIsOneMemberWhereItsFirstOptionStands) {
  const Group group = {
      .name = "walk",
      .core = "Walk",
      .options = {Number("pace", "step.pace"), Number("length", ""),
                  Number("width", "step.width")}};
  Emitters emitters;
  AddSchemaEmitters(&emitters);
  AddCoreEmitters(&emitters);
  EXPECT_EQ(
      emitters.of_groups["schema.fields"](group, {"schema.fields", "walk", {}}),
      "step: Step (required);\n// A number.\nlength: int;\n");
  EXPECT_EQ(emitters.of_groups["codec.encode"](
                group, {"codec.encode", "walk", {{"from", "w"}}}),
            "const auto encoded = schema::CreateWalk(builder, step, "
            "w.length);\n");
}

TEST(EmitTest, ALayerThatIsNotDescribedIsRefusedByName) {
  const Enum types = {.name = "LayerType",
                      .core = "LayerType",
                      .prefix = "LAYER",
                      .sentence = "What a layer computes",
                      .choices = {{"softmax", "Probabilities"}, {"fog", ""}}};
  Emitters emitters;
  AddLayerEmitters(&emitters);
  for (const auto& [name, emit] : emitters.of_enums) {
    SCOPED_TRACE(name);
    try {
      emit(types, {name, types.name, {}});
      ADD_FAILURE() << "took a layer without a group";
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr("the layer fog"));
    }
  }
}

}  // namespace
}  // namespace alexnet::options
