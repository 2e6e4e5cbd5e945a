// Zip archives of stored entries, as NumPy's .npz are.

#ifndef ALEXNET_TOOLS_ALEXNET_FEATURES_ZIP_H_
#define ALEXNET_TOOLS_ALEXNET_FEATURES_ZIP_H_

#include <cstddef>
#include <cstdint>
#include <memory>
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

// An archive that is read.
class ZipReader {
 public:
  // `archive`, all of the file at `path`, must outlive this. Throws
  // std::runtime_error, in words that follow a file's name, where it is no
  // archive.
  ZipReader(const std::string& path, std::string_view archive);

  bool Has(const std::string& name) const;
  // The content of the entry that is called so. Throws as above where there is
  // none, it is compressed or the archive is damaged; the CRC is compared.
  std::string_view Stored(const std::string& name) const;

 private:
  struct Close {
    void operator()(void* file) const;
  };

  std::string_view archive_;
  std::unique_ptr<void, Close> file_;  // minizip's
};

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_FEATURES_ZIP_H_
