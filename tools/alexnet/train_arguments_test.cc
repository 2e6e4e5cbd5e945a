#include "tools/alexnet/train_arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace alexnet::cli {
namespace {

using ::testing::HasSubstr;

void Parse(TrainArguments& asked, const char* flag, const char* value) {
  CommandLine line("alexnet", "trains");
  Arguments arguments = line.AddVerb("train", "trains");
  AddTrainArguments(arguments, asked);
  const std::vector<const char*> given = {"alexnet", "train", "--out",
                                          "run",     flag,    value};
  line.Parse(static_cast<int>(given.size()), given.data());
}

TEST(TrainArgumentsTest, NamesStandForTheirConstants) {
  TrainArguments crop;
  Parse(crop, "--crop", "resized");
  EXPECT_EQ(crop.recipe.crop, ALEXNET_CROP_RANDOM_RESIZED);
  EXPECT_EQ(crop.recipe.fields, uint64_t{ALEXNET_RECIPE_CROP});

  TrainArguments schedule;
  Parse(schedule, "--schedule", "plateau");
  EXPECT_EQ(schedule.recipe.schedule, ALEXNET_SCHEDULE_PLATEAU);
  EXPECT_EQ(schedule.recipe.fields, uint64_t{ALEXNET_RECIPE_SCHEDULE});
}

TEST(TrainArgumentsTest, UnknownNamesAreRefusedWithAllThatThereAre) {
  const auto complaint = [](const char* flag) -> std::string {
    TrainArguments asked;
    try {
      Parse(asked, flag, "sideways");
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  };
  for (const char* name : {"centre", "random", "resized"}) {
    EXPECT_THAT(complaint("--crop"), HasSubstr(name));
  }
  for (const char* name : {"constant", "step", "plateau", "poly"}) {
    EXPECT_THAT(complaint("--schedule"), HasSubstr(name));
  }
}

}  // namespace
}  // namespace alexnet::cli
