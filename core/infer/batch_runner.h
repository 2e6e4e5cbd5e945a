// BatchRunner: what a BatchingQueue fills and runs, and its making of a model.

#ifndef ALEXNET_CORE_INFER_BATCH_RUNNER_H_
#define ALEXNET_CORE_INFER_BATCH_RUNNER_H_

#include <cstdint>
#include <memory>

#include "core/base/status.h"
#include "core/infer/compile_model.h"
#include "core/infer/shared_model.h"

namespace alexnet {

// Places for some samples, and their outputs after Run. Not thread safe, but
// for the const functions.
class BatchRunner {
 public:
  virtual ~BatchRunner() = default;

  virtual int64_t most() const = 0;             // samples
  virtual int64_t sample_elements() const = 0;  // of all views of a sample
  virtual int64_t classes() const = 0;          // outputs of a sample
  // How many of `waiting` samples, of which there are 1 to most(), to run next:
  // fewer than all where the rest costs less in another batch.
  virtual int64_t Fit(int64_t waiting) const = 0;
  // The place of sample `i`, which Run may overwrite.
  virtual float* sample(int64_t i) = 0;
  // What the last Run gave for it.
  virtual const float* output(int64_t i) const = 0;
  // Computes the first `count` samples, 1 to most().
  virtual Status Run(int64_t count) = 0;
};

// A model compiled for `most` samples of `views` views each, and for the halves
// of that down to one, or to the fewest that several devices can share: few
// samples take the smallest plan that holds them, and
// zeros fill it up, a quarter of it at most where Fit is asked. The plans share
// their threads and, where they want them in one layout, their packed weights.
// `options.batch` is not read.
class ModelBatchRunner : public BatchRunner {
 public:
  static Result<std::unique_ptr<ModelBatchRunner>> Create(
      std::shared_ptr<SharedModel> model, CompileOptions options, int64_t views,
      int64_t most);

  virtual const Model& model() const = 0;
  virtual int64_t views() const = 0;  // of a sample
  virtual int threads() const = 0;    // that compute
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_BATCH_RUNNER_H_
