// Versions, what the system is, and errors.

#include <cstring>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

TEST(VersionTest, TheLibraryIsTheHeaders) {
  const std::string text = std::to_string(ALEXNET_VERSION_MAJOR) + "." +
                           std::to_string(ALEXNET_VERSION_MINOR) + "." +
                           std::to_string(ALEXNET_VERSION_PATCH);
  EXPECT_EQ(alexnet_version_string(), text);
  EXPECT_EQ(alexnet_version(), ALEXNET_VERSION_MAJOR * 1000000 +
                                   ALEXNET_VERSION_MINOR * 1000 +
                                   ALEXNET_VERSION_PATCH);
}

TEST(VersionTest, RequiringAnotherVersionNamesBothAndThePath) {
  OK(alexnet_require_version(ALEXNET_VERSION_MAJOR, ALEXNET_VERSION_MINOR, e));
  for (const auto& [major, minor] :
       {std::pair<int32_t, int32_t>{1, 0},
        {ALEXNET_VERSION_MAJOR, ALEXNET_VERSION_MINOR + 1},
        {ALEXNET_VERSION_MAJOR, ALEXNET_VERSION_MINOR - 1},
        {-1, 3},
        {INT32_MAX, INT32_MIN}}) {
    const std::string text =
        REFUSED(ALEXNET_UNSUPPORTED, alexnet_require_version(major, minor, e));
    EXPECT_NE(text.find(std::to_string(major) + "." + std::to_string(minor)),
              std::string::npos)
        << text;
    EXPECT_NE(text.find(alexnet_version_string()), std::string::npos) << text;
    EXPECT_NE(text.find('/'), std::string::npos) << text;
  }
}

TEST(VersionTest, StatusesHaveNames) {
  for (int32_t status = ALEXNET_OK; status <= ALEXNET_INTERNAL; ++status) {
    ASSERT_NE(alexnet_status_name(status), nullptr);
    for (int32_t other = 0; other < status; ++other) {
      EXPECT_STRNE(alexnet_status_name(status), alexnet_status_name(other));
    }
  }
  EXPECT_STREQ(alexnet_status_name(ALEXNET_DATA_LOSS), "data loss");
}

TEST(VersionTest, TheSystemTellsItsVersionAndDevices) {
  char* json = nullptr;
  OK(alexnet_system_json(&json, e));
  ASSERT_NE(json, nullptr);
  for (const char* key : {"version", "library", "cpu", "features", "isa",
                          "threads", "libraries", "devices"}) {
    EXPECT_NE(std::strstr(json, key), nullptr) << key;
  }
  alexnet_free(json);
}

TEST(VersionTest, ANewErrorReplacesNothing) {
  // Success clears the place.
  auto* error = reinterpret_cast<alexnet_error*>(uintptr_t{0x10});
  alexnet_network* network = nullptr;
  EXPECT_EQ(alexnet_network_create("n", 3, 8, 8, &network, &error), ALEXNET_OK);
  EXPECT_EQ(error, nullptr);
  alexnet_network_free(network);
}

}  // namespace
}  // namespace alexnet_test
