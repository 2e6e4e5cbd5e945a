// The CPU limit that a container or a service manager puts on this process.

#ifndef ALEXNET_CORE_BASE_CGROUP_H_
#define ALEXNET_CORE_BASE_CGROUP_H_

#include <optional>
#include <string>

namespace alexnet {

// The least CPU limit, in processors (1.5 is one and a half), of the control
// groups this process is in and of their ancestors; none without a limit.
// `root` is where the hierarchies are mounted, normally "/sys/fs/cgroup", and
// `membership` the text of /proc/self/cgroup. Understands v1 (cpu.cfs_quota_us)
// and v2 (cpu.max). What cannot be read or parsed counts as no limit. A group
// that a container does not see under `root` is looked for at its ancestors, of
// which the mount's own root is the container.
std::optional<double> CgroupCpuLimit(const std::string& root,
                                     const std::string& membership);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_CGROUP_H_
