#include "core/base/cgroup.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string_view>

namespace alexnet {
namespace {

using Limit = std::optional<double>;

Limit Least(Limit a, Limit b) {
  if (!a) return b;
  if (!b) return a;
  return std::min(*a, *b);
}

// `quota` microseconds of processor time in each `period`; -1 is no limit.
Limit FromQuota(int64_t quota, int64_t period) {
  if (quota <= 0 || period <= 0) return std::nullopt;
  return static_cast<double>(quota) / static_cast<double>(period);
}

// "max 100000" or "150000 100000".
Limit ReadV2(const std::string& folder) {
  std::ifstream file(folder + "/cpu.max");
  int64_t quota = 0;
  int64_t period = 0;
  if (!(file >> quota >> period)) return std::nullopt;
  return FromQuota(quota, period);
}

Limit ReadV1(const std::string& folder) {
  std::ifstream quota_file(folder + "/cpu.cfs_quota_us");
  std::ifstream period_file(folder + "/cpu.cfs_period_us");
  int64_t quota = 0;
  int64_t period = 0;
  if (!(quota_file >> quota) || !(period_file >> period)) return std::nullopt;
  return FromQuota(quota, period);
}

// The least limit of `group` ("/a/b") and its ancestors under `mount`.
Limit Walk(const std::string& mount, std::string group,
           Limit (*read)(const std::string& folder)) {
  Limit least = read(mount);
  while (group.size() > 1) {
    least = Least(least, read(mount + group));
    group.resize(group.rfind('/'));
  }
  return least;
}

bool HasController(std::string_view list, std::string_view controller) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    if (list.substr(0, comma) == controller) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

}  // namespace

std::optional<double> CgroupCpuLimit(const std::string& root,
                                     const std::string& membership) {
  Limit least;
  std::istringstream lines(membership);
  // Each line is "hierarchy:controllers:group"; v2 is "0::group".
  for (std::string line; std::getline(lines, line);) {
    const size_t first = line.find(':');
    if (first == std::string::npos) continue;
    const size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (group.empty() || group[0] != '/') continue;
    if (controllers.empty()) {
      least = Least(least, Walk(root, group, ReadV2));
      // Where v1 and v2 are mounted side by side.
      least = Least(least, Walk(root + "/unified", group, ReadV2));
    } else if (HasController(controllers, "cpu")) {
      least = Least(least, Walk(root + "/" + controllers, group, ReadV1));
      least = Least(least, Walk(root + "/cpu", group, ReadV1));
    }
  }
  return least;
}

}  // namespace alexnet
