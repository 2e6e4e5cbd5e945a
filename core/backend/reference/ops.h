// The mathematics of every layer as plain loops in float64: the oracle.
//
// Blobs are dense row-major (N, C, H, W) or (N, F), `batch` samples of the
// shapes in LayerShapes. Parameters are dense, W is float (what training and
// files hold) or double (finite differences). Gradients are overwritten; a
// null gradient is not wanted. A function's blobs must not overlap unless it
// says so.
//
// Backward functions take the gradient of a scalar by the output and give its
// gradients by the inputs.

#ifndef ALEXNET_CORE_BACKEND_REFERENCE_OPS_H_
#define ALEXNET_CORE_BACKEND_REFERENCE_OPS_H_

#include <cstdint>

#include "core/backend/kernel.h"
#include "core/network/layer.h"
#include "core/network/network.h"

namespace alexnet::reference {

// Weights (O, C / groups, kH, kW); `bias` (O) or null.
template <typename W>
void ConvolutionForward(const Convolution& layer, const LayerShapes& shapes,
                        int64_t batch, const double* src, const W* weight,
                        const W* bias, double* dst);
template <typename W>
void ConvolutionBackward(const Convolution& layer, const LayerShapes& shapes,
                         int64_t batch, const double* src, const W* weight,
                         const double* dst_gradient, double* src_gradient,
                         W* weight_gradient, W* bias_gradient);

// Weights (O * outputs of a channel, C, kH, kW) and `bias` (O * outputs of a
// channel), or null: a row for each unit of the output in C, H, W order.
template <typename W>
void LocallyConnectedForward(const LocallyConnected& layer,
                             const LayerShapes& shapes, int64_t batch,
                             const double* src, const W* weight, const W* bias,
                             double* dst);
template <typename W>
void LocallyConnectedBackward(const LocallyConnected& layer,
                              const LayerShapes& shapes, int64_t batch,
                              const double* src, const W* weight,
                              const double* dst_gradient, double* src_gradient,
                              W* weight_gradient, W* bias_gradient);

// Weights (out, in); `bias` (out) or null.
template <typename W>
void FullyConnectedForward(const LayerShapes& shapes, int64_t batch,
                           const double* src, const W* weight, const W* bias,
                           double* dst);
template <typename W>
void FullyConnectedBackward(const LayerShapes& shapes, int64_t batch,
                            const double* src, const W* weight,
                            const double* dst_gradient, double* src_gradient,
                            W* weight_gradient, W* bias_gradient);

// The gradient of a maximum goes to the first of equal taps, in row order.
void PoolingForward(const Pooling& layer, const LayerShapes& shapes,
                    int64_t batch, const double* src, double* dst);
void PoolingBackward(const Pooling& layer, const LayerShapes& shapes,
                     int64_t batch, const double* src,
                     const double* dst_gradient, double* src_gradient);

void AdaptivePoolingForward(const LayerShapes& shapes, int64_t batch,
                            const double* src, double* dst);
void AdaptivePoolingBackward(const LayerShapes& shapes, int64_t batch,
                             const double* dst_gradient, double* src_gradient);

void LrnForward(const Lrn& layer, const LayerShapes& shapes, int64_t batch,
                const double* src, double* dst);
void LrnBackward(const Lrn& layer, const LayerShapes& shapes, int64_t batch,
                 const double* src, const double* dst_gradient,
                 double* src_gradient);

// `dst` may be `src`; `src_gradient` may be `dst_gradient`.
void ActivationForward(ActivationKind kind, int64_t elements, const double* src,
                       double* dst);
void ActivationBackward(ActivationKind kind, int64_t elements,
                        const double* dst, const double* dst_gradient,
                        double* src_gradient);

// Training's dropout: unit f of sample n, in C, H, W order, is kept if its draw
// is at least `rate`. The gradient goes through the same function. `dst` may be
// `src`.
//   unit = (part.first_sample + n) * part.units + part.first_unit + f,
//   draw = PhiloxUniform(word unit % 4 of Philox4x32(seed,
//          {unit / 4, layer, step, RandomPurpose::kDropout})).
struct DropoutDraws {
  int layer_index = 0;
  RandomState random;
  BlobPart part;
};
void DropoutApply(const Dropout& layer, const DropoutDraws& draws,
                  int64_t batch, int64_t features, const double* src,
                  double* dst);

// Over the channels of each position. `dst` may be `src`.
void SoftmaxForward(const LayerShapes& shapes, int64_t batch, const double* src,
                    double* dst);
void SoftmaxBackward(const LayerShapes& shapes, int64_t batch,
                     const double* dst, const double* dst_gradient,
                     double* src_gradient);

}  // namespace alexnet::reference

#endif  // ALEXNET_CORE_BACKEND_REFERENCE_OPS_H_
