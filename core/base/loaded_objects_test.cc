#include "core/base/loaded_objects.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/failing_allocation.h"

namespace alexnet {
namespace {

using testing::FailEachAllocation;

int here = 0;

bool HoldsAddress(const dl_phdr_info& object, const void* address) {
  const auto at = reinterpret_cast<uintptr_t>(address) - object.dlpi_addr;
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const auto& segment = object.dlpi_phdr[i];
    if (segment.p_type == PT_LOAD && at >= segment.p_vaddr &&
        at < segment.p_vaddr + segment.p_memsz) {
      return true;
    }
  }
  return false;
}

TEST(LoadedObjectsTest, OneHoldsThisVariableAndOneIsTheCLibrary) {
  int holding = 0;
  bool c_library = false;
  VisitLoadedObjects([&](const dl_phdr_info& object) {
    holding += HoldsAddress(object, &here) ? 1 : 0;
    c_library |=
        std::string(object.dlpi_name).find("libc.so") != std::string::npos;
    return true;
  });
  EXPECT_EQ(holding, 1);
  EXPECT_TRUE(c_library);
}

TEST(LoadedObjectsTest, EndsWhereTheVisitorHasEnough) {
  int visits = 0;
  VisitLoadedObjects([&visits](const dl_phdr_info&) { return ++visits < 2; });
  EXPECT_EQ(visits, 2);
}

TEST(LoadedObjectsTest, AVisitorThatFindsNoMemoryIsAnException) {
  FailEachAllocation([] {
    std::vector<std::string> names;
    VisitLoadedObjects([&names](const dl_phdr_info& object) {
      names.push_back(std::string(object.dlpi_name) + std::string(64, ' '));
      return true;
    });
  });
}

}  // namespace
}  // namespace alexnet
