#include "core/devices/system.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/cpu.h"
#include "core/base/version.h"
#include "core/devices/devices.h"

namespace alexnet {
namespace {

using Json = nlohmann::json;

TEST(SystemTest, SaysWhatThereIs) {
  const Json system = Json::parse(SystemJson("/lib/libalexnet.so.0"));
  EXPECT_EQ(system["version"], kEngineVersion);
  EXPECT_EQ(system["library"], "/lib/libalexnet.so.0");
  EXPECT_EQ(system["isa"], HostCpu().isa);
  EXPECT_EQ(system["threads"], AvailableCpus());
  ASSERT_EQ(system["devices"].size(), Devices().size());
  EXPECT_EQ(system["devices"][0]["name"], "cpu");
  for (const Json& path : system["libraries"]) {
    EXPECT_EQ(path.get<std::string>()[0], '/');
  }
  EXPECT_FALSE(system["libraries"].empty());
  for (const char* key : {"problem", "driver", "libraries"}) {
    EXPECT_TRUE(system["cuda"].contains(key)) << key;
  }
  // One or the other.
  EXPECT_NE(system["mpi"]["problem"] == "", system["mpi"]["library"] == "");
  EXPECT_EQ(system["mpi"]["plugin"] == "", system["mpi"]["library"] == "");
}

TEST(SystemTest, PathsMayBeAnyBytes) {
  EXPECT_EQ(Json::parse(SystemJson("/\xFF"))["library"], "/\xEF\xBF\xBD");
}

}  // namespace
}  // namespace alexnet
