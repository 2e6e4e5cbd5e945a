#include "core/exec/memory_plan.h"

#include <algorithm>
#include <cstddef>

namespace alexnet {
namespace {

// Collects requests; buffers that share memory share one request.
class Requests {
 public:
  // Returns the request's index; -1 for no bytes.
  int Add(int64_t bytes, int first, int last) {
    if (bytes <= 0) return -1;
    requests_.push_back({bytes, first, last});
    return static_cast<int>(requests_.size()) - 1;
  }
  void Extend(int index, int last) {
    ArenaRequest& request = requests_[static_cast<size_t>(index)];
    request.last = std::max(request.last, last);
  }

  ArenaLayout Plan() const { return PlanArena(requests_); }

 private:
  std::vector<ArenaRequest> requests_;
};

std::vector<int64_t> Offsets(const std::vector<int>& indices,
                             const ArenaLayout& layout) {
  std::vector<int64_t> offsets;
  for (const int index : indices) {
    offsets.push_back(index < 0 ? -1
                                : layout.offsets[static_cast<size_t>(index)]);
  }
  return offsets;
}

const KernelMemory& MemoryOf(const Graph& graph, size_t node) {
  return graph.nodes[node].kernel->memory();
}

bool SameBytes(const Graph& graph, size_t node) {
  return graph.blobs[node].bytes == graph.blobs[node + 1].bytes;
}

}  // namespace

MemoryPlan PlanInferenceMemory(const Graph& graph,
                               const std::vector<bool>& kept,
                               std::span<const ArenaRequest> extra) {
  const size_t n = graph.nodes.size();
  const int end = static_cast<int>(n);
  Requests requests;
  std::vector<int> blobs(n + 1, -1);
  std::vector<int> scratch(n, -1);
  for (size_t i = 0; i < n; ++i) {
    const int step = static_cast<int>(i);
    const KernelMemory& memory = MemoryOf(graph, i);
    scratch[i] = requests.Add(memory.scratch_bytes, step, step);
    if (i + 1 == n && !kept[n]) continue;  // the caller's
    const int last = kept[i + 1] ? end : std::min(step + 1, end);
    if (memory.in_place && SameBytes(graph, i) && blobs[i] >= 0 && !kept[i]) {
      blobs[i + 1] = blobs[i];
      requests.Extend(blobs[i], last);
    } else {
      blobs[i + 1] = requests.Add(graph.blobs[i + 1].bytes, step, last);
    }
  }
  std::vector<int> extras;
  for (const ArenaRequest& request : extra) {
    extras.push_back(requests.Add(request.bytes, request.first, request.last));
  }
  const ArenaLayout layout = requests.Plan();
  MemoryPlan plan;
  plan.blobs = Offsets(blobs, layout);
  plan.scratch = Offsets(scratch, layout);
  plan.extra = Offsets(extras, layout);
  plan.bytes = layout.bytes;
  return plan;
}

MemoryPlan PlanTrainingMemory(const Graph& graph, int first_backward) {
  const size_t n = graph.nodes.size();
  const int loss = static_cast<int>(n);
  const size_t first = static_cast<size_t>(first_backward);
  const auto backward_step = [&](size_t node) {
    return 2 * loss - static_cast<int>(node);
  };
  const auto has_backward = [&](size_t node) { return node >= first; };

  Requests requests;
  std::vector<int> blobs(n + 1, -1);
  std::vector<int> saved(n, -1);
  std::vector<int> scratch(n, -1);
  std::vector<int> backward_scratch(n, -1);
  for (size_t i = 0; i < n; ++i) {
    const int step = static_cast<int>(i);
    const KernelMemory& memory = MemoryOf(graph, i);
    scratch[i] = requests.Add(memory.scratch_bytes, step, step);
    saved[i] = requests.Add(memory.saved_bytes, step,
                            has_backward(i) ? backward_step(i) : step);
    if (has_backward(i)) {
      backward_scratch[i] = requests.Add(memory.scratch_bytes, backward_step(i),
                                         backward_step(i));
    }
    // The output lives until its reader has run, forward and, where they read
    // it, backward.
    int last = step + 1;
    if (has_backward(i) && memory.backward_reads_dst) last = backward_step(i);
    if (i + 1 < n && has_backward(i + 1) &&
        MemoryOf(graph, i + 1).backward_reads_src) {
      last = std::max(last, backward_step(i + 1));
    }
    const bool source_needed = (has_backward(i) && memory.backward_reads_src) ||
                               (i > 0 && has_backward(i - 1) &&
                                MemoryOf(graph, i - 1).backward_reads_dst);
    if (memory.in_place && SameBytes(graph, i) && blobs[i] >= 0 &&
        !source_needed) {
      blobs[i + 1] = blobs[i];
      requests.Extend(blobs[i], last);
    } else {
      blobs[i + 1] = requests.Add(graph.blobs[i + 1].bytes, step, last);
    }
  }

  // The gradient of blob i + 1 is written at the loss or by node i + 1 and read
  // by node i.
  std::vector<int> gradients(n + 1, -1);
  for (size_t i = n; i-- > first;) {
    const int written = backward_step(i + 1);
    const int read = backward_step(i);
    if (i + 1 < n && MemoryOf(graph, i + 1).in_place &&
        SameBytes(graph, i + 1)) {
      gradients[i + 1] = gradients[i + 2];
      requests.Extend(gradients[i + 1], read);
    } else {
      gradients[i + 1] = requests.Add(graph.blobs[i + 1].bytes, written, read);
    }
  }

  const ArenaLayout layout = requests.Plan();
  MemoryPlan plan;
  plan.blobs = Offsets(blobs, layout);
  plan.gradients = Offsets(gradients, layout);
  plan.saved = Offsets(saved, layout);
  plan.scratch = Offsets(scratch, layout);
  plan.backward_scratch = Offsets(backward_scratch, layout);
  plan.bytes = layout.bytes;
  return plan;
}

}  // namespace alexnet
