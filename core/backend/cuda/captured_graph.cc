#include "core/backend/cuda/captured_graph.h"

#include "core/backend/cuda/errors.h"

namespace alexnet::cuda {
namespace {

constexpr int kTries = 3;

// `spoiled`: nothing came of it, and neither the work nor the device is to
// blame for sure.
Status TryCapture(cudaStream_t stream, const std::function<Status()>& work,
                  cudaGraph_t* graph, bool* spoiled) {
  const std::lock_guard lock(CaptureMutex());
  *spoiled = false;
  const char* what = "capturing a graph";
  ALEXNET_RETURN_IF_ERROR(FromCuda(
      cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), what));
  const Status status = work();
  // Ends the capture whatever became of the work.
  const cudaError_t ended = cudaStreamEndCapture(stream, graph);
  *spoiled = ended == cudaErrorStreamCaptureInvalidated;
  // Libraries would take it for their own.
  if (*spoiled) cudaGetLastError();
  if (*spoiled || status.ok()) return FromCuda(ended, what);
  return status;
}

}  // namespace

std::mutex& CaptureMutex() {
  // To the program's very end: backends may be closed then.
  static std::mutex& mutex = *new std::mutex;
  return mutex;
}

CapturedGraph::~CapturedGraph() {
  if (graph_ != nullptr) cudaGraphExecDestroy(graph_);
}

Status CapturedGraph::Capture(cudaStream_t stream,
                              const std::function<Status()>& work) {
  Status status;
  bool spoiled = true;
  cudaGraph_t graph = nullptr;
  for (int i = 0; i < kTries && spoiled; ++i) {
    status = TryCapture(stream, work, &graph, &spoiled);
  }
  if (spoiled) return UnsupportedError(status.message());
  if (status.ok()) {
    status = FromCuda(cudaGraphInstantiate(&graph_, graph, 0),
                      "instantiating a graph");
  }
  if (graph != nullptr) cudaGraphDestroy(graph);
  return status;
}

Status CapturedGraph::Launch(cudaStream_t stream) const {
  return FromCuda(cudaGraphLaunch(graph_, stream), "launching a graph");
}

}  // namespace alexnet::cuda
