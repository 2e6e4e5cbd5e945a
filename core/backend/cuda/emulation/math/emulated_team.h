// Team: what ranks on the emulated GPU meet by.

#ifndef ALEXNET_CORE_BACKEND_CUDA_EMULATION_MATH_EMULATED_TEAM_H_
#define ALEXNET_CORE_BACKEND_CUDA_EMULATION_MATH_EMULATED_TEAM_H_

#include <cuda_runtime.h>

#include <cstdint>
#include <memory>
#include <string>

#include "core/backend/cuda/emulation/math/emulated_carry.h"
#include "core/backend/cuda/runtime/namespace.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME::links {

// All of it within a turn of the machine.
class Team {
 public:
  virtual ~Team() = default;

  // Where operations of `rank` wait to be run.
  virtual void Use(int /*rank*/, cudaStream_t /*stream*/) {}
  virtual void Leave(int /*rank*/) {}
  // Outside a turn, before the last of a rank's operations is given up.
  virtual void Stop() {}
  void Abort() {
    aborted_ = true;
    emulation::Changed();
  }
  bool aborted() const { return aborted_; }

  // What a stream does when it comes to an operation; true when it has ended.
  virtual emulation::Work Meet(int rank, const Call& call) = 0;
  virtual emulation::Work SendReceive(int rank, const void* in,
                                      int64_t in_bytes, int to, void* out,
                                      int64_t out_bytes, int from) = 0;

 protected:
  bool aborted_ = false;
};

// Of ranks of one process.
std::shared_ptr<Team> MakeThreadTeam(int size);

// A rank among those of other processes: what each gives lies in files of a
// folder that they share.
std::shared_ptr<Team> MakeProcessTeam(std::string folder, int rank, int size);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME::links

#endif  // ALEXNET_CORE_BACKEND_CUDA_EMULATION_MATH_EMULATED_TEAM_H_
