// Zip archives of stored entries, as NumPy's .npz are.

#ifndef ALEXNET_TOOLS_ALEXNET_FEATURES_ZIP_H_
#define ALEXNET_TOOLS_ALEXNET_FEATURES_ZIP_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace alexnet::cli {

// An entry as the directory has it.
struct ZipEntry {
  std::string name;
  uint64_t header = 0;  // where its local header begins
  uint64_t size = 0;    // bytes of content
  uint32_t crc = 0;     // of them, CRC-32
};

// What stands before an entry's content, of a length that the name alone
// determines; with room for sizes of 4 GiB and more.
std::string LocalHeader(const ZipEntry& entry);
// What stands at the end of the archive, from byte `offset` on.
std::string Directory(const std::vector<ZipEntry>& entries, uint64_t offset);

// The content of the entry of a whole archive that is called so. Throws
// std::runtime_error, in words that follow a file's name, where there is none,
// it is compressed or the archive is damaged; the CRC is compared.
std::string_view StoredEntry(std::string_view archive, std::string_view name);
// Whether there is one.
bool HasEntry(std::string_view archive, std::string_view name);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_FEATURES_ZIP_H_
