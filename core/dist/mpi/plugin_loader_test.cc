#include "core/dist/mpi/plugin_loader.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace alexnet {
namespace {

std::string ErrorFor(const char* plugin) {
  setenv("ALEXNET_MPI_PLUGIN", plugin, 1);
  const auto functions = LoadMpiPlugin();
  EXPECT_EQ(functions.status().code(), StatusCode::kUnsupported);
  return functions.ok() ? "" : functions.status().message();
}

void ExpectParts(const std::string& text,
                 const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(PluginLoaderTest, SaysWhatToInstallWhereThereIsNone) {
  ExpectParts(ErrorFor("nowhere/libalexnet_mpi.so"),
              {"openmpi-bin", "libopenmpi3", "ALEXNET_MPI_PLUGIN",
               "nowhere/libalexnet_mpi.so: ", "No such file"});
}

TEST(PluginLoaderTest, ReportsWhatToInstallWhereThereIsNone) {
  setenv("ALEXNET_MPI_PLUGIN", "nowhere/libalexnet_mpi.so", 1);
  const MpiReport none = ReportMpi();
  EXPECT_TRUE(none.library.empty());
  EXPECT_TRUE(none.plugin.empty());
  ExpectParts(none.problem, {"openmpi-bin"});
}

TEST(PluginLoaderTest, LooksBesideThisCodeAndWhereTheSystemLooks) {
  unsetenv("ALEXNET_MPI_PLUGIN");
  const auto functions = LoadMpiPlugin();
  if (functions.ok()) return;  // the build has put it there
  ExpectParts(functions.status().message(),
              {"/libalexnet_mpi.so: ", "\n  libalexnet_mpi.so: "});
}

TEST(PluginLoaderTest, RefusesOtherLibrariesAndOtherVersions) {
  ExpectParts(ErrorFor("libm.so.6"), {"libm.so.6: it is no plugin"});
  ExpectParts(ErrorFor(std::getenv("OTHER_VERSION")),
              {"another version of alexnet: 99, not 2"});
}

}  // namespace
}  // namespace alexnet
