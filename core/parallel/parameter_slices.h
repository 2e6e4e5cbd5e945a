// Global parameters to ranks. A rank's slice of a tensor is a run of its rows,
// so nothing is copied on the way to a rank, and a tensor is put together one
// slice after another.

#ifndef ALEXNET_CORE_PARALLEL_PARAMETER_SLICES_H_
#define ALEXNET_CORE_PARALLEL_PARAMETER_SLICES_H_

#include <memory>

#include "core/base/status.h"
#include "core/model/parameter_source.h"
#include "core/parallel/blob_placement.h"
#include "core/parallel/parallel_plan.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// The rows `rows` of a tensor, within its memory.
Result<TensorView> RowsOf(const TensorView& tensor, const Range& rows);

// What `rank` holds of the tensors of `whole`: parameters, or momenta.
std::shared_ptr<ParameterSource> SourceOfRank(
    std::shared_ptr<ParameterSource> whole, const ParallelPlan& plan, int rank);

// How many ranks' slices, from rank 0 on, make up the whole tensor, each row
// once: one where each rank has it all, else all of them.
int SlicesOfWhole(const ParameterPlacement& placement);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_PARAMETER_SLICES_H_
