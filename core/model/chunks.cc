#include "core/model/chunks.h"

#include <algorithm>
#include <bit>

#include "core/base/hash.h"
#include "core/base/spread.h"
#include "core/model/layout.h"

namespace alexnet {
namespace {

// Fewer chunks than this are not worth a thread: hashing one takes about as
// long as starting one.
constexpr size_t kChunksPerThread = 8;

static_assert(std::endian::native == std::endian::little,
              "hashes are of little-endian bytes");

}  // namespace

uint64_t ChunkCount(uint64_t bytes) {
  return bytes / kChunkBytes + (bytes % kChunkBytes != 0 ? 1 : 0);
}

std::vector<std::vector<uint64_t>> HashChunks(
    std::span<const std::span<const std::byte>> tensors, int threads) {
  struct Work {
    std::span<const std::byte> bytes;
    uint64_t* hash;
  };
  std::vector<std::vector<uint64_t>> hashes(tensors.size());
  std::vector<Work> work;
  for (size_t i = 0; i < tensors.size(); ++i) {
    hashes[i].resize(ChunkCount(tensors[i].size()));
    for (size_t chunk = 0; chunk < hashes[i].size(); ++chunk) {
      const size_t begin = chunk * kChunkBytes;
      const size_t size =
          std::min<size_t>(kChunkBytes, tensors[i].size() - begin);
      work.push_back({tensors[i].subspan(begin, size), &hashes[i][chunk]});
    }
  }
  Spread(work.size(), kChunksPerThread, threads,
         [&work](size_t i) { *work[i].hash = Hash64(work[i].bytes); });
  return hashes;
}

uint64_t HashOfChunks(std::span<const uint64_t> chunk_hashes) {
  return Hash64(std::as_bytes(chunk_hashes));
}

}  // namespace alexnet
