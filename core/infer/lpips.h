// LPIPS: how different two pictures look (Zhang et al. 2018, "The unreasonable
// effectiveness of deep features as a perceptual metric", arXiv:1801.03924,
// equation 1).

#ifndef ALEXNET_CORE_INFER_LPIPS_H_
#define ALEXNET_CORE_INFER_LPIPS_H_

#include <span>
#include <vector>

#include "core/base/status.h"
#include "core/infer/compile_model.h"
#include "core/infer/shared_model.h"
#include "core/preprocess/image.h"

namespace alexnet {

struct LpipsDistance {
  double total = 0.0;
  std::vector<double> layers;  // of which it is the sum
};

// Of the first five ReLUs behind convolutions, for both pictures, whose sizes
// must agree: outputs f and g, (C, H, W), divided by sqrt(sum over channels of
// squares) + 1e-10 at each position; the layer's distance is the mean over
// positions of the sum over channels of w_c (f_c - g_c)^2. `weights` are those
// of all layers' channels, one layer after another; none: 1 each. Outputs are
// float32, sums float64.
//
// The network is run at the pictures' size. They are normalized as the model
// does; of a mean image its mean colour is subtracted, since it has a size.
Result<LpipsDistance> MeasureLpips(SharedModel& model, const Image& first,
                                   const Image& second,
                                   std::span<const float> weights,
                                   const CompileOptions& options);

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_LPIPS_H_
