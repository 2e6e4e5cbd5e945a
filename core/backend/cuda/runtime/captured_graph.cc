#include "core/backend/cuda/runtime/captured_graph.h"

#include <map>
#include <memory>
#include <type_traits>

#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

constexpr const char* kWhat = "capturing a graph";

struct DestroyGraph {
  void operator()(cudaGraph_t graph) const { cudaGraphDestroy(graph); }
};
using Recorded =
    std::unique_ptr<std::remove_pointer_t<cudaGraph_t>, DestroyGraph>;

// A stream that captures, until End or, where work throws, for as long as it
// lives.
class OpenCapture {
 public:
  explicit OpenCapture(cudaStream_t stream) : stream_(stream) {}
  ~OpenCapture() {
    Recorded graph;
    if (begun_) End(&graph);
  }
  OpenCapture(const OpenCapture&) = delete;
  OpenCapture& operator=(const OpenCapture&) = delete;

  Status Begin() {
    ALEXNET_RETURN_IF_ERROR(FromCuda(
        cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal),
        kWhat));
    begun_ = true;
    return Status();
  }
  cudaError_t End(Recorded* graph) {
    begun_ = false;
    cudaGraph_t recorded = nullptr;
    const cudaError_t ended = cudaStreamEndCapture(stream_, &recorded);
    graph->reset(recorded);
    return ended;
  }

 private:
  const cudaStream_t stream_;
  bool begun_ = false;
};

}  // namespace

std::mutex& CaptureMutex() {
  // To the program's very end: backends may be closed then.
  static std::mutex& all_mutex = *new std::mutex;
  static auto& mutexes = *new std::map<int, std::mutex>;
  int device = 0;
  cudaGetDevice(&device);
  const std::lock_guard lock(all_mutex);
  return mutexes[device];
}

CapturedGraph::~CapturedGraph() {
  if (birthplace_.Here()) Discard();
}

void CapturedGraph::Discard() {
  if (graph_ != nullptr) cudaGraphExecDestroy(graph_);
  graph_ = nullptr;
}

Status CapturedGraph::Capture(cudaStream_t stream,
                              const std::function<Status()>& work) {
  Recorded graph;
  {
    const std::lock_guard lock(CaptureMutex());
    OpenCapture capture(stream);
    ALEXNET_RETURN_IF_ERROR(capture.Begin());
    const Status status = work();
    const cudaError_t ended = capture.End(&graph);
    if (ended == cudaErrorStreamCaptureInvalidated) {
      return UnsupportedError(FromCuda(ended, kWhat).message());
    }
    ALEXNET_RETURN_IF_ERROR(status);
    ALEXNET_RETURN_IF_ERROR(FromCuda(ended, kWhat));
  }
  return FromCuda(cudaGraphInstantiate(&graph_, graph.get(), 0),
                  "instantiating a graph");
}

Status CapturedGraph::Launch(cudaStream_t stream) const {
  return FromCuda(cudaGraphLaunch(graph_, stream), "launching a graph");
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
