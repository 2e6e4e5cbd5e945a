// Zip archives, by minizip: PyTorch's and NumPy's.

#ifndef ALEXNET_TOOLS_CONVERT_BASE_ZIP_H_
#define ALEXNET_TOOLS_CONVERT_BASE_ZIP_H_

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "tools/convert/base/output_file.h"
#include "tools/convert/base/source_file.h"

namespace alexnet::convert {

bool LooksLikeZip(Bytes file);  // starts with a local header

// An archive that is read. Refuses, as Damaged or Unsupported, what is cut or
// overlaps, encryption, methods other than stored and deflate, names that occur
// twice, links, more than 10,000 entries, and entries that unpack to more than
// 1,032 times their size or 2 GiB (zip bombs); SourceFile::RoomFor bounds the
// sum. Thread-compatible.
class ZipArchive {
 public:
  explicit ZipArchive(std::shared_ptr<SourceFile> file);

  // In the order of the archive.
  const std::vector<std::string>& names() const { return names_; }
  bool Has(const std::string& name) const;
  // The content: in place where it is stored, unpacked otherwise (then the file
  // keeps it). Compares the CRC where it unpacks; a stored entry of more than
  // 1 MiB is compared only if `check_stored`. Throws Damaged where there is no
  // such entry.
  Bytes Read(const std::string& name, bool check_stored = true);

 private:
  struct Entry {
    uint64_t offset = 0;  // of the local header's data
    uint64_t packed = 0;
    uint64_t size = 0;
    uint32_t crc = 0;
    bool deflated = false;
  };
  const Entry& Find(const std::string& name) const;

  std::shared_ptr<SourceFile> file_;
  std::vector<std::string> names_;
  std::vector<Entry> entries_;
  std::unordered_map<std::string, size_t> by_name_;
};

// An archive that is written: stored entries, one after another. Dates are
// 1980-01-01, so that equal content gives equal bytes.
class ZipWriter {
 public:
  explicit ZipWriter(OutputFile& file);
  ~ZipWriter();
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;

  // Starts an entry whose content begins at a multiple of `alignment`.
  void Begin(const std::string& name, uint64_t alignment = 64);
  void Write(Bytes content);
  void End();
  // The directory. Nothing can be written afterwards.
  void Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_BASE_ZIP_H_
