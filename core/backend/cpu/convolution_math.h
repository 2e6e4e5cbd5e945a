// ConvolutionMath: oneDNN's three convolution primitives for one layer, with
// one weight layout for all. oneDNN trains only whole blocks of channels fast
// (LeNet's 6 took a thousand times as long): others are filled up with zeros,
// which is what its layouts have in their place anyway.

#ifndef ALEXNET_CORE_BACKEND_CPU_CONVOLUTION_MATH_H_
#define ALEXNET_CORE_BACKEND_CPU_CONVOLUTION_MATH_H_

#include <cstdint>
#include <optional>
#include <string>

#include "core/backend/cpu/dnnl_support.h"
#include "core/network/network.h"

namespace alexnet::cpu {

// All calls throw dnnl::error; see Guarded. Scratch is scratch_bytes(), aligned
// to 64.
class ConvolutionMath {
 public:
  // `offered` is what the producer gives: kept where it is dense with few
  // channels, as a first layer's is, and no gradient of it is wanted; else
  // oneDNN chooses.
  ConvolutionMath(const Convolution& convolution, const LayerShapes& shapes,
                  int64_t batch, const Descriptor& offered, bool training,
                  bool src_gradient);

  Descriptor src() const { return WithExtent(src_, 1, channels_); }
  Descriptor dst() const { return WithExtent(dst_, 1, filters_); }
  Descriptor weight() const;
  // The same tensor in row-major order, groups an axis of their own.
  const Descriptor& dense_weight() const { return dense_weight_; }
  int64_t scratch_bytes() const { return scratch_bytes_; }
  // Of the output; and of gradients where oneDNN's plain loops compute them.
  const std::string& implementation() const { return implementation_; }

  // A null `bias` is a bias of zeros.
  void Forward(const void* src, const void* weight, const void* bias, void* dst,
               void* scratch);
  // Either gradient may be null.
  Status BackwardWeights(const void* src, const void* dst_gradient,
                         void* weight_gradient, void* bias_gradient,
                         void* scratch);
  Status BackwardData(const void* dst_gradient, const void* weight,
                      void* src_gradient, void* scratch);

 private:
  // A primitive whose weights may want a layout of their own: that copy comes
  // first in scratch, then `scratch` for the primitive.
  struct Step {
    // Initializers in the class would keep clang from making one in an optional
    // of the enclosing class.
    Step() : weight_bytes(0), bias_bytes(0) {}
    dnnl::primitive primitive;
    Descriptor weight;
    Descriptor scratch;
    int64_t weight_bytes;  // 0: the common layout
    int64_t bias_bytes;    // where the caller's bias is none, or too short
  };

  // What the primitives compute: the layer, or the layer with channels and
  // filters that are zeros.
  struct Extents {
    int64_t channels;
    int64_t filters;
  };

  // The same bytes, of which more or fewer are told to be padding.
  static Descriptor WithExtent(Descriptor descriptor, int axis, int64_t extent);
  // Whether oneDNN's plain loops compute a part.
  bool Make(const Convolution& convolution, const LayerShapes& shapes,
            int64_t batch, const Descriptor& offered, bool training,
            bool src_gradient, const Extents& extents);
  // Whether its name is that of plain loops, which the user is told then.
  bool TellGradients(const std::string& implementation);
  // `bias`, or a copy in `scratch` with zeros for filters that are added.
  const void* WholeBias(const void* bias, void* scratch) const;

  template <typename PrimitiveDescriptor>
  void Finish(const PrimitiveDescriptor& descriptor,
              const Descriptor& own_weight, int64_t bias_bytes, Step* step);

  const int64_t channels_;
  const int64_t filters_;
  const bool keeps_src_;
  // As the primitives have them, with what is added.
  Descriptor src_;
  Descriptor dst_;
  Descriptor weight_;
  Descriptor bias_;
  Descriptor dense_weight_;
  Step forward_;
  std::optional<Step> backward_weights_;
  std::optional<Step> backward_data_;
  int64_t scratch_bytes_ = 0;
  std::string implementation_;
};

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_CONVOLUTION_MATH_H_
