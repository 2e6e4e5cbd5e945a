// Chunk hashes of tensors, on several threads.

#ifndef ALEXNET_CORE_MODEL_CHUNKS_H_
#define ALEXNET_CORE_MODEL_CHUNKS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace alexnet {

// The bytes' XXH3, one per kChunkBytes, for each of `tensors`. Uses up to
// `threads` threads (0: all that the process may use), fewer for little work.
std::vector<std::vector<uint64_t>> HashChunks(
    std::span<const std::span<const std::byte>> tensors, int threads);

// A tensor's hash from its chunks'.
uint64_t HashOfChunks(std::span<const uint64_t> chunk_hashes);

// Chunks in `bytes` bytes.
uint64_t ChunkCount(uint64_t bytes);

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_CHUNKS_H_
