// PartFile: a file in the making that a killed run leaves in a state to go on
// from.
//
// OUT.part holds what was written so far. OUT.part.done is its journal, lines
// of text: what is being written, then one line for each piece, "PICTURES ROWS
// BYTES CRC LEFT_OUT... LINE_CRC": how many pictures of the list were dealt
// with, how many rows and bytes there are after it, the CRC-32 of the piece,
// the pictures that were left out, and the CRC-32 of the line. A piece counts
// once its line is whole.

#ifndef ALEXNET_TOOLS_ALEXNET_FEATURES_PART_FILE_H_
#define ALEXNET_TOOLS_ALEXNET_FEATURES_PART_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace alexnet::cli {

// What is there of a file.
struct PartState {
  int64_t pictures = 0;  // of the list, rows or left out
  int64_t rows = 0;
  uint64_t bytes = 0;             // of the part, the front included
  uint32_t crc = 0;               // of what follows the front
  std::vector<int64_t> left_out;  // pictures, rising
};

// All functions throw std::runtime_error, whose text names the file.
class PartFile {
 public:
  // Takes up what a run of the same `identity`, one line of text, left, as far
  // as it is whole, or else begins with `front` bytes that are written last. A
  // part of another run is refused, unless `anew`: then nothing is taken up.
  PartFile(const std::string& path, const std::string& identity, uint64_t front,
           bool anew);
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  const PartState& state() const { return state_; }
  const std::string& part_path() const { return part_; }

  // One more piece: `rows` rows of the pictures up to `pictures`, without
  // `left_out`.
  void Append(std::string_view bytes, int64_t rows, int64_t pictures,
              const std::vector<int64_t>& left_out);
  // Bytes that no journal tells of: at the end, and in place of the front.
  void AppendLast(std::string_view bytes);
  void WriteAt(uint64_t offset, std::string_view bytes);
  uint64_t end() const { return end_; }
  // Puts the file in place.
  void Finish();

 private:
  struct OpenFile {
    explicit OpenFile(const std::string& path);
    ~OpenFile();
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    const int fd;
  };

  void TakeUp(const std::string& identity);
  void Begin(const std::string& identity);
  void Write(int fd, uint64_t offset, std::string_view bytes,
             const std::string& path) const;

  const std::string path_;
  const std::string part_;
  const std::string journal_;
  const uint64_t front_;
  const OpenFile part_open_;
  const OpenFile journal_open_;
  PartState state_;
  uint64_t end_ = 0;          // of the part
  uint64_t journal_end_ = 0;  // of the journal's whole lines
};

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_FEATURES_PART_FILE_H_
