// CapturedGraph: what a function sends to a stream, as a CUDA graph.

#ifndef ALEXNET_CORE_BACKEND_CUDA_RUNTIME_CAPTURED_GRAPH_H_
#define ALEXNET_CORE_BACKEND_CUDA_RUNTIME_CAPTURED_GRAPH_H_

#include <cuda_runtime.h>

#include <functional>
#include <mutex>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/birthplace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// Of the device that is current: held while a graph is captured there. Whoever
// waits for the whole device, as libraries do when they are opened and closed,
// spoils what other threads capture there meanwhile, and holds it, too. One for
// each device, since ranks on several may wait for each other in their
// captures.
std::mutex& CaptureMutex();

class CapturedGraph {
 public:
  CapturedGraph() = default;
  ~CapturedGraph();
  CapturedGraph(const CapturedGraph&) = delete;
  CapturedGraph& operator=(const CapturedGraph&) = delete;

  // Calls `work`, which has run on `stream` before, so that nothing is loaded
  // meanwhile. kUnsupported: something outside of this engine has spoiled it,
  // and trying again may help, or `work` does what no graph can hold.
  Status Capture(cudaStream_t stream, const std::function<Status()>& work);

  bool captured() const { return graph_ != nullptr; }
  void Discard();
  Status Launch(cudaStream_t stream) const;

 private:
  const Birthplace birthplace_{};
  cudaGraphExec_t graph_ = nullptr;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_RUNTIME_CAPTURED_GRAPH_H_
